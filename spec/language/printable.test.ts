import { describe, expect, it } from "vitest";
import { printable, printableData, printableJson } from "./printable.ts";

describe("a text that prints", () => {
  it.each([
    ["a line break", "a\nb", "a\\nb"],
    ["a return", "a\rb", "a\\rb"],
    ["a tab", "a\tb", "a\\tb"],
    ["a colour", "\u001b[31m", "\\x1b[31m"],
    ["a bell", "\u0007", "\\x07"],
    ["the last of ASCII", "\u007f", "\\x7f"],
    ["a control sequence of one byte", "\u009b31m", "\\u009b31m"],
    ["an override of the direction", "\u202eabc", "\\u202eabc"],
    ["a space of no width", "a\u200bb", "a\\u200bb"],
    ["another line break", "a\u2028b", "a\\u2028b"],
    ["half a character", "a\ud83d", "a\\ud83d"],
    ["a tag", "\u{e0041}", "\\U000e0041"],
    ["a filler", "\u3164", "\\u3164"],
  ])("says what a terminal would not show: %s", (_what, text, said) => {
    expect(printable(text)).toBe(said);
    expect(printable(said)).toBe(said);
  });

  it("says it of every character that does something else than to show", () => {
    const ranges = [
      [0x00, 0x1f],
      [0x7f, 0x9f],
      [0x061c, 0x061c],
      [0x200b, 0x200f],
      [0x2028, 0x202e],
      [0x2060, 0x206f],
      [0xd800, 0xdfff],
      [0xfeff, 0xfeff],
      [0xe0000, 0xe0fff],
    ] as const;
    for (const [first, last] of ranges) {
      for (let code = first; code <= last; code++) {
        expect(printable(String.fromCodePoint(code))).toMatch(/^\\[ntrxuU][0-9a-f]*$/);
      }
    }
  });

  it.each(["é", "日本", "Ωμέγα", "שלום", "مرحبا", "🙂", "⚠️", "a\\b", "e\u0301", "\u00a0", ""])(
    "is the same where it printed already: %s",
    (text) => {
      expect(printable(text)).toBe(text);
    },
  );

  it("is, as JSON, still the same data", () => {
    const data = { "a\nb": ["\u001b[31m", "\u202e", "\u{e0041}", "\ud800", "日本 🙂", "\\u202e"] };
    for (const indent of [0, 2]) {
      const text = printableJson(JSON.stringify(data, null, indent));
      expect(JSON.parse(text)).toEqual(data);
      expect(printable(text.replaceAll("\n", ""))).toBe(text.replaceAll("\n", ""));
    }
  });

  it("stands in data wherever a text does", () => {
    expect(printableData({ "a\n": [{ b: "\t", c: 1, d: null }], e: true })).toEqual({
      "a\\n": [{ b: "\\t", c: 1, d: null }],
      e: true,
    });
  });
});
