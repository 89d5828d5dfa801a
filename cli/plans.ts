import type { Constants, Expectation } from "../spec/index.ts";
import { describe, type Description, UsageError } from "../runs/told/index.ts";
import { describing } from "./described.ts";
import { printFault } from "./fault.ts";
import type { Source } from "./job.ts";
import type { Named } from "./named-files.ts";
import type { CheckOptions } from "./options.ts";
import { sourceOf } from "./source.ts";
import { ofUnused } from "./task.ts";
import { say } from "./terminal.ts";

/** One run of a table, before it is made. */
export interface Plan extends PlannedRun {
  readonly source: Source;
}

/** The same as plain data, which says nothing of where its protocol is to be loaded from. */
export interface PlannedRun {
  readonly protocol: string;
  /** Where it is from, if it is not a shipped one, as it was named. */
  readonly file?: string | undefined;
  readonly variant?: string | undefined;
  /** Whether what it comes to is held against the record. */
  readonly isRecorded: boolean;
  readonly constants: Constants;
  /** Those of them that are given; as the options have them if left out. */
  readonly set?: Constants | undefined;
  /** Those of the protocol itself; a variant's row shows what differs from them. */
  readonly defaults: Constants;
  readonly expects: Expectation;
  /** The properties to look for; all of them if left out. */
  readonly asks?: readonly string[] | undefined;
}

/** A plan as plain data. */
export function plannedOf(plan: Plan): PlannedRun {
  const { source: _source, ...planned } = plan;
  return planned;
}

/** What is to be run of everything that is shipped. */
export async function shippedPlans(): Promise<readonly Plan[]> {
  const { shipped } = await import("./shipped.ts");
  return shipped.flatMap((protocol) =>
    plansFrom({ kind: "shipped", name: protocol.spec.name }, describe(protocol), {}),
  );
}

/** What is to be run of what is named; undefined after an error, which is printed. */
export async function plansOf(
  names: readonly Named[],
  options: CheckOptions,
): Promise<readonly Plan[] | undefined> {
  const plans: Plan[] = [];
  const others: string[] = [];
  for (const { name, foundBy } of names) {
    const source = await sourceOf(name);
    // Nobody said that such a file is a protocol, so it is not run to find out.
    if (foundBy !== undefined && source.kind === "file" && !source.bundle.isOfHintproof) continue;
    const answer = await describing(source, options, { unused: ofUnused(options) });
    if (answer.kind === "description") {
      for (const line of answer.warnings ?? []) say(line);
      const isOneOf = names.length > 1 || foundBy !== undefined;
      const file = source.kind === "file" && isOneOf ? name : undefined;
      const all = plansFrom(source, answer.description, options.constants, file);
      const { variant } = answer.description;
      plans.push(...all.filter((plan) => options.all === true || plan.variant === variant));
    } else if (foundBy !== undefined && answer.isNoProtocol === true) {
      others.push(name);
    } else {
      process.exitCode = printFault(answer, options.stack === true);
      return undefined;
    }
  }
  const left = others.join(", ");
  if (plans.length === 0) {
    const where = [...new Set(names.map(({ foundBy }) => foundBy))].join(", ");
    const but =
      left === "" ? "" : ` (${left}: no default export that spec({...}) or variant(...) made)`;
    throw new UsageError(`There is no protocol in ${where}${but}.`);
  }
  if (left !== "") say(`hintproof: no protocol, and left out: ${left}`);
  return plans;
}

/** What is to be run of a protocol that is described: itself, and all its variants. */
export function plansFrom(
  source: Source,
  { name, constants, variants, expects = { kind: "holds" }, asks }: Description,
  set: Constants,
  file?: string,
): readonly Plan[] {
  const defaults = { ...constants, ...set };
  const isRecorded = source.kind === "shipped" && Object.keys(set).length === 0;
  const its = { source, protocol: name, file, isRecorded, defaults };
  return [
    { ...its, constants: defaults, expects, asks },
    ...variants.map((variant) => ({
      ...its,
      variant: variant.name,
      constants: { ...variant.constants, ...set },
      expects: variant.expects,
      asks: variant.asks,
    })),
  ];
}
