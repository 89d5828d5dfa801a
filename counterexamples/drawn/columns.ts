/** A text and where it starts, counted from the first change column. */
export interface Cell {
  readonly at: number;
  readonly text: string;
}

/** One after the other, three blanks between, as many lines as it takes. */
export function inLine(texts: readonly string[], room: number): readonly (readonly Cell[])[] {
  const lines: Cell[][] = [];
  let end = Number.POSITIVE_INFINITY;
  for (const text of texts.flatMap((whole) => wrapped(whole, room))) {
    if (end + 3 + text.length > room) {
      lines.push([{ at: 0, text }]);
      end = text.length;
    } else {
      lines.at(-1)?.push({ at: end + 3, text });
      end += 3 + text.length;
    }
  }
  return lines;
}

/** Where the columns start that most rows fit in: as many as there is room for. */
export function columnsFor(rows: readonly (readonly string[])[], room: number): readonly number[] {
  const most = Math.max(1, ...rows.map((row) => row.length));
  for (let count = most; count > 1; count--) {
    const widths = Array.from({ length: count }, (_, column) =>
      Math.max(
        ...rows
          .flatMap((row) => row.filter((_text, at) => at % count === column))
          .map(({ length }) => length),
      ),
    );
    const total = widths.reduce((sum, width) => sum + width + 2, -2);
    if (total > room) continue;
    let at = 0;
    return widths.map((width) => {
      const start = at;
      at += width + 2;
      return start;
    });
  }
  return [0];
}

/** How far a broken change is indented on its further lines. */
export const hanging = 2;

export function inGrid(
  texts: readonly string[],
  columns: readonly number[],
  room: number,
): readonly (readonly Cell[])[] {
  const lines: Cell[][] = [];
  texts.forEach((text, position) => {
    const column = position % columns.length;
    for (const [piece, part] of wrapped(text, room, hanging).entries()) {
      const cell = { at: (columns[column] as number) + (piece === 0 ? 0 : hanging), text: part };
      if (column === 0 || piece > 0) lines.push([cell]);
      else lines.at(-1)?.push(cell);
    }
  });
  return lines;
}

/** A text in lines of at most `room` columns (but for the first, less `hanging`). */
export function wrapped(text: string, room: number, hanging = 0): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > room - (lines.length === 0 ? 0 : hanging)) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** The same, with the further lines indented by `hang`. */
export const hung = (text: string, room: number, hang: number): readonly string[] =>
  wrapped(text, room, hang).map((line, at) => (at === 0 ? line : " ".repeat(hang) + line));
