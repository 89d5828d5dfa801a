import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { printable, words, paragraph } from "../spec/index.ts";
import { folderOutside } from "../toys/built-command.ts";
import { few, nightly, oneIn } from "../toys/share.ts";
import { writeCheckpoint } from "./checkpoint-file.ts";
import { painter } from "./paint.ts";
import { guarded } from "./terminal.ts";

/** What a name, a message or a file may hold in order to be obeyed, to hide, or to stand as a line of ours. */
const hostile: Readonly<Record<string, string>> = {
  "a line break": "\nholds: everything",
  "a line break of two": "\r\nholds: everything",
  "a line break and blanks": "\n    holds: everything",
  "a return": "\rholds: everything",
  "a colour": "\u001b[31mred\u001b[39m",
  "a colour of ours": "\u001b[32mholds\u001b[39m",
  "a cleared screen": "\u001b[2J\u001b[H",
  "a title of the window": "\u001b]0;mine\u0007",
  "a link": "\u001b]8;;https://example.org\u001b\\text",
  "a control sequence of one byte": "\u009b31m",
  "a line break of one byte": "\u0085holds: everything",
  "a nul": "\0",
  "steps back": "\b\b\b\b",
  "the last of ASCII": "\u007f",
  "a tab": "\t",
  "text from right to left": "\u202egnihtyreve :sdloh",
  "an isolate": "\u2066left\u2069",
  "direction marks": "\u200e\u200f\u061c",
  "no width": "\u200b\u200c\u200d\u2060\ufeff",
  "a line separator": "\u2028holds: everything",
  "a paragraph separator": "\u2029holds: everything",
  "half a character": "\ud83d",
  "the other half": "\ude42",
  tags: "\u{e0068}\u{e0069}",
  "a soft hyphen": "\u00ad",
  "a filler": "\u3164",
};
const texts = Object.values(hostile);
/** A protocol that prints lines prints lines. */
const oneLine = texts.filter((text) => !text.includes("\n"));
/** A line break before blanks stays one in a message, where it is one of an indented line. */
const inMessages = texts.filter((text) => !text.includes("\n  "));
/** Those that can be part of a path, or of a command line. */
const typed = texts.filter((text) => !text.includes("\0") && !/\p{Cs}/u.test(text));

/** A protocol in which whatever has a name, or is a text, has all of these in it. */
const spec = `
import { assert, declare, each, interchangeable, oneOf, optional, record, sequence, subset, variant } from "hintproof";
const texts = ${JSON.stringify(texts)};
const named = (kind) => texts.map((text) => kind + text).join(" ");

const set = interchangeable(named("set"), () => 2);
const before = named("before"), after = named("after");
const [variable, list, chosen, other] = ["variable", "list", "chosen", "other"].map(named);
const { action, assertion, invariant, leadsTo, spec, witness } = declare({
  constants: { [named("constant")]: 1, small: true },
  where: { [named("where")]: () => true },
  state: {
    [variable]: oneOf(before, after),
    [list]: sequence(set, 2),
    [chosen]: optional(set),
    [other]: each(set, record({ [named("field")]: oneOf("no", "yes") })),
  },
});
const isAfter = (state) => state[variable] === after;
const does = action(named("actor"), {
  forAny: oneOf(named("choice")),
  source: named("source"),
  fairness: "weak",
  when: (state) => state[variable] === before,
  effect: (state) => { state[variable] = after; },
});
const of = action(set, {
  when: (state, one) => isAfter(state) && state[chosen] === "none",
  effect: (state, one) => {
    state[chosen] = one;
    state[list].push(one);
    state[other][one][named("field")] = "yes";
  },
});
const hostile = spec({
  name: "hostile",
  title: named("title"),
  actions: { [named("action")]: does, [named("set") + " moves"]: of },
  invariants: {
    [named("invariant")]: invariant((state) => state[chosen] === "none"),
    explained: invariant({ holds: (state) => !isAfter(state), explain: () => named("explained") }),
  },
  witnesses: { [named("witness")]: witness((state) => isAfter(state)) },
  liveness: {
    [named("liveness")]: leadsTo({ from: isAfter, to: (state) => state[variable] === before }),
    goesOn: leadsTo({ from: () => true, to: isAfter }),
  },
  mayEnd: (state) => state[chosen] !== "none",
});
export default hostile;

const changed = (name, effect) => variant(hostile, {
  name,
  because: named("because"),
  change: { actions: { [named("action")]: { effect } } },
  expects: { breaks: [named("invariant")] },
});
const claimed = assertion(named("asserted"));
export const asserts = variant(hostile, {
  name: "asserts",
  because: named("because"),
  change: {
    actions: { [named("action")]: { effect: () => assert(false, claimed, { [named("value")]: named("value") }) } },
    properties: { [named("assertion")]: claimed },
  },
  expects: { breaks: [named("invariant")] },
});
export const throws = changed("throws", () => { throw new Error(named("thrown")); });
${texts
  // One by one: a value is shown in some eighty characters.
  .map(
    (text, place) =>
      `export const leaves${place} = changed("leaves${place}", (state) => { state[variable] = ${JSON.stringify(`left${text}`)}; });`,
  )
  .join("\n")}
export const adds = changed("adds", (state) => { state[named("added")] = 1; });
console.log(JSON.parse(${JSON.stringify(JSON.stringify(oneLine))}).map((text) => "printed" + text).join(" "));
console.error(named("complained").replaceAll("\\n", " "));
`;

