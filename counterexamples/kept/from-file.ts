import * as z from "zod";
import { TraceFileError } from "../trace-file.ts";
import {
  schemaVersion,
  type TraceFile,
  traceFile,
  type TraceMembers,
  traceMembers,
} from "./trace-schema.ts";

/** The trace file that a text holds. Throws `TraceFileError`, unless it has the form of one. */
export function fromFile(text: string): TraceFile {
  const content = parsed(text);
  const file = checked(z.looseObject({}), content);
  if (file["schemaVersion"] !== schemaVersion) {
    throw new TraceFileError(
      "schemaVersion" in file
        ? `schemaVersion is ${JSON.stringify(file["schemaVersion"])}; this hintproof reads ` +
            `${schemaVersion}. Was the file written by a later version?`
        : "schemaVersion is missing. Is this a trace that hintproof wrote?",
    );
  }
  const { trace } = file;
  const members = traceMembers(Array.isArray(trace) ? trace.length : 0);
  return checked(declarationOf(file, members), file);
}

/** What a schema by itself cannot say: a lasso has both a loop and what makes it fair, and only a worst case no bound. */
function declarationOf(file: Readonly<Record<string, unknown>>, members: TraceMembers) {
  const { loopsTo, fairness, count } = members;
  const atMost = count.shape.atMost.unwrap();
  const bounded = traceFile(members).extend({ count: count.extend({ atMost }).optional() });
  const isLasso = file["loopsTo"] !== undefined || file["fairness"] !== undefined;
  return isLasso ? bounded.extend({ loopsTo, fairness }) : bounded;
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

/** What is declared of a content. Throws `TraceFileError` where it is something else. */
function checked<Declaration extends z.ZodType>(
  declaration: Declaration,
  content: unknown,
): z.infer<Declaration> {
  const { data, error } = declaration.safeParse(content, { error: expected });
  if (error === undefined) return data as z.infer<Declaration>;
  const issue = error.issues[0] as z.core.$ZodIssue;
  const where = placeText(issue.path);
  const value = issue.path.reduce(
    (inside, key) => Reflect.get(Object(inside), key) as unknown,
    content,
  );
  if (value === undefined)
    throw new TraceFileError(`${where} is missing; it must be ${issue.message}.`);
  const shown = JSON.stringify(value);
  const short = shown.length > 60 ? `${shown.slice(0, 57)}...` : shown;
  throw new TraceFileError(`${where} is ${short}; it must be ${issue.message}.`);
}

/** What a value must be, where its declaration does not say so itself. */
const expected: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case "invalid_type":
      return types[issue.expected] ?? "an object";
    case "invalid_value":
      return alternatives(issue.values);
    case "invalid_union":
      return alternatives(Array.isArray(issue["options"]) ? issue["options"] : []);
    default:
      return undefined;
  }
};

const types: Readonly<Record<string, string>> = { string: "a string", array: "a list" };

function alternatives(values: readonly unknown[]): string {
  const shown = values.map((value) => JSON.stringify(value));
  return [shown.slice(0, -1).join(", "), ...shown.slice(-1)].filter(Boolean).join(" or ");
}

/** "trace[0].step" */
function placeText(path: readonly PropertyKey[]): string {
  const text = path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("");
  return text === "" ? "the file" : text.replace(/^\./, "");
}
