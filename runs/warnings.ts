import { type Unused, unusedIn } from "../model/index.ts";
import { isOfParts, madeAt, type Spec, SpecError } from "../spec/index.ts";
import type { Protocol } from "./told/protocol.ts";

/**
 * What a file declares itself and none of its protocol and variants uses: errors that are none yet, caused where it is declared.
 * `isAtWork` is called now and then meanwhile.
 */
export function unusedWarnings(
  { spec, variants }: Protocol,
  isAtWork: () => void,
): readonly SpecError[] {
  const others = variants.filter(({ mistakes }) => mistakes === undefined).map((its) => its.spec);
  const own = unusedIn(spec, others, isAtWork).filter(({ name }) => !isOfParts(spec, name));
  return own.map(
    (what) => new SpecError(`${spec.name}: ${textOf(what)}`, { cause: placeOf(spec, what) }),
  );
}

/** With its name behind it, by which a manifest makes an error of it. */
function textOf(what: Unused): string {
  const text =
    what.kind === "word"
      ? `nothing ever sets ${what.name} to ${JSON.stringify(what.word)}; leave the word out, or is a step missing?`
      : `nothing reads the ${what.kind} ${what.name}; leave it out, or is something missing?`;
  return `${text} [unused-${what.kind}]`;
}

const placeOf = ({ state, where }: Spec, { kind, name }: Unused): Error | undefined =>
  madeAt(kind === "constant" ? where : (state[name] as object)) ?? madeAt(where);
