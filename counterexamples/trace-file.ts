import type { CountFacts, FairBecause, PropertyName, Trace } from "../checker/index.ts";
import type { Model } from "../model/index.ts";
import { type Constants, printableJson } from "../spec/index.ts";
import type { Counterexample } from "./counterexample.ts";
import type { MetFairness } from "./fairness.ts";
import { reasonOf } from "./reason.ts";
import { stateJson, type StateJson } from "./state-json.ts";

/** A counterexample as it is kept in a file: plain JSON, and enough to replay it years later. */
export interface TraceFile extends Provenance, Omit<CounterexampleJson, "property"> {
  readonly schemaVersion: 1;
  /** The kind is a string here: a file may come from a later version that knows more of them. */
  readonly property: { readonly kind: string; readonly name: PropertyName["name"] };
}

/** Where a counterexample comes from: what finds the same model, and the same question, again. */
export type Provenance = Omit<Counterexample, "property" | "trace">;

/** A counterexample as plain JSON, without where it comes from. */
export interface CounterexampleJson extends TraceJson {
  readonly property: PropertyName;
  /** Why it is violated, a sentence a line; a replay does not compare it. */
  readonly reason: readonly string[];
}

/** A trace as plain JSON. */
export interface TraceJson {
  readonly initial: StateJson;
  readonly trace: readonly TraceFileStep[];
  /** Of a lasso: the state to which the last step leads back; 0 is the initial one, n that after step n. */
  readonly loopsTo?: number | undefined;
  /** Of a lasso: what was assumed, and why the loop meets it; a replay finds that out anew. */
  readonly fairness?: readonly MetFairness[] | undefined;
  /** Of a `within`: what was counted; a replay counts again. */
  readonly count?: CountFacts | undefined;
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

/** A file is not a trace file; the message says what is wrong with it, and where. */
export class TraceFileError extends Error {
  override readonly name = "TraceFileError";
}

const schemaVersion = 1;

/** A counterexample, ready for `JSON.stringify`. */
export function toFile(model: Model, counterexample: Counterexample): TraceFile {
  return fileOf(counterexample, counterexampleJson(model, counterexample));
}

/** The same, of what a report has of it. */
export function fileOf(
  { protocol, variant, constants, unfair }: Provenance,
  counterexample: CounterexampleJson,
): TraceFile {
  // Nothing but a lasso is a matter of fairness.
  const isAssumed = counterexample.fairness !== undefined && (unfair ?? []).length > 0;
  return {
    schemaVersion,
    protocol,
    variant,
    constants,
    unfair: isAssumed ? unfair : undefined,
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
    variant: ifThere(file["variant"], (variant) => stringAt("variant", variant)),
    constants: constantsAt("constants", file["constants"]),
    unfair: ifThere(file["unfair"], (names) => stringsAt("unfair", names)),
    property: {
      kind: stringAt("property.kind", property["kind"]),
      name: stringAt("property.name", property["name"]),
    },
    reason: stringsAt("reason", file["reason"]),
    initial: objectAt("initial", file["initial"]),
    trace,
    ...(isLasso && {
      loopsTo: numberAt("loopsTo", file["loopsTo"], 0, length),
      fairness: arrayAt("fairness", file["fairness"]).map((entry, at) =>
        fairnessAt(`fairness[${at}]`, entry, length),
      ),
    }),
    count: ifThere(file["count"], (count) => countAt("count", count, length)),
  };
}

const ifThere = <T>(value: unknown, read: (value: unknown) => T): T | undefined =>
  value === undefined ? undefined : read(value);

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

const stringsAt = (where: string, value: unknown): readonly string[] =>
  arrayAt(where, value).map((line, at) => stringAt(`${where}[${at}]`, line));

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
