import type { PropertyName, Trace } from "../checker/index.ts";
import type { Model } from "../model/index.ts";
import { printableJson } from "../spec/index.ts";
import type { Counterexample } from "./counterexample.ts";
import type { Kept, Provenance, TraceFile, TraceJson } from "./kept/trace-schema.ts";
import { reasonOf } from "./reason.ts";
import { stateJson } from "./state-json.ts";
import type { Why } from "./why/index.ts";

/** A counterexample as plain JSON, without where it comes from. */
export interface CounterexampleJson extends TraceJson {
  readonly property: PropertyName;
  /** Why it is violated, a sentence a line; a replay does not compare it. */
  readonly reason: readonly string[];
  /** How it came about; no part of a file, which a replay tells it of again. */
  readonly why?: Pick<Why, "lines" | "steps"> | undefined;
}

/** A file is not a trace file; the message says what is wrong with it, and where. */
export class TraceFileError extends Error {
  override readonly name = "TraceFileError";
}

/** A counterexample, ready for `JSON.stringify`. */
export function toFile(model: Model, counterexample: Counterexample): TraceFile {
  return fileOf(counterexample, counterexampleJson(model, counterexample));
}

/** The same, of what a report has of it. */
export function fileOf(
  { protocol, variant, constants, unfair, kept }: Provenance & { readonly kept?: Kept | undefined },
  { why: _why, ...counterexample }: CounterexampleJson,
): TraceFile {
  // Nothing but a lasso is a matter of fairness.
  const isAssumed = counterexample.fairness !== undefined && (unfair ?? []).length > 0;
  return {
    schemaVersion: 1,
    protocol,
    variant,
    constants,
    unfair: isAssumed ? unfair : undefined,
    kept,
    ...counterexample,
  };
}

/** A trace file as it is written, one step a line: `fromFile` reads it again. */
export function traceFileText({ trace, ...others }: TraceFile): string {
  const head = JSON.stringify(others, null, 2).slice(0, -"\n}".length);
  const steps = trace.map((step) => `    ${JSON.stringify(step)}`).join(",\n");
  return printableJson(`${head},\n  "trace": [\n${steps}\n  ]\n}\n`);
}

/** A counterexample as plain JSON, with the reason. */
export function counterexampleJson(
  model: Model,
  counterexample: Counterexample,
): CounterexampleJson {
  const { kind, name } = counterexample.property;
  return {
    property: { kind, name },
    reason: reasonOf(model, counterexample),
    ...traceJson(counterexample.trace),
  };
}

/** A trace as plain JSON, with what makes it a lasso. */
export function traceJson({ initial, steps, lasso, count }: Trace): TraceJson {
  return {
    initial: stateJson(initial),
    trace: steps.map(({ step: { action, actor, choice }, state }) => ({
      step: { action, actor, choice: [...choice] },
      state: stateJson(state),
    })),
    ...(lasso && { loopsTo: lasso.loopsTo, fairness: lasso.fairness }),
    ...(count && { count }),
  };
}