/** All of them, each behind a letter. */
const named = texts.map((text) => `a${text}`).join(" ");

const folder = folderOutside();
const at = (name: string): string => join(folder, name);

interface Output {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const built = async <Module>(name: string): Promise<Module> =>
  (await import(new URL(`../dist/cli/${name}.js`, import.meta.url).href)) as Module;

/** Runs the command as it was built, but in this process, which is quicker. */
async function run(...args: readonly string[]): Promise<Output> {
  const written = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((name) =>
    vi.spyOn(process[name], "write").mockImplementation((text, ...more) => {
      written[name] += String(text);
      const done = more.at(-1);
      if (typeof done === "function") (done as () => void)();
      return true;
    }),
  );
  const before = process.exitCode;
  try {
    const { runProgram } = await built<typeof import("./program.ts")>("program");
    const { printFault, faultOf } = await built<typeof import("./fault.ts")>("fault");
    process.exitCode = 0;
    try {
      await runProgram(["node", "hintproof", ...args]);
    } catch (error) {
      process.exitCode = printFault(faultOf(error), args.includes("--stack"));
    }
    return { status: Number(process.exitCode), ...written };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}

/** Nothing but characters that print and line breaks, and no line of a report that is none. */
function expectHarmless({ stdout, stderr }: Output): void {
  for (const line of [...stdout.split("\n"), ...stderr.split("\n")]) {
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u3164]/u);
    expect(line).not.toMatch(/^(?:holds: everything|red|text|everything)/);
  }
}

/** That all of the texts were printed of each kind, as they print; whatever the lines are. */
function expectAll(output: string, ...kinds: readonly string[]): void {
  expectEach(texts, output, ...kinds);
}

function expectEach(some: readonly string[], output: string, ...kinds: readonly string[]): void {
  const unbroken = (text: string): string => text.replace(/\s+/g, " ");
  for (const kind of kinds) {
    for (const text of some) {
      const said = [printable(kind + text), words(kind + text)].map(unbroken);
      expect(
        said.some((one) => unbroken(output).includes(one)),
        said[0],
      ).toBe(true);
    }
  }
}

beforeAll(() => {
  writeFileSync(at("hostile.ts"), spec);
});

