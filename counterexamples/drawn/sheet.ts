import { printable } from "../../spec/index.ts";
import { type Cell, hung, wrapped } from "./columns.ts";

/** What a piece of text is, for whoever gives it a colour. */
export type PaintRole = "heading" | "step" | "change" | "reason" | "good" | "bad" | "quiet";

/** Gives a piece of text a colour; must not change how wide it prints. */
export type Paint = (role: PaintRole, text: string) => string;

/** Cells that have fewer columns beside the labels stand below them. */
const leastRoom = 24;

/** Where rows of a number, a label and cells stand on lines of some width, and what stands between them. */
export class Sheet {
  readonly #paint: Paint;
  /** The columns of the numbers, those before the cells, and those that cells may take. */
  readonly #numberWidth: number;
  readonly #indent: number;
  /** The columns that labels may take. */
  readonly #labelRoom: number;
  readonly #isBelow: boolean;
  readonly room: number;

  /** For so many numbered rows, and rows of these labels. */
  constructor(rows: number, labels: readonly string[], width: number, paint: Paint) {
    this.#paint = paint;
    this.#numberWidth = String(rows).length + 2;
    const beside = this.#numberWidth + 2 + Math.max(...labels.map(({ length }) => length)) + 2;
    this.#isBelow = width - beside < leastRoom;
    this.#indent = this.#isBelow ? this.#numberWidth + 4 : beside;
    this.#labelRoom = Math.max(width - this.#numberWidth - 2, leastRoom);
    this.room = Math.max(width - this.#indent, leastRoom);
  }

  /** A row of as many lines as its cells take, and of one if there are none; or its label, and its cells below. */
  row(number: string, label: string, lines: readonly (readonly Cell[])[]): readonly string[] {
    if (this.#isBelow) {
      const [name = "", ...more] = this.#besideNumbers(label, "step");
      return [
        number.padStart(this.#numberWidth) + name.slice(this.#numberWidth),
        ...more,
        ...lines.map((cells) => this.#spread(cells, 0)),
      ];
    }
    const head = `${number.padStart(this.#numberWidth)}  ${this.#paint("step", label)}`;
    const headWidth = this.#numberWidth + 2 + label.length;
    const [first = [], ...others] = lines;
    return [
      head + this.#spread(first, headWidth),
      ...others.map((cells) => this.#spread(cells, 0)),
    ];
  }

  /** A line under the cells, broken where it is too long; further lines hang so many columns in. */
  below(line: string, role: PaintRole, hang = 0): readonly string[] {
    return hung(printable(line), this.room, hang).map(
      (text) => " ".repeat(this.#indent) + this.#paint(role, text),
    );
  }

  /** A line under the labels, broken where it is too long. */
  aside(line: string): readonly string[] {
    return this.#besideNumbers(line, "reason");
  }

  #besideNumbers(text: string, role: PaintRole): readonly string[] {
    return wrapped(text, this.#labelRoom).map(
      (piece) => " ".repeat(this.#numberWidth + 2) + this.#paint(role, piece),
    );
  }

  /** The cells of a line, of which so many columns are taken already, with the blanks between them. */
  #spread(cells: readonly Cell[], used: number): string {
    let column = used;
    return cells
      .map(({ at, text }) => {
        const gap = " ".repeat(this.#indent + at - column);
        column = this.#indent + at + text.length;
        return gap + this.#paint("change", text);
      })
      .join("");
  }
}
