/*
 * What comes from outside (a spec's names, words and messages, the command line, files) can hold characters
 * that a terminal obeys instead of showing, or that change how the text around them is read.
 */

/**
 * Control characters, line ends, direction marks, what is invisible, halves of characters. Variation selectors
 * are left: they choose how an ordinary character looks.
 */
const unprintable =
  /(?![\uFE00-\uFE0F])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * A text that prints on one line, and as itself: what a terminal would not show is written as a shell takes it
 * between $' and ', the way "\n", "\x1b" and "\u202e" are. Of a text that prints already, the same.
 */
export function printable(text: string): string {
  return text.replace(unprintable, (character) => {
    const code = character.codePointAt(0) as number;
    const hex = code.toString(16);
    if (code < 0x80) return short[character] ?? `\\x${hex.padStart(2, "0")}`;
    return code < 0x10000 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
  });
}

/**
 * A message as it is printed. Lines of its own are indented by two blanks or more, so that nothing in it can
 * stand as a line of a report; another line break is one of a name or of somebody else's text, and is escaped.
 */
export function paragraph(text: string): string {
  return text
    .trimEnd()
    .split(/\n(?= {2})/)
    .map(printable)
    .join("\n");
}

/** JSON with the same content in which every character prints; line breaks between its parts are left. */
export function printableJson(json: string): string {
  return json.replace(unprintable, (character) =>
    character === "\n"
      ? character
      : [...Array(character.length).keys()]
          .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`)
          .join(""),
  );
}

/** Plain data of which every text, keys too, is as it prints. */
export function printableData<Data>(data: Data): Data {
  const of = (value: unknown): unknown => {
    if (typeof value === "string") return printable(value);
    if (Array.isArray(value)) return value.map(of);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [printable(name), of(inner)]),
    );
  };
  return of(data) as Data;
}
