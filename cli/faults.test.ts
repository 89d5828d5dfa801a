import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderOutside, hintproof } from "../toys/built-command.ts";
import { few, oneIn } from "../toys/share.ts";

/*
 * Whose fault an error is, as the command says it: 3 for the spec's, 2 for what is typed and what files
 * hold; never "This is a bug in hintproof".
 */

let files = 0;

/** A file with a text, in a folder of its own. */
function fileWith(text: string, name = "odd.ts"): string {
  const file = join(folderOutside(), `${files++}-${name}`);
  writeFileSync(file, text);
  return file;
}

/** A spec of a lamp, with code before it, its condition, and what its file exports. */
const lamp = ({ before = "", when = "true", exported = "lamp", more = "" }): string => `
import { declare, oneOf, range, variant, ordered, each } from "hintproof";
${before}
const { action, invariant, spec } = declare({
  constants: { most: 1 },
  state: { light: oneOf("off", "on") },
});
const switches = action("somebody", {
  when: (state) => ${when},
  effect: (state) => { state.light = state.light === "on" ? "off" : "on"; },
});
const lamp = spec({ name: "lamp", title: "a lamp", actions: { switches } });
${more}
export default ${exported};
`;

async function statusOf(args: readonly string[]): Promise<{ status: number | null; said: string }> {
  const { status, stdout, stderr } = await hintproof(args);
  return { status, said: stdout + stderr };
}

describe("a default export that is no protocol", () => {
  const cases: Readonly<Record<string, string>> = {
    null: "null",
    undefined: "undefined",
    "a number": "3",
    "a function": "() => lamp",
    "a class": "class Lamp {}",
    "a promise": "Promise.resolve(lamp)",
    "a record that says it is one": '{ kind: "spec", name: "lamp" }',
    "a proxy of one": "new Proxy(lamp, {})",
    "a proxy that throws": "new Proxy({}, { get() { throw null; } })",
    "a getter that throws": "{ get kind() { throw null; } }",
    "an object without a prototype": "Object.create(null)",
  };
  it.each(oneIn(9, Object.entries(cases)))("%s ends with 2", async (_name, exported) => {
    const file = fileWith(
      `${lamp({ exported: "{}" }).replace("export default {}", `export default ${exported}`)}`,
    );
    const { status, said } = await statusOf(["check", file]);
    expect(said).toMatch(/is not a protocol: it has no default export that spec/);
    expect(status).toBe(2);
  });

  it("JSON ends with 2", async () => {
    const json = fileWith('{ "kind": "spec" }', "spec.json");
    const file = fileWith(`import odd from ${JSON.stringify(json)};\nexport default odd;\n`);
    expect(await statusOf(["check", file])).toMatchObject({ status: 2 });
  });
});

describe("a file whose loading fails ends with 3 and its place", () => {
  const cases: Readonly<Record<string, string>> = {
    "by an error": 'throw new Error("at loading");',
    "by an object without a prototype": "throw Object.create(null);",
    "by null": "throw null;",
    "by a proxy that throws":
      "throw new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 2; } });",
    "by an error that cannot be read":
      'throw Object.defineProperty(new Error(), "message", { get() { throw null; } });',
    "by an error that is its own cause": "const e = new Error('a circle'); e.cause = e; throw e;",
    "in a timer, with null": "setTimeout(() => { throw null; }, 0); await new Promise(() => {});",
    "by a promise that is rejected":
      "Promise.reject(Object.create(null)); await new Promise((done) => setTimeout(done, 50));",
  };
  it.each(oneIn(9, Object.entries(cases)))("%s", async (_name, more) => {
    const { status, said } = await statusOf(["check", fileWith(lamp({ more }))]);
    expect(said).toMatch(/odd\.ts/);
    expect(said).not.toContain("bug in hintproof");
    expect(status).toBe(3);
  });
});