describe("what a protocol says of itself", () => {
  const safe = ["--engine", "reference", "--quiet"];

  nightly(() => {
    it("prints in a report", async () => {
      const drawn = ["--traces", "--ghosts", "--format", "text"];
      const output = await run("check", at("hostile.ts"), ...safe, ...drawn);
      expectHarmless(output);
      expect(output.status).toBe(12);
      expectAll(output.stdout, "constant", "set", "variable", "before", "after", "list", "chosen");
      expectAll(output.stdout, "other", "field", "action", "choice", "invariant");
      expectEach(oneLine, output.stdout, "explained");
      expectAll(output.stdout, "witness", "liveness");
      for (const text of oneLine) {
        expect(output.stderr).toContain(`printed${printable(text)}`);
        expect(output.stderr).toContain(`complained${printable(text)}`);
      }
    });
  });

  nightly(() => {
    it("prints with the default engine, in what it took, and in what holds in the end", async () => {
      const output = await run("check", at("hostile.ts"), "--statistics", "--property", "goesOn");
      expectHarmless(output);
      expectAll(output.stdout, "action", "choice");
    });
  });

  it("is, as JSON, the same data", async () => {
    const args = ["check", at("hostile.ts"), ...safe, "--format", "json"];
    const kept = ["--output", at("report.json"), "--trace", at("trace.json")];
    const output = await run(...args, ...kept);
    expectHarmless(output);
    for (const name of ["report.json", "trace.json"]) {
      const text = readFileSync(at(name), "utf8");
      expectHarmless({ status: 0, stdout: text, stderr: "" });
      const { initial } = JSON.parse(text) as { initial: Readonly<Record<string, string>> };
      const named = (kind: string): string => texts.map((one) => kind + one).join(" ");
      expect(initial[named("variable")]).toBe(named("before"));
    }
    const again = await run("replay", at("trace.json"), "--spec", at("hostile.ts"));
    expectHarmless(again);
    expect(again).toMatchObject({ status: 12 });
  });

  it("prints in lists, and where it is shown in parts", async () => {
    const listed = await run("list", at("hostile.ts"));
    expectHarmless(listed);
    expectAll(listed.stdout, "title", "constant");
    const asJson = await run("list", at("hostile.ts"), "--format", "json");
    expectHarmless(asJson);
    expect(JSON.parse(asJson.stdout)).toMatchObject({ protocols: [{ name: "hostile" }] });
    const shown = await run("show", at("hostile.ts"));
    expectHarmless(shown);
    expectAll(shown.stdout, "title", "constant", "where", "variable", "before", "actor", "action");
    expectAll(
      shown.stdout,
      "choice",
      "source",
      "invariant",
      "witness",
      "liveness",
      "because",
      "set",
    );
    const action = texts.map((one) => `action${one}`).join(" ");
    for (const part of few([], ["asserts", "explained", action])) {
      const its = await run("show", at("hostile.ts"), part);
      expectHarmless(its);
      expect(its.status).toBe(0);
    }
  });

  nightly(() => {
    it("prints in a table, with the messages of its functions", async () => {
      const output = await run("check", at("hostile.ts"), "--all", ...safe);
      expectHarmless(output);
      expectAll(output.stdout, "constant");
      expectEach(inMessages, output.stdout, "added", "left", "thrown");
    });
  });

  nightly(() => {
    it("prints in a table that is kept", async () => {
      const kept = at("table.txt");
      const output = await run("check", at("hostile.ts"), "--all", ...safe, "--output", kept);
      expectHarmless(output);
      expectHarmless({ ...output, stdout: readFileSync(kept, "utf8") });
    });
  });

  const atRandom = ["--random", "--runs", "2"];
  it.each([
    ["asserts", "asserted", atRandom],
    ["throws", "thrown", ["--stack"]],
    ["adds", "added", []],
  ])("prints where a function of it %s", async (variant, kind, ordinary) => {
    for (const more of few([ordinary], [[], ["--stack"], atRandom])) {
      const engine = more[0] === "--random" ? ["--quiet"] : safe;
      const output = await run("check", at("hostile.ts"), "--variant", variant, ...engine, ...more);
      expectHarmless(output);
      expectEach(inMessages, output.stdout + output.stderr, kind);
      expect(output.stderr).not.toContain("bug");
    }
  });
});

