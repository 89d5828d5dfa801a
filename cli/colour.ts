/** What `painter` puts around a text, and behind it, as the text of a regular expression. */
export const colourCodes = "\u001b\\[(?:1|2|22|3[1236]|39)m";

/**
 * Whether the text on stdout may be coloured: on a terminal, or where FORCE_COLOR says so; never where --no-color or
 * NO_COLOR does. An empty variable says nothing.
 */
export function isColoured({
  color,
  output,
}: {
  readonly color: boolean;
  readonly output?: string | undefined;
}): boolean {
  const { FORCE_COLOR = "", NO_COLOR = "", TERM } = process.env;
  if (!color || output !== undefined || NO_COLOR !== "") return false;
  if (FORCE_COLOR !== "") return !["0", "false"].includes(FORCE_COLOR);
  return TERM !== "dumb" && process.stdout.isTTY === true;
}

/** The columns that COLUMNS says, or else those of the terminal on stdout; undefined where there is neither. */
export function terminalWidth(): number | undefined {
  const said = process.env["COLUMNS"] ?? "";
  if (/^[1-9]\d*$/.test(said)) return Number(said);
  const { isTTY, columns } = process.stdout;
  return isTTY && columns > 0 ? columns : undefined;
}

/** How wide the stories on stdout may be: as is asked; else a chart no wider than mails are; undefined where it makes no difference. */
export function storyWidth({
  format,
  output,
  width,
}: {
  readonly format: string;
  readonly output?: string | undefined;
  readonly width?: number | undefined;
}): number | undefined {
  if (width !== undefined) return width;
  const columns = output === undefined ? terminalWidth() : undefined;
  return format !== "chart" || columns === undefined ? columns : Math.min(columns, 72);
}