describe("a file with several mistakes", () => {
  const change = "{ actions: { switchs: {} } }";
  const bad = `export const bad = variant(lamp, { name: "bad", because: "b", change: ${change}, expects: "holds" });`;
  const good =
    'export const good = variant(lamp, { name: "good", because: "b", change: {}, expects: "holds" });';

  it("ends with 3, and each has a line with file, line and column", async () => {
    const more = `action("nobody", { guard: 1, effect: 2 });\nconst n = oneOf();\n${bad}`;
    const { status, stdout, stderr } = await hintproof(["check", fileWith(lamp({ more }))]);
    const place = /^\S*odd\.ts:(\d+:\d+): error: (.*)$/;
    const lines = stderr.trimEnd().split("\n");
    expect(lines.map((line) => place.exec(line)?.[1])).toEqual(["13:1", "13:1", "14:11", "15:20"]);
    expect(stderr).toContain("There are: forAny, when, effect, fairness, source.");
    expect({ status, stdout }).toEqual({ status: 3, stdout: "" });
  });

  it("one of them in a variant: the others are checked, and its row says what is wrong", async () => {
    const file = fileWith(lamp({ more: `${bad}\n${good}` }));
    const table = await statusOf(["check", file, "--all"]);
    expect(table.said).toMatch(/protocol itself\) +holds +yes/);
    expect(table.said).toMatch(
      /bad +error +NO[^\n]*\n +NOT expected: \S*odd\.ts:13:20: error: .*switches\?/,
    );
    expect(table.said).toMatch(/good +holds +yes/);
    expect(table.status).toBe(3);
    const base = await statusOf(["check", file]);
    expect(base.said).toMatch(/^\S*odd\.ts:13:20: warning: lamp, variant bad: .*switches\?$/m);
    expect(base.status).toBe(0);
    expect(await statusOf(["check", file, "--variant", "bad"])).toMatchObject({ status: 3 });
  });
});

