import type { CountFacts, FairBecause, PropertyName, Trace } from "../checker/index.ts";
import type { Model, State } from "../model/index.ts";
import type { Constants } from "../spec/index.ts";
import type { Counterexample } from "./counterexample.ts";
import type { MetFairness } from "./fairness.ts";
import { reasonOf } from "./reason.ts";

/** A counterexample as it is kept in a file: plain JSON, and enough to replay it years later. */
export interface TraceFile extends TraceJson {
  readonly schemaVersion: 1;
  readonly protocol: string;
  readonly variant?: string;
  readonly constants: Constants;
  /** The kind is a string here: a file may come from a later version that knows more of them. */
  readonly property: { readonly kind: string; readonly name: PropertyName["name"] };
  /** Why the property was violated, for whoever reads the file; a replay does not compare it. */
  readonly reason: readonly string[];
}

/** A trace as plain JSON. */
export interface TraceJson {
  readonly initial: StateJson;
  readonly trace: readonly TraceFileStep[];
  /** Of a lasso: the state to which the last step leads back; 0 is the initial one, n that after step n. */
  readonly loopsTo?: number;
  /** Of a lasso: what was assumed, and why the loop meets it; a replay finds that out anew. */
  readonly fairness?: readonly MetFairness[];
  /** Of a `within`: what was counted; a replay counts again. */
  readonly count?: CountFacts;
}

export interface TraceFileStep {
  readonly step: {
    readonly action: string;
    readonly actor: string;
    readonly choice: readonly unknown[];
  };
  /** The state after the step (for a failed assertion, in the last step: before it). */
  readonly state: StateJson;
}

/** A state with its `Set`s as sorted arrays. */
export type StateJson = Readonly<Record<string, unknown>>;

/** A file is not a trace file; the message says what is wrong with it, and where. */
export class TraceFileError extends Error {
  override readonly name = "TraceFileError";
}

const schemaVersion = 1;

/** A counterexample, ready for `JSON.stringify`. */
export function toFile(model: Model, counterexample: Counterexample): TraceFile {
  const { protocol, variant, constants, property, trace } = counterexample;
  return {
    schemaVersion,
    protocol,
    ...(variant !== undefined && { variant }),
    constants: { ...constants },
    property: { kind: property.kind, name: property.name },
    reason: reasonOf(model, counterexample),
    ...traceJson(trace),
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
    ...(lasso !== undefined && { loopsTo: lasso.loopsTo, fairness: lasso.fairness }),
    ...(count !== undefined && { count }),
  };
}

/** A state as plain JSON, its `Set`s as sorted arrays. */
export function stateJson(state: State): StateJson {
  return plain(state) as StateJson;
}

function plain(value: unknown): unknown {
  if (value instanceof Set) return [...(value as Set<number>)].sort((a, b) => a - b);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}

/** The trace file that a text holds. Throws `TraceFileError`, unless it has the form of one. */
export function fromFile(text: string): TraceFile {
  const file = objectAt("the file", parsed(text));
  if (file["schemaVersion"] !== schemaVersion) {
    throw new TraceFileError(
      "schemaVersion" in file
        ? `schemaVersion is ${JSON.stringify(file["schemaVersion"])}; this hintproof reads ` +
            `${schemaVersion}. Was the file written by a later version?`
        : "schemaVersion is missing. Is this a trace that hintproof wrote?",
    );
  }
  const property = objectAt("property", file["property"]);
  const trace = arrayAt("trace", file["trace"]).map((entry, at) => stepAt(`trace[${at}]`, entry));
  const { length } = trace;
  const isLasso = file["loopsTo"] !== undefined || file["fairness"] !== undefined;
  return {
    schemaVersion,
    protocol: stringAt("protocol", file["protocol"]),
    ...(file["variant"] !== undefined && { variant: stringAt("variant", file["variant"]) }),
    constants: constantsAt("constants", file["constants"]),
    property: {
      kind: stringAt("property.kind", property["kind"]),
      name: stringAt("property.name", property["name"]),
    },
    reason: arrayAt("reason", file["reason"]).map((line, at) => stringAt(`reason[${at}]`, line)),
    initial: objectAt("initial", file["initial"]),
    trace,
    ...(isLasso && {
      loopsTo: numberAt("loopsTo", file["loopsTo"], 0, length),
      fairness: arrayAt("fairness", file["fairness"]).map((entry, at) =>
        fairnessAt(`fairness[${at}]`, entry, length),
      ),
    }),
    ...(file["count"] !== undefined && { count: countAt("count", file["count"], length) }),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (text.trim() === "") throw new TraceFileError("the file is empty.", { cause: error });
    const advice = text.trimEnd().endsWith("}") ? "" : " Is the file truncated?";
    throw new TraceFileError(`the file is not JSON: ${why}.${advice}`, { cause: error });
  }
}

