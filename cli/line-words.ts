const piece = /(\s+)|'([^']*)'?|"((?:\\.|[^"\\])*)(?:"|\\?$)|\\?(.)/gsu;

/** The words of a command line as it is typed, without quotes and backslashes; the last is where the cursor stands. */
export function lineWords(line: string): readonly string[] {
  const words = [""];
  for (const [, gap, single, double, one] of line.trimStart().matchAll(piece)) {
    if (gap !== undefined) words.push("");
    else words.push(words.pop() + (single ?? double?.replace(/\\(["\\$`])/g, "$1") ?? one ?? ""));
  }
  return words;
}
