import type { Constants } from "../spec/index.ts";
import { namesOf, type StepName, type Walk } from "./walk.ts";

/** Which instance of the protocol of a page. */
export interface Instance {
  readonly variant?: string | undefined;
  readonly constants: Constants;
}

/** A walk by names, and the state of it that is looked at. */
export interface Linked extends Instance {
  readonly protocol: string;
  readonly begin: number;
  readonly steps: readonly StepName[];
  readonly at: number;
}

/** What a link cannot be read as. */
export class LinkError extends Error {
  override readonly name = "LinkError";
}

export const linkOf = (walk: Walk, instance: Instance, at: number): Linked => ({
  ...instance,
  protocol: walk.model.spec.name,
  begin: walk.begin,
  steps: namesOf(walk),
  at,
});

/**
 * A link as text, to stand behind the `#` of an address:
 * `page-ring;pages=3/variant/0/guestFrees:1/workerBegins@2`. Between the marks is what `encodeURIComponent` makes.
 */
export function linkText({ protocol, variant = "", constants, begin, steps, at }: Linked): string {
  const set = Object.entries(constants).map(([name, value]) => `;${coded(name)}=${value}`);
  const all = [
    coded(protocol) + set.join(""),
    coded(variant),
    String(begin),
    ...steps.map(({ action, choice }) => [action, ...choice].map(coded).join(":")),
  ];
  return `${all.join("/")}@${at}`;
}

/** Reads a link. Throws `LinkError` for text that is none; whether its names mean anything is another question. */
export function linkIn(text: string): Linked {
  const whole = /^([^@]*)@(\d+)$/.exec(text);
  if (whole === null) throw new LinkError('it does not end with "@" and the number of a state');
  const [head = "", variant, begin, ...steps] = (whole[1] as string).split("/");
  if (variant === undefined || begin === undefined || !/^\d+$/.test(begin)) {
    throw new LinkError("it does not say in which initial state the walk begins");
  }
  const [protocol = "", ...set] = head.split(";");
  return {
    protocol: decoded(protocol),
    variant: variant === "" ? undefined : decoded(variant),
    constants: Object.fromEntries(set.map(constantIn)),
    begin: Number(begin),
    steps: steps.map((step) => {
      const [action = "", ...choice] = step.split(":").map(decoded);
      return { action, choice };
    }),
    at: Math.min(Number(whole[2]), steps.length),
  };
}

function constantIn(text: string): readonly [string, number | boolean] {
  const [, name, value] = /^([^=]+)=(true|false|-?\d+)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new LinkError(`"${text}" gives no constant a value`);
  }
  return [decoded(name), /^[tf]/.test(value) ? value === "true" : Number(value)];
}

const coded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*~]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new LinkError(`"${text}" is not coded as addresses are`);
  }
}