function stepAt(where: string, value: unknown): TraceFileStep {
  const entry = objectAt(where, value);
  const step = objectAt(`${where}.step`, entry["step"]);
  return {
    step: {
      action: stringAt(`${where}.step.action`, step["action"]),
      actor: stringAt(`${where}.step.actor`, step["actor"]),
      choice: arrayAt(`${where}.step.choice`, step["choice"]),
    },
    state: objectAt(`${where}.state`, entry["state"]),
  };
}

function fairnessAt(where: string, value: unknown, steps: number): MetFairness {
  const { label, kind, because } = objectAt(where, value);
  if (kind !== "weak" && kind !== "strong")
    throw wrong(`${where}.kind`, '"weak" or "strong"', kind);
  return {
    label: stringAt(`${where}.label`, label),
    kind,
    because: becauseAt(`${where}.because`, because, steps),
  };
}

function becauseAt(where: string, value: unknown, steps: number): FairBecause {
  const { kind, step, state } = objectAt(where, value);
  switch (kind) {
    case "never possible":
      return { kind };
    case "taken":
      return { kind, step: numberAt(`${where}.step`, step, 1, steps) };
    case "not possible":
      return { kind, state: numberAt(`${where}.state`, state, 0, steps) };
    default:
      throw wrong(`${where}.kind`, '"never possible", "taken" or "not possible"', kind);
  }
}

function countAt(where: string, value: unknown, steps: number): CountFacts {
  const { from, steps: counted, atMost } = objectAt(where, value);
  return {
    from: numberAt(`${where}.from`, from, 0, steps),
    steps: arrayAt(`${where}.steps`, counted).map((step, at) =>
      numberAt(`${where}.steps[${at}]`, step, 1, steps),
    ),
    atMost: numberAt(`${where}.atMost`, atMost, 0),
  };
}

function constantsAt(where: string, value: unknown): Constants {
  const constants = objectAt(where, value);
  for (const [name, constant] of Object.entries(constants)) {
    if (typeof constant === "number" || typeof constant === "boolean") continue;
    throw wrong(`${where}.${name}`, "a number, true or false", constant);
  }
  return constants as Constants;
}

function objectAt(where: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw wrong(where, "an object", value);
  }
  return value as Readonly<Record<string, unknown>>;
}

function arrayAt(where: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(where, "a list", value);
  return value;
}

function stringAt(where: string, value: unknown): string {
  if (typeof value !== "string") throw wrong(where, "a string", value);
  return value;
}

/** A whole number; `most` is left out where there is no limit. */
function numberAt(where: string, value: unknown, least: number, most = Infinity): number {
  if (Number.isInteger(value) && least <= (value as number) && (value as number) <= most) {
    return value as number;
  }
  const range = most === Infinity ? `${least} or more` : `from ${least} to ${most}`;
  throw wrong(where, `a whole number, ${range}`, value);
}

function wrong(where: string, expected: string, value: unknown): TraceFileError {
  if (value === undefined)
    return new TraceFileError(`${where} is missing; it must be ${expected}.`);
  const shown = JSON.stringify(value);
  const short = shown.length > 60 ? `${shown.slice(0, 57)}...` : shown;
  return new TraceFileError(`${where} is ${short}; it must be ${expected}.`);
}
