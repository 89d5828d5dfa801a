import { SourceMap } from "node:module";
import { dirname, relative, resolve } from "node:path";
import {
  closest,
  isA,
  messageOf,
  mistake,
  notingMistakes,
  printable,
  SpecError,
} from "../spec/index.ts";
import { exportedBy, NoProtocol, type Protocol, UsageError } from "../runs/told/index.ts";
import type { Bundle } from "./bundle.ts";

/** Names the module in stack traces, which would show the whole bundle otherwise. */
const sourceUrl = "hintproof-user-spec";

/**
 * Runs a bundled protocol file, from memory. Throws `UsageError` if it exports no protocol and
 * `SpecError` if it throws.
 */
export async function importSpec(bundle: Bundle): Promise<Protocol> {
  const name = shownPath(bundle.file);
  const code = `${bundle.code}\n//# sourceURL=${sourceUrl}`;
  const { spec, specs, variants, variant } = await notingMistakes(async () => {
    let exports: Record<string, unknown>;
    try {
      exports = await import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`);
    } catch (error) {
      throw await loadingFault(name, error);
    }
    const all = exportedBy(exports);
    checkVariants(name, all);
    return all;
  });
  if (spec !== undefined) return { spec, variants, variant };
  if (specs.length > 1) {
    throw new UsageError(`${name} exports several protocols; make one of them the default export.`);
  }
  throw new NoProtocol(
    `${name} is not a protocol: it has no default export that spec({...}) or variant(...) made.`,
  );
}

/** Where in the user's file an error comes from, as "file:line:column"; undefined if nothing says so. */
export function placeOf(bundle: Bundle, error: unknown): string | undefined {
  for (const cause of causesOf(error)) {
    const [place] = mappedStack(bundle, stackIn(cause)).places;
    if (place !== undefined) return place;
  }
  return undefined;
}

/** An error and what it was caused by, as far as that can be read; a circle ends. */
export function causesOf(error: unknown): readonly Error[] {
  const causes: Error[] = [];
  for (let at: unknown = error; isA(Error, at) && !causes.includes(at); ) {
    causes.push(at);
    try {
      at = at.cause;
    } catch {
      at = undefined;
    }
  }
  return causes;
}

/** The stack of an error, or what it says if it has none that is text. */
export function stackIn(error: Error): string {
  try {
    if (typeof error.stack === "string") return error.stack;
  } catch {
    // it does not let itself be read
  }
  return messageOf(error);
}

/** A stack with the user's lines instead of the bundle's. */
export function mappedStack(
  bundle: Bundle,
  stack: string,
): { readonly text: string; readonly places: string[] } {
  const map = new SourceMap(JSON.parse(bundle.map));
  const places: string[] = [];
  const pattern = new RegExp(
    `${sourceUrl}:(\\d+):(\\d+)|data:text/javascript;base64,[A-Za-z0-9+/=]*`,
    "g",
  );
  const text = stack.replace(pattern, (whole, line?: string, column?: string) => {
    if (line === undefined || column === undefined) return shownPath(bundle.file);
    const entry = map.findEntry(Number(line) - 1, Number(column) - 1);
    if (!("originalSource" in entry)) return whole;
    const source = resolve(dirname(bundle.file), entry.originalSource);
    const place = `${shownPath(source)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
    places.push(place);
    return place;
  });
  return { text, places };
}

/** A path as short as it can be said from the current directory, as it prints. */
export function shownPath(file: string): string {
  const fromHere = relative(process.cwd(), file);
  return printable(fromHere.startsWith("..") ? file : fromHere);
}

async function loadingFault(name: string, error: unknown): Promise<Error> {
  const message = messageOf(error);
  const missing = /^The requested module '(.*)' does not provide an export named '(.*)'/.exec(
    message,
  );
  if (missing !== null) {
    const [, from, wanted] = missing as unknown as [string, string, string];
    return new SpecError(`${name}: ${await missingExport(from, wanted)}`, { cause: error });
  }
  if (isA(UsageError, error)) return error;
  return new SpecError(isA(SpecError, error) ? message : `${name}: loading it fails: ${message}`, {
    cause: error,
  });
}

async function missingExport(from: string, wanted: string): Promise<string> {
  const [, protocol, part] =
    /\/dist\/spec\/protocols\/([a-z0-9-]+)\/(claims|variants)\.js$/.exec(from) ?? [];
  if (protocol === undefined && !from.endsWith("/dist/bundle/index.js"))
    return `${from} has no export ${wanted}.`;
  const shipped = `hintproof/protocols/${protocol}${part === "variants" ? "-variants" : ""}`;
  const name = protocol === undefined ? "hintproof" : shipped;
  const known = Object.keys(await import(from)).sort();
  const near = closest(wanted, known);
  return (
    `${name} has no export ${wanted}${near === undefined ? "." : `; did you mean ${near}?`} ` +
    `(It has: ${known.join(", ")}. A type is imported with "type".)`
  );
}

/** Says which variants cannot be told apart, or are of another protocol. */
function checkVariants(file: string, { spec, variants }: ReturnType<typeof exportedBy>): void {
  const names = variants.map(({ name }) => name);
  const twice = names.filter((name, position) => names.indexOf(name) !== position);
  for (const name of new Set(twice)) mistake(`${file}: two variants are called ${name}.`);
  for (const { name, base } of variants) {
    if (spec === undefined || base.name === spec.name) continue;
    mistake(`${file}: ${name} is a variant of ${base.name}, not of ${spec.name}.`);
  }
}
