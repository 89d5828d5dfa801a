/** A text longer than this says no more to anybody. */
const longest = 4000;

/** A value as it is shown in a message, at most some 80 characters; whatever the value, it does not throw. */
export function show(value: unknown): string {
  try {
    return cut(textOf(value), 80);
  } catch {
    return typeof value === "function" ? "a function" : "an object"; // it does not let itself be read
  }
}

function textOf(value: unknown): string {
  if (typeof value === "string")
    return `"${value.length > longest ? value.slice(0, longest) : value}"`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Set) return textOf([...value]);
  return jsonOf(value);
}

/** Where there is no JSON of it (a circle, or a bigint in it), what it is. */
function jsonOf(value: object): string {
  try {
    const json = JSON.stringify(value) as string | undefined;
    if (json !== undefined && (json !== "{}" || isPlain(value))) return json;
  } catch {
    if (Array.isArray(value)) return "a list";
  }
  const [, kind = "Object"] =
    /^\[object (\w+)\]$/.exec(Object.prototype.toString.call(value)) ?? [];
  return kind === "Object" ? "an object" : `${/^[AEIOU]/.test(kind) ? "an" : "a"} ${kind}`;
}

const isPlain = (value: object): boolean =>
  Object.prototype.toString.call(value) === "[object Object]";

/**
 * What was thrown, in words: the message of an error, a text as it is, anything else as it is shown.
 * Whatever was thrown, it does not throw.
 */
export function messageOf(thrown: unknown): string {
  if (typeof thrown === "string") return cut(thrown, longest);
  if (typeof thrown !== "object" || thrown === null) return `${show(thrown)} is thrown`;
  try {
    const message: unknown = Reflect.get(thrown, "message");
    if (typeof message === "string" && message !== "") return cut(message, longest);
    if (thrown instanceof Error) return `an error without a message is thrown`;
    return `${show(thrown)} is thrown`;
  } catch {
    return "an object that cannot be read is thrown";
  }
}

/** Whether a value is one of a class; of what does not let itself be asked, no. */
export function isA<T>(type: abstract new (...all: never[]) => T, value: unknown): value is T {
  try {
    return value instanceof type;
  } catch {
    return false;
  }
}

const cut = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 3)}...` : text;
