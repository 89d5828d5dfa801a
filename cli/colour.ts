/** Whether the text on stdout may be coloured. */
export function isColoured({
  color,
  output,
}: {
  readonly color: boolean;
  readonly output?: string | undefined;
}): boolean {
  const { NO_COLOR, TERM } = process.env;
  return (
    color &&
    output === undefined &&
    (NO_COLOR === undefined || NO_COLOR === "") &&
    TERM !== "dumb" &&
    process.stdout.isTTY === true
  );
}

/** The columns of the terminal on stdout; undefined where there is none. */
export function terminalWidth(): number | undefined {
  const { isTTY, columns } = process.stdout;
  return isTTY && columns > 0 ? columns : undefined;
}