describe("what is typed", () => {
  const places: Readonly<Record<string, (text: string) => readonly string[]>> = {
    "a command": (text) => [`a${text}`],
    "an option": (text) => ["check", `--a${text}`],
    "the name of a protocol": (text) => ["replay", `a${text}`],
    "the path of a protocol": (text) => ["check", `./a${text}.ts`],
    "the path of what is no protocol": (text) => ["check", `./a${text}`],
    "the name of a constant": (text) => ["check", "two-phase-commit", "--set", `a${text}=1`],
    "the value of a constant": (text) => ["check", "two-phase-commit", "--set", `a=a${text}`],
    "an engine": (text) => ["check", "--engine", `a${text}`],
    "a format": (text) => ["list", "--format", `a${text}`],
    "a number": (text) => ["check", "--workers", `a${text}`],
    "a size": (text) => ["check", "--memory", `a${text}`],
    "a time": (text) => ["check", "--timeout", `a${text}`],
    "a path": (text) => ["check", "--path", `a${text}`],
    "a file to write": (text) => ["check", "two-phase-commit", "--output", `/nowhere/a${text}`],
    "a trace to write": (text) => ["check", "two-phase-commit", "--trace", `/nowhere/a${text}`],
    "a checkpoint": (text) => ["check", "two-phase-commit", "--checkpoint", `/nowhere/a${text}`],
    "a checkpoint to go on from": (text) => ["check", "--resume", `a${text}`],
    "a shell": (text) => ["completion", `a${text}`],
    "a part too many": (text) => ["list", "one", `a${text}`],
  };

  it.each(oneIn(9, Object.keys(places)))("prints where it is wrong: %s", async (place) => {
    for (const text of texts) {
      const args = places[place]?.(text) ?? [];
      const output = await run(...args);
      expectHarmless(output);
      expect({ args, ...output }).toMatchObject({ status: 2, stdout: "" });
      if (place !== "a part too many") expect(output.stderr).toMatch(/^(?:hintproof|error): .*a/);
    }
  });

  const unknown = [
    ["a protocol", ["check", named.replaceAll("/", "")]],
    ["a variant", ["check", "two-phase-commit", "--variant", named]],
    ["a property", ["check", "two-phase-commit", "--property", named]],
    ["a fair action", ["check", "page-ring", "--unfair", named]],
    ["a property with a bound", ["bound", "linux-free-page-reporting", named]],
    ["a part", ["show", "two-phase-commit", named]],
  ] as const;
  it.each(oneIn(2, unknown))(
    "prints where there is nothing of that name: %s",
    async (_what, args) => {
      const output = await run(...args);
      expectHarmless(output);
      expect(output.status).toBe(2);
      expectEach(
        inMessages.filter((text) => !text.includes("/")),
        output.stderr,
        "a",
      );
    },
  );

  it("prints in the line that repeats a violation, which a shell takes as it was typed", async () => {
    const path = at(`it's\n\u001b[31m\\ hostile.ts`);
    writeFileSync(path, spec);
    const output = await run("check", path, "--random", "--runs", "3", "--property", "explained");
    expectHarmless(output);
    const [, word = ""] =
      /^again: hintproof check (\$'.*') --property explained/m.exec(output.stdout) ?? [];
    const { stdout } = spawnSync("bash", ["-c", `printf %s ${word}`], { encoding: "utf8" });
    expect(stdout).toBe(path);
  });
});

