import {
  type CounterexampleJson,
  fileOf,
  type Provenance,
  type TraceFile,
  TraceFileError,
} from "../counterexamples/index.ts";
import { words } from "../spec/index.ts";

/**
 * The trace in the text of a trace file, or of a report: the first one, or that of the property that is named. Throws
 * `TraceFileError`.
 */
export async function traceIn(text: string, property?: string): Promise<TraceFile> {
  // Only here, because it takes long to load.
  const { fromFile } = await import("../counterexamples/kept/index.ts");
  const trace = fromFile(traceTextIn(text, property));
  const { name } = trace.property;
  if (property !== undefined && ![name, words(name)].includes(property)) {
    throw new TraceFileError(`it violates ${name}, not ${property}.`);
  }
  return trace;
}

/** A trace file is left as it is; of a report, the counterexample that was asked for. */
function traceTextIn(text: string, wanted: string | undefined): string {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return text; // fromFile says what is wrong with it
  }
  if (Array.isArray(content))
    throw new TraceFileError("it holds the reports of several runs; save one by itself.");
  if (typeof content === "object" && content !== null && "schemaVersion" in content) return text;
  if (typeof content !== "object" || content === null || !("verdict" in content))
    throw new TraceFileError("it is neither a trace file nor a report with a violation.");
  const all = Reflect.get(content, "counterexamples");
  const counterexamples: readonly unknown[] = Array.isArray(all) ? all : [];
  const nameOf = (one: unknown): string =>
    String(Reflect.get(Object(Reflect.get(Object(one), "property")), "name"));
  const found =
    wanted === undefined
      ? counterexamples[0]
      : counterexamples.find((one) => [nameOf(one), words(nameOf(one))].includes(wanted));
  if (found === undefined) {
    const known = counterexamples.map(nameOf).join(", ");
    throw new TraceFileError(
      wanted === undefined || known === ""
        ? `the report (verdict: ${String(content.verdict)}) has no counterexample to replay.`
        : `the report has no counterexample for ${wanted}, only for ${known}.`,
    );
  }
  // Whether they are what they should be, fromFile says.
  return JSON.stringify(
    fileOf(content as unknown as Provenance, Object(found) as CounterexampleJson),
  );
}
