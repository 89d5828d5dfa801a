import { describe, expect, test } from "vitest";
import { shipped } from "./shipped.ts";
import { describe as described } from "../runs/told/index.ts";
import { commandLine } from "./program.ts";
import { fitted } from "./fitted.ts";
import { gridText } from "./matrix.ts";
import { painter } from "./paint.ts";
import { showText } from "./show-command.ts";

const plain = painter(false);

/** The words of a text, wherever its lines end. */
const wordsOf = (text: string): readonly string[] => text.split(/\s+/);

/** Lines that are too long although a blank of theirs is no part of a command. */
const breakable = (text: string, width: number): readonly string[] =>
  text
    .split("\n")
    .filter((line) => line.length > width && /^ *(?!hintproof |again: )\S+ /.test(line));

describe("on a narrow terminal", () => {
  test("what a row is about stands above what there is to say of it, in all rows alike", () => {
    const table = `
  used page is resident            invariant         holds
  worker runs out of budget        witness           seen`;
    expect(fitted(table, 40)).toBe(`
  used page is resident
      invariant  holds
  worker runs out of budget
      witness  seen`);
    expect(fitted(table, 60)).toBe(table);
  });

  test("what stands behind a short number hangs beside it", () => {
    const legend = "  12    violated there, and there are some words more to say of it";
    expect(fitted(legend, 40)).toBe(
      `
  12    violated there, and there are
        some words more to say of it`.slice(1),
    );
  });

  test("sentences are broken between words, commands not at all", () => {
    const lines = `
what holds in the end rests on weak fairness of worker starts
 again: hintproof replay idleReporterOwesNothing-9153 --width 40
  hintproof check two-phase-commit --set managers=4    four of them`;
    expect(fitted(lines, 20)).toBe(`
what holds in the end rests on weak
  fairness of worker starts
 again: hintproof replay idleReporterOwesNothing-9153 --width 40
  hintproof check two-phase-commit --set managers=4
      four of them`);
  });

  test("colours take no columns", () => {
    const paint = painter(true);
    const line = `  ${"a".repeat(20)}  ${paint("bad", "violated")}  ${paint("good", "b".repeat(9))}`;
    expect(fitted(line, 43)).toBe(line);
    expect(fitted(line, 42)).toBe(
      `  ${"a".repeat(20)}\n      ${paint("bad", "violated")}  ${paint("good", "b".repeat(9))}`,
    );
  });

  test("the matrix names those that were asked, by their numbers", () => {
    const property = { name: "p", holds: true, breaches: [] };
    const row = {
      id: "S1",
      title: "page in use is not discarded",
      askedOf: "all",
      cells: [
        { protocol: "second", properties: [property] },
        { protocol: "third", properties: [{ ...property, holds: false, steps: 14 }] },
      ],
    };
    const grid = (room?: number) =>
      gridText([row as never], ["first", "second", "third"], plain, room).split("\n");
    expect(grid(57)[1]).toBe("S1   page in use is not discarded       -      ok     !14");
    expect(grid()).toEqual(grid(57));
    expect(grid(56)[0]).toBe("S1 page in use is not discarded  2: ok  3: !14");
  });

  test("help and what a protocol is made of lose no word", () => {
    const helps = commandLine(() => {}).commands.map((one) => one.helpInformation());
    const shown = shipped.slice(0, 3).map((protocol) => showText(described(protocol), plain));
    for (const text of [...helps, ...shown]) {
      const narrow = fitted(text, 40);
      expect(wordsOf(narrow)).toEqual(wordsOf(text));
      expect(breakable(narrow, 40)).toEqual([]);
    }
  });
});
