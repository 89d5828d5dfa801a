/** A user's file, bundled, whose callbacks pass something on: the command never says that it holds. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { folderOutside, hintproof } from "../toys/built-command.ts";
import { oneIn } from "../toys/share.ts";

/** Where helpers live in another file than the spec. */
const helpers = `
let total = 0;
export const reset = () => { total = 0; };
export const sum = () => total;
export const keep = (value) => { total += value; return true; };
export class Keeper { #sum = 0; keep(value) { this.#sum += value; return true; } get sum() { return this.#sum; } }
export class Sealed { #value; constructor(value) { this.#value = value; } open() { return this.#value; } }
`;

/** Five counters that go from 0 to 2, 1 and 3; a state in which they come to 14 is what nobody may reach. */
const spec = (sumOf: string): string => `
import { declare, each, ordered, range } from "hintproof";
import { reset, sum, keep, Keeper, Sealed } from "./helpers";
const counter = ordered("counter", 5);
const { action, invariant, spec } = declare({
  constants: {},
  state: { list: each(counter, range(0, 3)), idle: range(0, 9) },
});
const grows = action("machine", {
  forAny: counter,
  when: (state, c) => state.list[c] !== 3,
  effect: (state, c) => { state.list[c] = [2, 3, 1, 3][state.list[c]]; },
});
const idles = action("nobody", {
  when: (state) => state.idle < 9,
  effect: (state) => { state.idle += 1; },
});
const sumOf = (list) => { ${sumOf} };
const isNeverNearlyFull = invariant((state) => sumOf(state.list) !== 14);
export default spec({
  name: "counters",
  title: "counters that are added up",
  actions: { grows, idles },
  invariants: { isNeverNearlyFull },
  mayEnd: () => true,
});
`;

const bodies: Readonly<Record<string, string>> = {
  "a helper of another file": "reset(); list.every((value) => keep(value)); return sum();",
  "a helper of another file, handed over": "reset(); list.every(keep); return sum();",
  "a helper beside it":
    "let sum = 0; const note = (value) => { sum += value; return true; }; list.every((value) => note(value)); return sum;",
  "a method of a class":
    "const keeper = new Keeper(); list.every((value) => keeper.keep(value)); return keeper.sum;",
  "a method and its this":
    "const keeper = new Keeper(); list.every(Keeper.prototype.keep, keeper); return keeper.sum;",
  "a decoy in a text":
    'let sum = 0; list.every((value) => { sum += value; return "let sum".length > 0; }); return sum;',
  "a list taken apart":
    "let sum = 0; list.every((value) => { [sum] = [sum + value]; return true; }); return sum;",
  "an answer with a private field":
    "return [...list.map((value) => new Sealed(value))].reduce((all, one) => all + one.open(), 0);",
  "an answer that is a function":
    "return [...list.map((value) => () => value)].reduce((all, open) => all + open(), 0);",
  "a function from a text":
    'reset(); list.every(new Function("keep", "return (value) => keep(value)")(keep)); return sum();',
};

const harmless: Readonly<Record<string, string>> = {
  "a reduction": "return list.reduce((all, value) => all + value, 0);",
  "a loop": "let all = 0; for (const value of list) all += value; return all;",
  "a list of its own":
    "const own = []; list.forEach((value) => { own.push(value); }); return own.reduce((a, b) => a + b, 0);",
};

describe.each(["reference", "compiled"])("the %s engine", (engine) => {
  const folder = folderOutside();

  beforeAll(() => {
    writeFileSync(join(folder, "helpers.ts"), helpers);
  });

  const checked = async (name: string, body: string) => {
    const file = `${name.replaceAll(/\W/g, "-")}.ts`;
    writeFileSync(join(folder, file), spec(body));
    return hintproof(["check", file, "--engine", engine], { cwd: folder });
  };

  test.each(oneIn(11, Object.entries(bodies)))("%s: violated, or refused", async (name, body) => {
    const { status, stdout, stderr } = await checked(name, body);
    expect([3, 12], stdout + stderr).toContain(status);
    if (status === 12) expect(stdout).toContain("after 13 steps");
  });

  test.each(oneIn(11, Object.entries(harmless)))("%s: violated", async (name, body) => {
    const { status, stdout } = await checked(name, body);
    expect(status, stdout).toBe(12);
    expect(stdout).toContain("after 13 steps");
  });
});
