import { colourCodes } from "./colour.ts";

/** No line is made shorter than this, however narrow the terminal. */
const least = 40;

/** What stands before the second cell of a line by at most so many columns is its number, behind which the others hang. */
const mostOfNumber = 8;

/**
 * A text that is read, in lines that take so many columns. What is longer is broken between the cells of a table (two
 * blanks), else between words; further lines are indented. Words stay whole, and so do commands, which are copied.
 */
export function fitted(text: string, width: number): string {
  const room = Math.max(width, least);
  return text
    .split("\n")
    .flatMap((line) => (widthOf(line) <= room ? [line] : new Line(line, room).broken()))
    .join("\n");
}

/** One line that is too long. */
class Line {
  readonly #room: number;
  readonly #cells: readonly string[];
  readonly #indent: number;
  /** Where further cells and lines begin. */
  readonly #deep: number;
  readonly #isNumbered: boolean;
  readonly #broken: string[] = [];

  constructor(line: string, room: number) {
    const text = plain(line);
    const blanks = text.search(/\S/);
    const toSecond = /^\S+(?: \S+)* {2,}/.exec(text.slice(blanks))?.[0].length ?? Infinity;
    this.#room = room;
    this.#cells = line.trim().replace(leadingBlanks, "$1").split(/ {2,}/);
    this.#indent = Math.min(blanks, Math.floor(room / 4));
    this.#isNumbered = toSecond <= mostOfNumber;
    const further = this.#cells.length > 1 ? 4 : 2;
    this.#deep = this.#indent + (this.#isNumbered ? toSecond : further);
  }

  broken(): readonly string[] {
    const [first = "", second, ...others] = this.#cells;
    // What a line is about stands by itself, as it does in all lines of a table; a number does not.
    this.#add(first, this.#indent);
    if (second !== undefined) this.#add(second, this.#deep);
    for (const cell of others) this.#addBehind(cell);
    if (!this.#isNumbered) return this.#broken;
    const [number = "", beside = "", ...further] = this.#broken;
    const gap = this.#deep - widthOf(number);
    return [number + " ".repeat(gap) + beside.slice(this.#deep), ...further];
  }

  /** On the same line, if it fits there. */
  #addBehind(cell: string): void {
    const last = this.#broken.at(-1) as string;
    if (widthOf(last) + 2 + widthOf(cell) > this.#room) this.#add(cell, this.#deep);
    else this.#broken[this.#broken.length - 1] = `${last}  ${cell}`;
  }

  /** On lines of its own, the first of which begins at a column. */
  #add(cell: string, column: number): void {
    let line = " ".repeat(column);
    let isEmpty = true;
    for (const word of isCommand(cell, column) ? [cell] : cell.split(" ")) {
      if (!isEmpty && widthOf(line) + 1 + widthOf(word) > this.#room) {
        this.#broken.push(line);
        line = " ".repeat(this.#deep);
        isEmpty = true;
      }
      line += isEmpty ? word : ` ${word}`;
      isEmpty = false;
    }
    this.#broken.push(line);
  }
}

/** What is typed stands indented, or behind a word that says so. */
function isCommand(cell: string, column: number): boolean {
  const text = plain(cell);
  return text.startsWith("again: ") || (column > 0 && /^(?:hintproof|npm) /.test(text));
}

const colours = new RegExp(colourCodes, "g");
const leadingBlanks = new RegExp(`^((?:${colourCodes})*) +`);

const plain = (text: string): string => text.replaceAll(colours, "");

const widthOf = (text: string): number => plain(text).length;