describe("what is read from a file", () => {
  it("has a name that prints, and so have its folders", async () => {
    const folders = typed.filter((text) => !text.includes("/")).map((text) => `a${text}`);
    mkdirSync(at(join(...folders)), { recursive: true });
    for (const content of oneIn(2, [
      "export default (;",
      "throw new Error('no');",
      "export default 1;",
    ])) {
      const path = at(join(...folders, "a.ts"));
      writeFileSync(path, content);
      const output = await run("check", path, "--stack");
      expectHarmless(output);
      expect([2, 3]).toContain(output.status);
      for (const folder of folders) expect(output.stderr).toContain(printable(folder));
    }
  });

  it("prints where it cannot be compiled", async () => {
    const literal = JSON.stringify(named).replaceAll("\\n", " ").replaceAll("\\r", " ");
    for (const content of oneIn(3, [
      `const a = ${literal} "c";`,
      `import ${JSON.stringify(`./${named}`)};`,
      `import ${JSON.stringify(named)};`,
      `const a = 1 // ${named}\n;;)`,
      ...texts.map((text) => `;${text};)`).slice(0, 6),
    ])) {
      writeFileSync(at("wrong.ts"), content);
      const output = await run("check", at("wrong.ts"));
      expectHarmless(output);
      expect(output.status).toBe(3);
    }
  });

  it("prints where a trace does not fit", async () => {
    const trace = JSON.parse(readFileSync(at("trace.json"), "utf8")) as Record<string, unknown>;
    const [first] = trace["trace"] as readonly { step: object; state: object }[];
    const wrong: Readonly<Record<string, unknown>> = {
      schemaVersion: named,
      protocol: named,
      variant: named,
      constants: { [named]: named },
      property: { kind: named, name: named },
      reason: { [named]: named },
      initial: { [named]: named },
      trace: [{ ...first, step: { action: named, actor: named, choice: [named] } }],
      loopsTo: named,
    };
    const rest = { ...trace, property: { kind: "invariant", name: "explained" } };
    for (const [key, value] of oneIn(3, Object.entries(wrong))) {
      writeFileSync(at("wrong.json"), JSON.stringify({ ...rest, [key]: value }));
      const output = await run("replay", at("wrong.json"), "--spec", at("hostile.ts"));
      expectHarmless(output);
      expect({ key, ...output }).toMatchObject({ key, status: output.stdout === "" ? 2 : 4 });
      expect(output.stdout + output.stderr).toContain(`${printable("a\n")}`);
    }
    for (const text of oneIn(3, texts)) {
      writeFileSync(at("wrong.json"), `{ ${text}`);
      const output = await run("replay", at("wrong.json"));
      expectHarmless(output);
      expect(output.status).toBe(2);
    }
  });

  it("prints where a checkpoint is of something else", async () => {
    const facts = { protocol: "two-phase-commit", constants: {}, symmetry: true, source: "" };
    for (const other of oneIn(3, [
      { protocol: named },
      { variant: named },
      { constants: { [named]: 3 } },
      { properties: [named] },
      { file: { path: `/nowhere/${named}`, digest: "" } },
    ])) {
      const checkpoint = [{ of: named, header: { [named]: named }, states: new Uint8Array(9) }];
      writeCheckpoint(at("kept"), { ...facts, ...other }, checkpoint);
      const [line = "", head = ""] = readFileSync(at("kept"), "utf8").split("\n");
      expect([line, head]).toEqual([line, head].map(printable));
      const output = await run("check", "--resume", at("kept"));
      expectHarmless(output);
      expect(output).toMatchObject({ status: 2, stdout: "" });
    }
  });
});

describe("the door to the terminal", () => {
  const coloured = painter(true);

  it("lets line breaks through, and colours where there are some", () => {
    const roles = ["heading", "step", "change", "reason", "good", "bad", "quiet"] as const;
    const painted = roles.map((role) => coloured(role, role)).join("\n");
    expect(painted).toContain("\u001b");
    expect(guarded(painted, true)).toBe(painted);
    expect(guarded(painted)).toBe(painted.replaceAll("\u001b", "\\x1b"));
    for (const text of texts.filter((one) => !one.includes("\n") && !one.includes("\u001b[3"))) {
      expect(guarded(`a\n${text}`, true)).toBe(`a\n${printable(text)}`);
    }
  });

  it("keeps the lines of a message only where they are indented", () => {
    expect(paragraph("wrong\n  at a.ts:1:2\nholds: all\n")).toBe(
      "wrong\n  at a.ts:1:2\\nholds: all",
    );
  });

  it("is the only one", () => {
    const sources = readdirSync(new URL(".", import.meta.url), { encoding: "utf8" }).filter(
      (name) => name.endsWith(".ts") && !name.endsWith(".test.ts"),
    );
    const others = sources.filter((name) =>
      /console\.\w+\(|std(?:out|err)\.write\(/.test(
        readFileSync(new URL(name, import.meta.url), "utf8"),
      ),
    );
    // The beginning, which loads nothing, has only a word for when stdout is broken.
    expect(others.toSorted()).toEqual(["main.ts", "terminal.ts"]);
  });
});
