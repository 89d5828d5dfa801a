import { type Readable, Transform } from "node:stream";
import { paragraph, printable, printableJson } from "../spec/index.ts";
import { colourCodes, terminalWidth } from "./colour.ts";
import { fitted } from "./fitted.ts";

/*
 * The door to the terminal: all that is printed passes here. What a text is put together from is made printable
 * where that is done, because only there a line break of a name can be told from one between two lines; what
 * was forgotten there is caught here.
 */

/** Prints on stdout, which is for the answer alone; `coloured` says whether it has colours of ours. */
export function print(text: string, coloured = false): void {
  process.stdout.write(guarded(text, coloured));
}

/** Prints a text that is read, in as many columns as there are; no fewer than `least`, in which part of it is drawn. */
export function printText(text: string, coloured = false, least = 0): void {
  const width = terminalWidth();
  const printed = guarded(text, coloured);
  process.stdout.write(width === undefined ? printed : fitted(printed, Math.max(width, least)));
}

/** Says something about the run on stderr, in a paragraph. */
export function say(text: string): void {
  process.stderr.write(`${paragraph(text)}\n`);
}

/** Writes over the last line on stderr, which must be a terminal; nothing is left of it by "". */
export function sayInPlace(line: string): void {
  process.stderr.write(`\r\x1b[K${printable(line)}`);
}

/** Puts what a thread prints (a spec that calls console.log, say) on stderr, as far as it prints. */
export function spill(thread: { readonly stdout: Readable; readonly stderr: Readable }): void {
  for (const stream of [thread.stdout, thread.stderr]) {
    const guard = new Transform({
      decodeStrings: false,
      transform: (text: string, _encoding, done) => done(null, guarded(text)),
    });
    stream.setEncoding("utf8").pipe(guard).pipe(process.stderr, { end: false });
  }
}

/** A text in which every character prints, but for line breaks and, in a coloured one, colours. */
export function guarded(text: string, coloured = false): string {
  const allowed = coloured ? new RegExp(`(\n|${colourCodes})`) : /(\n)/;
  return text
    .split(allowed)
    .map((piece, position) => (position % 2 === 1 ? piece : printable(piece)))
    .join("");
}

/** Data as JSON to print or to write: the same data when it is read again, and every character prints. */
export function jsonText(data: unknown): string {
  return `${printableJson(JSON.stringify(data, null, 2))}\n`;
}
