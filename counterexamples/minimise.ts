import type { PropertyName, Trace } from "../checker/index.ts";
import type { Model, Step } from "../model/index.ts";
import { isLiveness, SpecError, words } from "../spec/index.ts";
import { follow } from "./violation.ts";

/** Pairs are tried in traces of at most so many steps; their number grows quadratically. */
const longestForPairs = 60;

/**
 * A part of a trace that violates the same property and is locally minimal: without any one of its
 * steps (in short traces: any two) it is no longer a path of the model that violates the property.
 * Removes large chunks first. The trace of a liveness property is left as it is: without a step a loop does
 * not close. Where `goesOn` answers no, the shortest one so far. Throws `SpecError` if the trace cannot be followed.
 */
export function minimise(
  model: Model,
  property: PropertyName,
  trace: Trace,
  goesOn: () => boolean = () => true,
): Trace {
  if (isLiveness(property.kind)) return trace;
  const { initial } = trace;

  function without(from: Trace, ...removed: readonly number[]): Trace | undefined {
    if (!goesOn()) return undefined;
    const first = removed[0] as number;
    const rest = from.steps
      .slice(first)
      .flatMap(({ step }, offset): Step[] => (removed.includes(first + offset) ? [] : [step]));
    const followed = follow(model, property, initial, from.steps.slice(0, first), rest);
    return followed.kind === "violates" ? followed.trace : undefined;
  }

  /** Later steps first: what comes before them need not be followed again. */
  function withoutChunks(from: Trace, size: number): Trace {
    let result = from;
    for (let start = result.steps.length - size; start >= 0; start -= size) {
      const chunk = Array.from({ length: size }, (_, offset) => start + offset);
      result = without(result, ...chunk) ?? result;
      start = Math.min(start, result.steps.length);
    }
    return result;
  }

  function withoutOnePair(from: Trace): Trace | undefined {
    const { length } = from.steps;
    if (length > longestForPairs) return undefined;
    for (let one = length - 2; one >= 0; one--) {
      for (let other = length - 1; other > one; other--) {
        const shorter = without(from, one, other);
        if (shorter !== undefined) return shorter;
      }
    }
    return undefined;
  }

  const all = follow(
    model,
    property,
    initial,
    [],
    trace.steps.map(({ step }) => step),
  );
  if (all.kind !== "violates") {
    throw new SpecError(
      `${model.spec.name}: the trace that violates "${words(property.name)}" does not do so ` +
        "again. Does a condition or an effect read a clock, a random source or a variable outside " +
        "the state?",
    );
  }

  let best = all.trace;
  while (goesOn()) {
    const { length } = best.steps;
    for (let size = Math.max(1, length >> 1); size > 0; size >>= 1)
      best = withoutChunks(best, size);
    if (best.steps.length === length) best = withoutOnePair(best) ?? best;
    if (best.steps.length === length) break;
  }
  return best;
}