describe("what a file declares and nobody uses", () => {
  const unused = `export const other = variant(lamp, { name: "other", because: "b", change: {}, expects: "holds" });`;

  it("is warned of once, at its place, and with --strict refused with 3", async () => {
    const file = fileWith(lamp({ more: unused }));
    const line = /^\S*odd\.ts:4:\d+: (warning|error): lamp: nothing reads the constant most;.*\n$/;
    for (const more of few([["--all"]], [[], ["--all"]])) {
      const warned = await hintproof(["check", file, "--quiet", ...more]);
      expect(warned.stderr).toMatch(line);
      expect(warned.status).toBe(0);
      const refused = await hintproof(["check", file, "--quiet", "--strict", ...more]);
      expect(refused.stderr).toMatch(line);
      expect(refused.stderr).toContain(": error: ");
      expect({ ...refused, stderr: "" }).toMatchObject({ status: 3, stdout: "" });
    }
  });

  it("says nothing of what another file declares", async () => {
    const file = fileWith(
      `import { linuxFreePageReporting } from "hintproof/protocols/linux-free-page-reporting";
      export default linuxFreePageReporting;`,
    );
    const { status, stderr } = await hintproof([
      "check",
      file,
      "--quiet",
      "--strict",
      "--set",
      "blocks=1",
      "--property",
      "frameIsToldOnce",
    ]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});

describe("a function of a spec that throws ends with 3, its name and its place", () => {
  const thrown = [
    "null",
    "Object.create(null)",
    "new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 2; } })",
    'Object.defineProperty(new Error("x"), "cause", { get() { throw null; } })',
  ];
  it.each(oneIn(5, thrown))("throw %s", async (what) => {
    const file = fileWith(lamp({ when: `{ throw ${what}; }` }).replace("=> { throw", "=> { throw"));
    const { status, said } = await statusOf(["check", file]);
    expect(said).toContain("lamp: the condition of switches() fails: ");
    expect(said).not.toContain("bug in hintproof");
    expect(status).toBe(3);
  });

  it("in show, where a bound is asked for", async () => {
    const more =
      "export const odd = declare({ constants: {}, state: { n: range(0, () => { throw null; }) } })" +
      '.spec({ name: "odd", title: "odd", actions: {} });';
    const { status, said } = await statusOf(["show", fileWith(lamp({ more, exported: "odd" }))]);
    expect(said).toContain("A bound of a range or a sequence fails: null is thrown");
    expect(status).toBe(3);
  });

  it("in an explanation: the violation stands, and says that its explanation fails", async () => {
    const more = `
      const claim = invariant({ holds: (state) => state.light === "off", explain: () => { throw Object.create(null); } });
      const timed = invariant({ holds: (state) => state.light === "off", explain: () => String(Date.now()) });
      const explained = spec({ name: "explained", title: "t", actions: { switches }, invariants: { claim, timed } });`;
    const file = fileWith(lamp({ more, exported: "explained" }));
    const says = {
      claim: "(its explain fails: {} is thrown)",
      timed: "(its explain: it asks for Date.now();",
    };
    for (const [property, reason] of Object.entries(says)) {
      const { status, said } = await statusOf(["check", file, "--property", property]);
      expect(said).toContain(reason);
      expect(status).toBe(12);
    }
  });
});

describe("what a condition may not ask, even if it was taken when the file was loaded", () => {
  const cases: Readonly<Record<string, { before?: string; when: string; asks: string }>> = {
    "a clock": { before: "const clock = Date.now;", when: "clock() > 0", asks: "Date.now()" },
    "a timer of Node.js": {
      before: 'import { setTimeout as wait } from "node:timers";',
      when: "wait(() => {}, 1) !== undefined",
      asks: "setTimeout()",
    },
    "a die of Node.js": {
      before: 'import { randomInt } from "node:crypto";',
      when: "randomInt(9) < 9",
      asks: "crypto.randomInt()",
    },
    "a file": {
      before: 'import fs from "fs";',
      when: 'fs.existsSync("/")',
      asks: "fs.existsSync()",
    },
    "a file, by a promise": {
      before: 'import { readFile } from "node:fs/promises";',
      when: 'readFile("/") !== undefined',
      asks: "fs/promises.readFile()",
    },
    "the machine": {
      before: 'import { freemem } from "node:os";',
      when: "freemem() > 0",
      asks: "os.freemem()",
    },
    "a clock of Node.js": {
      before: 'import { performance as its } from "node:perf_hooks";',
      when: "its.now() > 0",
      asks: "performance.now()",
    },
    "another process": {
      before: 'import { execSync } from "node:child_process";',
      when: 'execSync("true") !== undefined',
      asks: "child_process.execSync()",
    },
    "a module found by its name": {
      before: 'const os = process.getBuiltinModule("os");',
      when: "os.uptime() > 0",
      asks: "os.uptime()",
    },
    "a module required": {
      before:
        'import { createRequire } from "node:module"; const v8 = createRequire(import.meta.url)("v8");',
      when: "v8.getHeapStatistics() !== undefined",
      asks: "v8.getHeapStatistics()",
    },
    "another context": {
      before: 'import vm from "node:vm";',
      when: 'vm.runInNewContext("Date.now()") > 0',
      asks: "vm.runInNewContext()",
    },
    "the queue of the process": {
      when: "process.nextTick(() => {}) === undefined",
      asks: "process.nextTick()",
    },
    "the stack of an error": {
      when: '(new Error("here").stack ?? "").length > 0',
      asks: "the stack of an error",
    },
    "the stack of an error, although the file lets stacks be made otherwise": {
      before: "Error.prepareStackTrace = (_error, calls) => calls.length;",
      when: '(new Error("here").stack as unknown as number) > 0',
      asks: "the stack of an error",
    },
    "a clock, by what a console makes of an object": {
      when: '(console.error({ get now() { return Date.now(); } }), console.error("%d", { valueOf: () => Date.now() }), true)',
      asks: "Date.now()",
    },
    "code made of text": { when: 'eval("true")', asks: "eval()" },
  };
  it.each(oneIn(9, Object.entries(cases)))("%s", async (_name, { before, when, asks }) => {
    const file = fileWith(lamp({ when, ...(before !== undefined && { before }) }));
    for (const engine of oneIn(2, ["compiled", "reference"])) {
      const { status, said } = await statusOf(["check", file, "--engine", engine]);
      expect(said).toContain(`lamp: the condition of switches(): it asks for ${asks};`);
      expect(said).toMatch(/odd\.ts:\d+:\d+: error: /);
      expect(status).toBe(3);
    }
  });

  it("what is found out when the file is loaded, and what only computes, may be used", async () => {
    const file = fileWith(
      lamp({
        before: `
          import assert from "node:assert";
          import { createHash } from "node:crypto";
          import { inspect } from "node:util";
          const [now, die, home] = [Date.now(), Math.random(), process.env.HOME];`,
        when: `{
          assert.ok(now > 0 && die < 1 && home !== "");
          assert.deepStrictEqual(JSON.parse(JSON.stringify(state)), { light: state.light });
          console.log(inspect(state), state, new Error("printed, with its stack"));
          return createHash("sha256").update(state.light).digest("hex").length === 64;
        }`,
      }),
    );
    const { status, stderr } = await hintproof(["check", file, "--engine", "reference"]);
    expect(stderr).toContain("{ light: 'off' } { light: 'off' } Error: printed, with its stack");
    expect(status).toBe(0);
    expect(await statusOf(["check", file])).toMatchObject({ status: 0 });
  });
});

describe("a file that changes JavaScript's own while it is loaded ends with 3", () => {
  const changes: Readonly<Record<string, string>> = {
    "JSON.stringify": "JSON.stringify = () => { throw 1; };",
    "Map.prototype.get": "Map.prototype.get = () => undefined;",
    "Array.prototype.flat": "Array.prototype.flat = () => { throw 1; };",
    "Object.prototype.then":
      'Object.defineProperty(Object.prototype, "then", { get() { throw 1; }, configurable: true });',
    "the prototype of iterators, Symbol.iterator":
      "Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()))[Symbol.iterator] = function () { return this; };",
  };
  it.each(oneIn(3, Object.entries(changes)))("%s", async (name, before) => {
    const { status, said } = await statusOf(["check", fileWith(lamp({ before }))]);
    expect(said).toContain(`The file changes ${name} while it is loaded`);
    expect(status).toBe(3);
  });
});

describe("a file that holds something else than it should ends with 2", () => {
  const texts: Readonly<Record<string, string>> = {
    nothing: "",
    "no JSON": "{",
    null: "null",
    "a number": "3",
    "a list": "[]",
    "a text": '"trace"',
    "another record": "{}",
    "a version only": '{ "schemaVersion": 1 }',
    "a version too late": '{ "schemaVersion": 2 }',
    "a report without counterexamples": '{ "verdict": "violated" }',
    "a report with odd ones": '{ "verdict": "violated", "counterexamples": [null, 3, {}] }',
    "a report whose list is none": '{ "verdict": { }, "counterexamples": { "length": 3 } }',
    "deep nesting": `${"[".repeat(100_000)}${"]".repeat(100_000)}`,
    "deep nesting in a trace": `{ "schemaVersion": 1, "protocol": ${"[".repeat(20_000)}${"]".repeat(20_000)} }`,
    "deep nesting in a state": traceWith(`{ "at": ${"[".repeat(20_000)}${"]".repeat(20_000)} }`),
  };
  it.each(oneIn(9, Object.entries(texts)))("a trace: %s", async (_name, text) => {
    const { status, said } = await statusOf(["replay", fileWith(text, "trace.json")]);
    expect(said).not.toContain("bug in hintproof");
    expect(status).toBe(2);
  });

  function traceWith(initial: string): string {
    return `{ "schemaVersion": 1, "protocol": "page-ring", "constants": {}, "reason": [], "trace": [],
      "property": { "kind": "invariant", "name": "x" }, "initial": ${initial} }`;
  }

  it("a trace or a report with any one part replaced", async () => {
    const corpus = new URL("../counterexamples/corpus/", import.meta.url);
    const name = "acknowledged-is-discarded.json";
    const whole = JSON.parse(readFileSync(new URL(name, corpus), "utf8")) as Record<
      string,
      unknown
    >;
    for (const key of oneIn(9, Object.keys(whole))) {
      for (const value of few([[null]], [null, "odd", [null]])) {
        const { status, said } = await statusOf([
          "replay",
          fileWith(JSON.stringify({ ...whole, [key]: value }), "trace.json"),
        ]);
        expect(said, `${key}: ${JSON.stringify(value)}`).not.toContain("bug in hintproof");
        expect(status, `${key}: ${JSON.stringify(value)}`).not.toBe(1);
      }
    }
  });

  it.each(
    oneIn(4, [
      "",
      "\n",
      "null\n",
      "[]\n",
      "{}\n",
      '{"format":"hintproof checkpoint"}\n',
      '{"format":"hintproof checkpoint","formatVersion":{}}\n',
      '{"format":"hintproof checkpoint","formatVersion":1,"protocol":3,"headerBytes":"x"}\n',
      '{"format":"hintproof checkpoint","formatVersion":1,"protocol":"page-ring","headerBytes":-9,"stateBytes":9}\n',
      '{"format":"hintproof checkpoint","formatVersion":1,"protocol":"page-ring","source":"x","symmetry":true,"constants":null,"headerBytes":0,"stateBytes":0,"crc32":0}\n',
    ]),
  )("the first line of a checkpoint: %j", async (line) => {
    const { status, said } = await statusOf([
      "check",
      "--resume",
      fileWith(line, "odd.checkpoint"),
    ]);
    expect(said).not.toContain("bug in hintproof");
    expect(status).toBe(2);
  });
});

describe("constants that are too large end with 2", () => {
  it.each(oneIn(5, ["9007199254740991", "9007199254740992", "4294967296", "1e400", "-1", "NaN"]))(
    "%s pages",
    async (pages) => {
      const { status, said } = await statusOf(["check", "page-ring", "--set", `pages=${pages}`]);
      expect(said).not.toContain("bug in hintproof");
      expect(status).toBe(2);
    },
  );
});
