import type { ChildProcess } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { folderOutside, hintproof, type Run } from "../toys/built-command.ts";
import { few, nightly, oneIn } from "../toys/share.ts";
import { packageRoot, packageVersion } from "./package-root.ts";
import { fitsSchema } from "../toys/fits-schema.ts";

/** A lock, with a variant for each way to fail. */
const lock = `
import { assert, declare, each, interchangeable, oneOf, variant } from "hintproof";
import { match } from "ts-pattern";
import { word } from "./word";

const constants = { cpus: 2, fast: false };
const cpu = interchangeable("cpu", ({ cpus }: typeof constants) => cpus);
const { action, assertion, invariant, spec, witness, leadsTo } = declare({
  constants,
  where: { "there is a cpu": ({ cpus }) => cpus >= 1 },
  state: { at: each(cpu, oneOf("out", "in")), lock: oneOf("free", "held") },
});
console.log("printed by the spec");

const cpuEnters = action(cpu, {
  when: (state, c) => state.at[c] === "out" && state.lock === "free",
  effect: (state, c) => {
    state.at[c] = "in";
    state.lock = match(word).with("held", () => "held" as const).exhaustive();
  },
});
const cpuLeaves = action(cpu, {
  fairness: "weak",
  when: (state, c) => state.at[c] === "in",
  effect: (state, c) => {
    state.at[c] = "out";
    state.lock = "free";
  },
});
const onlyOneIsIn = invariant((state) => state.at.filter((where) => where === "in").length <= 1);
const somebodyIsIn = witness((state) => state.at.includes("in"));
const lockIsFreedAgain = leadsTo({ from: (s) => s.lock === "held", to: (s) => s.lock === "free" });

const lock = spec({
  name: "lock",
  title: "one at a time",
  actions: { cpuEnters, cpuLeaves },
  invariants: { onlyOneIsIn },
  witnesses: { somebodyIsIn },
  liveness: { lockIsFreedAgain },
  mayEnd: (state) => state.lock === "free",
});
export default lock;

const because = "a test";
export const noLock = variant(lock, {
  name: "no-lock",
  because,
  change: { actions: { cpuEnters: { when: (state, c) => state.at[c] === "out" } } },
  expects: { breaks: ["onlyOneIsIn"] },
});
export const neverLeaves = variant(lock, {
  name: "never-leaves",
  because,
  change: { actions: { cpuLeaves: "removed" } },
  expects: { breaks: ["deadlockFreedom"] },
});
const nobodyLeaves = assertion("nobody leaves");
export const asserts = variant(lock, {
  name: "asserts",
  because,
  change: {
    actions: { cpuLeaves: { effect: (_, c) => assert(false, nobodyLeaves, { cpu: c }) } },
    properties: { nobodyLeaves },
  },
  expects: { breaks: ["nobodyLeaves"] },
});
export const nobodyEnters = variant(lock, {
  name: "nobody-enters",
  because,
  change: { actions: { cpuEnters: { effect: (state) => { state.lock = "free"; } } } },
  expects: { breaks: ["somebodyIsIn"] },
});
export const neverEnters = variant(lock, {
  name: "never-enters",
  because,
  change: {
    actions: { cpuEnters: { effect: () => {} } },
    properties: { somebodyIsIn: "removed", lockIsFreedAgain: "removed" },
  },
  expects: "holds",
});
export const starves = variant(lock, {
  name: "starves",
  because,
  change: { constants: { fast: true }, actions: { cpuLeaves: { fairness: "none" } } },
  expects: { breaks: ["lockIsFreedAgain"] },
});
`;
const atFault = `
import lock from "./lock";
import { variant } from "hintproof";
export default lock;
const because = "a test";
export const loops = variant(lock, {
  name: "loops",
  because,
  change: { actions: { cpuLeaves: { when: () => { for (;;); } } } },
  expects: "holds",
});
export const throws = variant(lock, {
  name: "throws",
  because,
  change: {
    actions: {
      cpuLeaves: {
        when: () => {
          throw new TypeError("oh dear");
        },
      },
    },
  },
  expects: "holds",
});
export const leavesItsDomain = variant(lock, {
  name: "leaves-its-domain",
  because,
  change: { actions: { cpuLeaves: { effect: (state) => { state.lock = "lost" as "free"; } } } },
  expects: "holds",
});
`;
/** Large: (n + 1)^2 states. */
const large = `
import { declare, range } from "hintproof";
const { action, invariant, spec } = declare({
  constants: { n: 3000 },
  state: { a: range(0, ({ n }: { n: number }) => n), b: range(0, ({ n }: { n: number }) => n) },
});
const aSteps = action("a", { when: (s, { n }) => s.a < n, effect: (s) => { s.a++; } });
const bSteps = action("b", { when: (s, { n }) => s.b < n, effect: (s) => { s.b++; } });
console.log("loaded");
const isCounted = invariant((state) => state.a >= 0);
export default spec({
  name: "large", title: "two counters", actions: { aSteps, bSteps }, invariants: { isCounted }, mayEnd: () => true,
});
`;

/** Explains for ever. */
const explains = `
import { declare, range } from "hintproof";
const { action, invariant, spec } = declare({ constants: {}, state: { at: range(0, 9) } });
const counts = action("c", { when: (s) => s.at < 9, effect: (s) => { s.at++; } });
const isLow = invariant({ holds: (s) => s.at < 5, explain: () => { for (;;); } });
export default spec({
  name: "explains", title: "explains", actions: { counts }, invariants: { isLow }, mayEnd: () => true,
});
`;

/** Wide: 10^places states, of which a level in the middle has many. */
const wide = `
import { declare, each, ordered, range } from "hintproof";
const constants = { places: 6 };
const place = ordered("place", ({ places }: typeof constants) => places);
const { action, invariant, spec } = declare({ constants, state: { at: each(place, range(0, 9)) } });
const counts = action("c", {
  forAny: place,
  when: (s, p) => (s.at[p] as number) < 9,
  effect: (s, p) => { (s.at[p] as number)++; },
});
const isCounted = invariant((state) => state.at.every((one) => one >= 0));
export default spec({
  name: "wide", title: "many counters", actions: { counts }, invariants: { isCounted }, mayEnd: () => true,
});
`;

const user = folderOutside();
const inUsersFolder = { cwd: user };
const file = (name: string, text: string): void => writeFileSync(join(user, name), text);

/** Asks for a run once for all tests that look at it. */
function once(run: () => Promise<Run>): () => Promise<Run> {
  let made: Promise<Run> | undefined;
  return () => (made ??= run());
}

/** What each variant of the lock that fails comes to: its exit status, and what is printed beside the report. */
const failing = {
  "no-lock": [12, "violated: only one is in\n"],
  "never-leaves": [11, "violated: deadlock freedom, and 1 other property too\n"],
  asserts: [14, "violated: nobody leaves\n"],
  "nobody-enters": [15, /^vacuous: somebody is in was never seen/],
  starves: [13, "violated: lock is freed again\n"],
} as const;
type Failing = keyof typeof failing;
const allFailing = Object.keys(failing) as readonly Failing[];
const reportOf = (variant: Failing): string => join(user, `${variant}.json`);
const runs = new Map(
  allFailing.map((variant) => [
    variant,
    once(() => {
      const args = ["check", "lock.ts", "--variant", variant, "--format", "json"];
      return hintproof([...args, "--output", reportOf(variant)], inUsersFolder);
    }),
  ]),
);
const reported = (variant: Failing): Promise<Run> => (runs.get(variant) as () => Promise<Run>)();

/** A shipped protocol that is violated, with its first counterexample in a file. */
const keptTrace = join(user, "kept.json");
const broken = ["check", "two-phase-commit", "--variant", "commits-without-waiting"];
const violated = once(() => hintproof([...broken, "--trace", keptTrace]));

/** A shipped protocol that holds. */
const holding = once(() =>
  hintproof(["check", "two-phase-commit", "--format", "json", "--trace", `${keptTrace}.none`]),
);

/** Seconds in which a function returns on a slow machine too. */
const stepTimeout = "4";

/** Sends a signal when a run has begun: some time after it says something, and more of it where it was slow to begin. */
function killUnderWay(child: ChildProcess, signal: NodeJS.Signals): void {
  const start = performance.now();
  child.stderr?.once("data", () => {
    setTimeout(() => child.kill(signal), Math.max(800, 2 * (performance.now() - start)));
  });
}

describe("hintproof", { concurrent: true }, () => {
  beforeAll(() => {
    file("word.ts", 'export enum Word { held = "held" }\nexport const word = "held" as const;\n');
    file("lock.ts", lock);
    file("at-fault.ts", atFault);
    file("explains.ts", explains);
    file("large.ts", large);
    file("wide.ts", wide);
    file(
      "endless-size.ts",
      large.replace("{ n: 3000 }", "{ n: 3, pages: 7 }").replace("=> n)", "=> { for (;;); })"),
    );
  });

  it("keeps the first counterexample in a file that can be taken again", async () => {
    expect((await violated()).status).toBe(12);
    const again = await hintproof(["replay", keptTrace]);
    expect(again).toMatchObject({ status: 12 });
    expect(again.stdout).toContain("still violated: managers agree");
    const nothing = await holding();
    expect(nothing.status).toBe(0);
    expect(nothing.stderr).toContain("nothing is violated");
  });

  nightly(() => {
    it("does not take a property that has nothing to say for one that a variant breaks", async () => {
      file(
        "muted.ts",
        `import { declare, oneOf, variant } from "hintproof";
         const { action, invariant, spec } = declare({ constants: {}, state: { light: oneOf("off", "on") } });
         const switches = action("people", { effect: (s) => { s.light = s.light === "on" ? "off" : "on"; } });
         const isKnown = invariant((s) => s.light === "on" || s.light === "off");
         const muted = spec({ name: "muted", title: "t", actions: { switches }, invariants: { isKnown } });
         export default muted;
         export const saysNothing = variant(muted, {
           name: "says-nothing",
           because: "a test",
           change: { properties: { isKnown: invariant({ when: () => false, holds: () => false }) } },
           expects: { breaks: ["isKnown"] },
         });`,
      );
      const { status, stdout } = await hintproof(["check", "muted.ts", "--all"], inUsersFolder);
      expect(status).not.toBe(0);
      expect(stdout).toContain("expected to break is known, which is vacuous");
    });
  });

  it("says what a file declares and does not list", async () => {
    file(
      "forgetful.ts",
      `import { declare, oneOf } from "hintproof";
       const { action, invariant, spec } = declare({ constants: {}, state: { light: oneOf("off", "on") } });
       const switches = action("people", { effect: (s) => { s.light = s.light === "on" ? "off" : "on"; } });
       const forgotten = action("cat", { effect: (s) => { s.light = "off"; } });
       const alsoForgotten = invariant((s) => s.light === "on");
       export default spec({ name: "forgetful", title: "t", actions: { switches } });`,
    );
    const { status, stdout } = await hintproof(["check", "forgetful.ts"], inUsersFolder);
    expect(status).toBe(0);
    expect(stdout).toContain("so not checked: an action of cat, a property (invariant)");
  });

  it("says what it can do, and loads for that nothing that searches or compiles", async () => {
    const coverage = join(user, "coverage");
    const { status, stdout, stderr } = await hintproof(["--help"], {
      env: { NODE_V8_COVERAGE: coverage },
      isAlone: true,
    });
    const [report = ""] = readdirSync(coverage).map((name) =>
      readFileSync(join(coverage, name), "utf8"),
    );
    const { result } = JSON.parse(report) as { readonly result: readonly { url: string }[] };
    const files = result.flatMap(({ url }) =>
      url.startsWith("file:") ? [fileURLToPath(url)] : [],
    );
    // What each bundle was made of, as it was built.
    const inputs = JSON.parse(
      readFileSync(new URL("dist/.inputs.json", packageRoot()), "utf8"),
    ) as Readonly<Record<string, readonly string[]>>;
    const bundled = files.filter((path) => path.includes(join("dist", "bundle")));
    expect(bundled.length).toBeGreaterThan(0);
    const loaded = [...files, ...bundled.flatMap((path) => inputs[basename(path)] ?? "?")];
    expect(loaded).toContain("dist/cli/program.js");
    expect(loaded).not.toContain("?");
    expect(loaded.join("\n")).not.toMatch(
      /dist\/(?:spec|model|checker|counterexamples)\/|esbuild|immer/,
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    for (const word of [
      "check",
      "list",
      "show",
      "replay",
      "follow",
      "completion",
      "Exit status",
      "Examples",
    ]) {
      expect(stdout).toContain(word);
    }
    expect((await hintproof(["check", "--help"])).stdout).toMatch(/--max-states[\s\S]*Exit status/);
    expect(await hintproof(["--version"])).toMatchObject({
      status: 0,
      stdout: `${packageVersion()}\n`,
    });
  });

  nightly(() => {
    it("checks a shipped protocol, with the same bytes each time", async () => {
      const [one, other] = await Promise.all([hintproof(broken), violated()]);
      expect(one.status).toBe(12);
      // Which is kept elsewhere.
      const same = ({ stdout }: Run): string => stdout.replace(/^ again: .*$/m, "");
      expect(same(one)).toBe(same(other));
      expect(one.stdout).toContain("managers agree, after 5 steps (no shorter trace exists)");
      expect(one.stdout).toContain("\nviolated: managers agree\n");
      expect(one.stderr).toMatch(/s, .*MB peak/);
    });
  });

  nightly(() => {
    it("pins the figures of two-phase commit, with and without symmetry", async () => {
      const args = ["check", "two-phase-commit", "--format", "json", "--quiet"];
      const [reduced, whole] = await Promise.all([
        hintproof(args),
        hintproof([...args, "--no-symmetry"]),
      ]);
      expect(reduced).toMatchObject({ status: 0, stderr: "" });
      expect(JSON.parse(reduced.stdout)).toMatchObject({
        verdict: "holds",
        statistics: { distinctStates: 80, orbits: 80, unreducedStates: 288 },
      });
      expect(JSON.parse(whole.stdout)).toMatchObject({
        verdict: "holds",
        statistics: { distinctStates: 288, generatedStates: 1146, depth: 11, unreducedStates: 288 },
      });
      expect(JSON.parse(whole.stdout).statistics).not.toHaveProperty("orbits");
    });
  });

  it("checks a protocol of the user's in any folder, and its variants", async () => {
    const { status, stdout, stderr } = await hintproof(
      ["check", "lock.ts", "--set", "cpus=3"],
      inUsersFolder,
    );
    expect(status).toBe(0);
    expect(stdout).toContain("lock, cpus=3 fast=false\n");
    expect(stdout).toMatch(/^ {2}lock is freed again +leads to +holds$/m);
    expect(stdout).toContain(
      "rests on weak fairness of cpu 0 leaves, cpu 1 leaves, cpu 2 leaves\n",
    );
    expect(stdout).toMatch(/^holds: 4 properties checked$/m);
    expect(stdout).not.toContain("printed by the spec");
    expect(stderr).toContain("printed by the spec");
    expect(readdirSync(user).filter((name) => name.endsWith(".js"))).toEqual([]);
  });

  it.each(allFailing)("ends %s with the exit status of its kind", async (variant) => {
    const { status, stdout } = await reported(variant);
    const [expected, text] = failing[variant];
    expect(stdout).toMatch(text);
    expect(status).toBe(expected);
  });

  it("checks a protocol with all its variants against what they are expected to do", async () => {
    const { status, stdout } = await hintproof(["check", "lock.ts", "--all"], inUsersFolder);
    expect(stdout).toMatch(/^starves .*violated +yes /m);
    expect(stdout).toMatch(/as expected: all 7\n$/);
    expect(status).toBe(0);
    if (few(true, false)) return;
    const json = await hintproof(
      ["check", "at-fault.ts", "--all", "--format", "json", "--step-timeout", stepTimeout],
      inUsersFolder,
    );
    expect(json.status).toBe(3);
    const rows = JSON.parse(json.stdout) as readonly {
      readonly variant?: string;
      readonly expected: boolean;
      readonly fault?: { readonly message: string };
    }[];
    expect(fitsSchema(rows), JSON.stringify(fitsSchema.errors)).toBe(true);
    const faultOf = (name: string): unknown =>
      expect.stringMatching(faults.find(([variant]) => variant === name)?.[2] as RegExp);
    expect(rows.map(({ variant, expected, fault }) => [variant, expected, fault?.message])).toEqual(
      [
        [undefined, true, undefined],
        ...["leaves-its-domain", "loops", "throws"].map((name) => [name, false, faultOf(name)]),
      ],
    );
  });

  /** What is wrong with each variant. */
  const faults = [
    [
      "throws",
      "the file, the line and the column of what is thrown",
      /^at-fault\.ts:19:17: error: .*condition of cpuLeaves.*oh dear/m,
    ],
    ["leaves-its-domain", "the variable that leaves its domain", /sets lock to "lost"/],
    [
      "loops",
      "the condition that never returns",
      /condition of cpuLeaves has not returned for 4 s/,
    ],
  ] as const;
  it.each(few(faults.slice(0, 1), [...faults]))(
    "blames the spec: %s, with %s",
    async (variant, _what, message) => {
      const { status, stdout, stderr } = await hintproof(
        ["check", "at-fault.ts", "--variant", variant, "--step-timeout", stepTimeout],
        inUsersFolder,
      );
      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(/^ {4}at /m);
      expect({ status, stdout }).toEqual({ status: 3, stdout: "" });
    },
  );

  it("shows stacks when asked, in the user's lines", async () => {
    const { stderr } = await hintproof(
      ["check", "at-fault.ts", "--variant", "throws", "--stack"],
      inUsersFolder,
    );
    expect(stderr).toMatch(/^ {4}at .*at-fault\.ts:19:17/m);
    expect(stderr).not.toContain("data:text/javascript");
  });

  const wrong = [
    [
      "a syntax error",
      "syntax.ts",
      "const a = 1;\nexport default {{;\n",
      3,
      /^syntax\.ts:2:17: error: /,
    ],
    [
      "an import of a variant that does not exist",
      "shipped-variants.ts",
      'import { hintsInPlac } from "hintproof/protocols/linux-free-page-reporting-variants";\nexport default hintsInPlac;\n',
      3,
      /linux-free-page-reporting-variants has no export hintsInPlac; did you mean hintsInPlace\?/,
    ],
  ] as const;
  const wrongAlike = [
    ["no protocol in it", "nothing.ts", "export default 3;\n", 2, /nothing\.ts is not a protocol/],
    [
      "an error while it is loaded",
      "load.ts",
      '\n\nthrow new Error("no luck");\n',
      3,
      /^load\.ts:3:7: error: .*no luck/,
    ],
    [
      "loading that never ends",
      "endless.ts",
      "for (;;);\n",
      3,
      /loading it has not come to an end for 4 s/,
    ],
    [
      "an import of ours that does not exist",
      "import.ts",
      'import { declar } from "hintproof";\nexport default declar;\n',
      3,
      /no export declar; did you mean declare\?/,
    ],
    [
      "a package that is not there",
      "package.ts",
      'import "leftpad";\nexport default 1;\n',
      3,
      /package\.ts:1:8: error: Could not resolve "leftpad"/,
    ],
    [
      "an import of a shipped protocol that does not exist",
      "shipped.ts",
      'import { pageRin } from "hintproof/protocols/page-ring";\nexport default pageRin;\n',
      3,
      /hintproof\/protocols\/page-ring has no export pageRin; did you mean pageRing\?/,
    ],
  ] as const;
  it.each([...wrong, ...few<typeof wrongAlike | readonly []>([], wrongAlike)])(
    "says of a file what is wrong: %s",
    async (_what, name, text, expected, message) => {
      file(name, text);
      const { status, stdout, stderr } = await hintproof(
        ["check", name, "--step-timeout", stepTimeout],
        inUsersFolder,
      );
      expect(stderr).toMatch(message);
      expect({ status, stdout }).toEqual({ status: expected, stdout: "" });
    },
  );

  it.each(
    oneIn(6, [
      [["check", "two-phase-comit"], /did you mean two-phase-commit\?/],
      [["check", "nowhere.ts"], /no file nowhere\.ts/],
      [
        ["check", "two-phase-commit", "--variant", "commit-without-waiting"],
        /did you mean commits-without-waiting\?/,
      ],
      [["check", "two-phase-commit", "--property", "managerAgree"], /did you mean managersAgree\?/],
      [["check", "two-phase-commit", "--set", "manager=3"], /did you mean managers\?/],
      [
        ["check", "two-phase-commit", "--set", "managers=many"],
        /whole number, true or false, not "many"/,
      ],
      [["check", "two-phase-commit", "--set", "managers=-1"], /0 or more, not -1/],
      [["check", "two-phase-commit", "--set", "managers=0"], /there is a manager/],
      [["check", "two-phase-commit", "--set", "managers"], /NAME=VALUE/],
      [["check", "two-phase-commit", "--max-states", "none"], /whole number, 1 or more/],
      [["check", "two-phase-commit", "--max-sates", "3"], /Did you mean --max-states/],
      [["check", "two-phase-commit", "--engine", "steam"], /Allowed choices/],
      [["check", "two-phase-commit", "--memory", "much"], /a size such as 2G, 512M, or a number/],
      [["check", "two-phase-commit", "--memory", "0"], /a size such as 2G/],
      [["check", "two-phase-commit", "--memory", "65G"], /64G at most/],
      [
        ["check", "two-phase-commit", "--engine", "reference", "--memory", "1G"],
        /max-old-space-size/,
      ],
      [["check", "two-phase-commit", "--workers", "0"], /whole number, 1 to 64/],
      [["check", "two-phase-commit", "--workers", "65"], /whole number, 1 to 64/],
      [
        ["check", "two-phase-commit", "--engine", "reference", "--workers", "2"],
        /--workers is for the compiled engine; leave out --workers or --engine reference\./,
      ],
      [["check", "two-phase-commit", "--random", "--workers", "2"], /does not go with --random/],
      [["check", "two-phase-commit", "--random", "--engine", "compiled"], /not go with --random/],
      [
        ["check", "two-phase-commit", "--all", "--statistics"],
        /--statistics does not go with --all/,
      ],
      [["check", "two-phase-commit", "--all", "--checkpoint", "kept"], /not go with --all/],
      [["check", "--checkpoint", "kept"], /needs the name of a protocol/],
      [["check", "two-phase-commit", "--checkpoint", "/dev/null"], /is not an ordinary file/],
      [["check", "two-phase-commit", "--checkpoint", "/nowhere/kept"], /no such folder/],
      [["check", "--resume", "nowhere"], /no checkpoint nowhere/],
      [["check", "--resume", "package.json"], /package\.json is not a checkpoint/],
      [["check", "--resume", "cli"], /cli cannot be read: it is a folder/],
      [
        ["check", "--resume", "package.json", "--engine", "reference"],
        /is for the compiled engine/,
      ],
      [["check", "two-phase-commit", "--seed", "3"], /goes with --random/],
      [["check", "two-phase-commit", "two"], /There is no protocol two\. /],
      [["list", "lock.ts", "two"], /too many arguments/],
      [["check", "--set", "managers=3"], /needs the name of a protocol/],
      [["check", "two-phase-commit", "--output", "/nowhere/report.json"], /no such folder/],
      [["check", "two-phase-commit", "--output", tmpdir()], /it is a folder/],
      [["check", "two-phase-commit", "--all", "--first"], /--first does not go with --all/],
      [["check", "two-phase-commit", "--all", "--traces"], /--traces does not go with --all/],
      [["check", "README.md"], /README\.md is not a TypeScript file/],
      [
        ["check", "spec/protocols/page-ring/clams.ts"],
        /did you mean spec\/protocols\/page-ring\/claims\.ts\?/,
      ],
      [["check", "./docs.test"], /no file \.\/docs\.test; did you mean docs\.test\.ts\?/],
      [["show", "two-phase-commit", "managers", "agre"], /did you mean managersAgree\?/],
      [["shout"], /unknown command/],
      [["show"], /missing required argument/],
      [["completion", "bsh"], /did you mean bash\?/],
      [[], /Usage/],
    ] as const),
  )("blames the command line: %j", async (args, message) => {
    const { status, stdout, stderr } = await hintproof(args);
    expect(stderr).toMatch(message);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });

  nightly(() => {
    it("answers alike with either engine, and says which it was", async () => {
      const args = ["check", "two-phase-commit", "--format", "json", "--quiet"];
      const [compiled, named, reference] = await Promise.all([
        hintproof([...args, "--workers", "2"]),
        hintproof([...args, "--engine", "compiled"]),
        hintproof([...args, "--engine", "reference"]),
      ]);
      type Answer = { readonly engine: string; readonly properties: unknown; statistics: object };
      const answers = [compiled, named, reference].map(
        ({ stdout }) => JSON.parse(stdout) as Answer,
      );
      expect(answers.map(({ engine }) => engine)).toEqual(["compiled", "compiled", "reference"]);
      for (const { properties, statistics } of answers) {
        expect(properties).toEqual(answers[0]?.properties);
        expect(statistics).toMatchObject({ distinctStates: 80, unreducedStates: 288, depth: 11 });
      }
      const random = await hintproof([...args, "--random", "--runs", "2"]);
      expect(JSON.parse(random.stdout)).toMatchObject({ engine: "reference", runs: 2 });
    });
  });

  nightly(() => {
    it("lets the reference engine judge everything as well, if asked, and says so last", async () => {
      const args = ["check", "two-phase-commit", "--set", "managers=4", "--no-symmetry"];
      const [one, two, json] = await Promise.all([
        hintproof([...args, "--audit", "all", "--workers", "1"]),
        hintproof([...args, "--audit", "all", "--workers", "2"]),
        hintproof([...args, "--audit", "all", "--format", "json"]),
      ]);
      expect(one.stdout).toMatch(
        /1,568 audited\n\nholds: .*\nevery state and step was judged by the reference engine as well\n$/,
      );
      expect(two.stdout).toBe(one.stdout);
      expect(JSON.parse(json.stdout)).toMatchObject({
        audit: "all",
        statistics: { distinctStates: 1_568, auditedStates: 1_568 },
      });
      for (const other of [["--random"], ["--engine", "reference"]]) {
        const refused = await hintproof([...args.slice(0, 2), "--audit", "all", ...other]);
        expect(refused).toMatchObject({ status: 2, stdout: "" });
        expect(refused.stderr).toContain("--audit");
      }
      const reference = await hintproof([...args.slice(0, 2), "--engine", "reference"]);
      expect(reference.stdout).toMatch(/\nit rests on the reference engine alone, .*\n$/);
    });
  });

  nightly(() => {
    it("says behind the result what it took to explore, if asked", async () => {
      const args = ["check", "lock.ts", "--statistics"];
      const [compiled, reference, json] = await Promise.all([
        hintproof([...args, "--workers", "1"], inUsersFolder),
        hintproof([...args, "--engine", "reference"], inUsersFolder),
        hintproof(["check", "lock.ts", "--format", "json"], inUsersFolder),
      ]);
      const behind = (text: string): string => text.slice(text.indexOf("\nholds: "));
      expect(behind(compiled.stdout)).toMatch(
        /^\nholds: .*\n(?:.+\n)+\n {2}action +steps +recipe runs +diagram nodes +interpreted runs\n {2}cpu enters +\d+ +\d+ +\d+ +\d+\n {2}cpu leaves .*\n\n\d+ states? audited, [\d,]+ steps? compared with the reference\n1 thread explored\n$/,
      );
      expect(behind(reference.stdout)).toMatch(
        /^\nholds: .*\n(?:.+\n)+\n {2}action +steps\n {2}cpu enters +\d+\n {2}cpu leaves +\d+\n\n\d+ states? audited with the reference\n$/,
      );
      const { statistics } = JSON.parse(json.stdout) as { statistics: object };
      expect(statistics).toMatchObject({
        comparedSteps: expect.any(Number),
        actions: { cpuEnters: { steps: expect.any(Number), recipeRuns: expect.any(Number) } },
      });
    });
  });

  it("is incomplete at a limit, never green", async () => {
    const args = ["check", "large.ts", "--format", "json", "--quiet"];
    const [states, time] = await Promise.all([
      hintproof([...args, "--max-states", "100"], inUsersFolder),
      hintproof([...args, "--timeout", "0.3"], inUsersFolder),
    ]);
    expect(states.status).toBe(4);
    expect(JSON.parse(states.stdout)).toMatchObject({
      verdict: "incomplete",
      reason: "state limit",
      statistics: { distinctStates: 91 }, // the whole levels up to the limit
    });
    expect(time.status).toBe(4);
    expect(JSON.parse(time.stdout)).toMatchObject({ verdict: "incomplete", reason: "time limit" });
    for (const { stdout } of [states, time]) expect(fitsSchema(JSON.parse(stdout))).toBe(true);
  });

  it.each(oneIn(2, ["SIGINT", "SIGTERM", "SIGHUP"] as const))(
    "ends with figures at %s, also where a condition does not return",
    async (signal) => {
      const { status, stdout } = await hintproof(["check", "large.ts"], {
        ...inUsersFolder,
        during: (child) => killUnderWay(child, signal),
      });
      expect(stdout).toMatch(
        /[\d,]+ distinct states[^]*incomplete: interrupted; nothing was proved\n$/,
      );
      expect(status).toBe(4);
      if (few(true, false)) return;
      const stuck = await hintproof(
        ["check", "at-fault.ts", "--variant", "loops", "--step-timeout", "600"],
        {
          ...inUsersFolder,
          during: (child) => killUnderWay(child, signal),
        },
      );
      expect(stuck.stdout).toContain("incomplete: interrupted; nothing was proved");
      expect(stuck.status).toBe(4);
    },
  );

  it("ends a table at Ctrl-C with the rows that were made, and lists only those", async () => {
    const args = ["check", "lock.ts", "large.ts", "wide.ts", "--workers", "1"];
    const during = (child: ChildProcess): void => {
      child.stdout?.once("data", () => child.kill("SIGINT"));
    };
    const [text, json] = await Promise.all([
      hintproof(args, { ...inUsersFolder, during }),
      hintproof([...args, "--format", "json"], {
        ...inUsersFolder,
        during: (child) => killUnderWay(child, "SIGINT"),
      }),
    ]);
    expect(text.stdout).toMatch(
      /^lock.ts: [^]*\n\ninterrupted: 1 of 3 were made; as expected: what was made\n$/,
    );
    expect(text.stdout).not.toMatch(/large|wide|NOT/);
    expect(text.status).toBe(4);
    const rows = JSON.parse(json.stdout) as readonly { readonly verdict: string }[];
    expect(rows.length).toBeLessThan(3);
    expect(rows.every(({ verdict }) => verdict === "holds")).toBe(true);
    expect(json.status).toBe(4);
  });

  nightly(() => {
    it("names an explain that does not return, and ends it at a limit of time", async () => {
      const [fault, late] = await Promise.all([
        hintproof(["check", "explains.ts", "--step-timeout", stepTimeout], inUsersFolder),
        hintproof(
          ["check", "explains.ts", "--step-timeout", "600", "--timeout", "15"],
          inUsersFolder,
        ),
      ]);
      expect(fault.stderr).toContain("the explain of isLow has not returned for 4 s");
      expect(fault.status).toBe(3);
      expect(late.stdout).toContain("violated; there was no time for its trace");
      expect(late.status).toBe(4);
    });
  });

  it("does not wait for the end of what has none, nor for a folder", async () => {
    const runs = await Promise.all(
      ["/dev/zero", "."].map((file) => hintproof(["replay", file], inUsersFolder)),
    );
    for (const { status, stderr } of runs) {
      expect(stderr).toContain("is no regular file");
      expect(status).toBe(2);
    }
  });

  nightly(() => {
    it("is incomplete when memory runs out", async () => {
      const runs = await Promise.all([
        hintproof(["check", "large.ts", "--engine", "reference"], {
          ...inUsersFolder,
          env: { NODE_OPTIONS: "--max-old-space-size=30" },
        }),
        hintproof(["check", "large.ts", "--memory", "32M"], inUsersFolder),
      ]);
      for (const { status, stdout } of runs) {
        expect(stdout).toContain("incomplete: memory limit; nothing was proved");
        expect(status).toBe(4);
      }
    });
  });

  nightly(() => {
    it("prints the same bytes with one thread and with several", async () => {
      const args = ["check", "wide.ts", "--quiet"];
      const [one, several] = await Promise.all([
        hintproof([...args, "--workers", "1"], inUsersFolder),
        hintproof([...args, "--workers", "3"], inUsersFolder),
      ]);
      expect(one.stdout).toContain("1,000,000 distinct states");
      expect(several).toEqual(one);
    });
  });

  nightly(() => {
    it("fails when a thread that helps is lost, instead of waiting for it", async () => {
      const dies = `import { workerData } from "node:worker_threads";
      if (workerData?.help !== undefined) process.exit(0);`;
      file("lost.ts", dies + wide);
      const { status, stdout, stderr } = await hintproof(
        ["check", "lost.ts", "--workers", "2", "--set", "places=7"],
        inUsersFolder,
      );
      expect(stderr).toContain("A thread that helped the search was lost: it has ended.");
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    });
  });

  it("goes on from a checkpoint, and comes to what it would have come to", async () => {
    const size = few({ n: 100, most: 4_000 }, { n: 2000, most: 300_000 });
    const args = ["check", "large.ts", "--set", `n=${size.n}`, "--quiet", "--workers", "1"];
    const kept = ["--checkpoint", "large.checkpoint", "--max-states", `${size.most}`];
    const early = await hintproof([...args, ...kept], inUsersFolder);
    expect(early.status).toBe(4);
    expect(early.stderr).toContain(
      "to go on: hintproof check --resume large.checkpoint --checkpoint large.checkpoint\n",
    );
    const [resumed, whole] = await Promise.all([
      hintproof(["check", "--resume", "large.checkpoint", "--quiet"], inUsersFolder),
      hintproof(args, inUsersFolder),
    ]);
    expect(whole.stdout).toContain(`${few("10,201", "4,004,001")} distinct states`);
    const over = await hintproof([...args, ...kept], inUsersFolder);
    expect(over).toMatchObject({ status: 2, stdout: "" });
    expect(over.stderr).toContain("--resume large.checkpoint goes on from it");
    expect(resumed).toEqual(whole);

    if (few(true, false)) return;
    const resume = async (...more: readonly string[]): Promise<string> => {
      const { status, stdout, stderr } = await hintproof(
        ["check", ...more, "--resume", "large.checkpoint"],
        inUsersFolder,
      );
      expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
      return stderr;
    };
    expect(await resume("--set", "n=29")).toContain(`constants: n=29; in the file: n=${size.n}`);
    file("changed.ts", large.replace("state.a >= 0", "state.a >= -1"));
    expect(await resume("changed.ts")).toContain("the protocol has been changed since");
    expect(await resume("two-phase-commit")).toContain("of large, not of two-phase-commit");
    expect(await resume("--no-symmetry", "--property", "isCounted")).toContain(
      "properties: isCounted; in the file: all",
    );
  });

  nightly(() => {
    it("goes on with nothing where the file finds something else when it is loaded", async () => {
      writeFileSync(join(user, "limit"), "-1");
      const reads = `import { readFileSync } from "node:fs";
      ${large.replace("state.a >= 0", "state.a >= limits.lowest()")}
      const lowest = Number(readFileSync("limit", "utf8"));
      class Limits { lowest() { return lowest; } }
      const limits = new Limits();`;
      file("reads.ts", reads);
      const some = ["--max-states", "100", "--workers", "1"];
      await hintproof(["check", "reads.ts", ...some, "--checkpoint", "found"], inUsersFolder);
      const resume = (): Promise<Run> =>
        hintproof(["check", "reads.ts", "--resume", "found", "--max-states", "200"], inUsersFolder);
      expect(await resume()).toMatchObject({ status: 4 });
      writeFileSync(join(user, "limit"), "1");
      expect((await resume()).stderr).toContain("the protocol has been changed since");
    });
  });

  nightly(() => {
    it("runs no file that only a checkpoint names, unless it ran the same when it wrote it here", async () => {
      const ran = join(user, "ran");
      const leavesTrace = `import { appendFileSync } from "node:fs";
      appendFileSync(${JSON.stringify(ran)}, "x");`;
      file("traced.ts", leavesTrace + large);
      await hintproof(
        ["check", "traced.ts", "--max-states", "100", "--workers", "1", "--checkpoint", "traced"],
        inUsersFolder,
      );
      writeFileSync(ran, "");
      const resume = (checkpoint: string, ...more: readonly string[]): Promise<Run> =>
        hintproof(
          ["check", ...more, "--resume", checkpoint, "--max-states", "200", "--workers", "1"],
          inUsersFolder,
        );
      copyFileSync(join(user, "traced"), join(user, "copied"));
      const copied = await resume("copied");
      expect(copied).toMatchObject({ status: 2, stdout: "" });
      expect(copied.stderr).toContain("Name the file: hintproof check FILE.ts --resume copied");
      expect(readFileSync(ran, "utf8")).toBe("");

      expect(await resume("copied", "traced.ts")).toMatchObject({ status: 4 });
      expect(await resume("traced")).toMatchObject({ status: 4 });
      expect(readFileSync(ran, "utf8")).toBe("xx");

      file("traced.ts", `${leavesTrace} // otherwise${large}`.replace("a >= 0", "a >= -1"));
      const changed = await resume("traced");
      expect(changed).toMatchObject({ status: 2, stdout: "" });
      expect(changed.stderr).toContain("the protocol has been changed since, so nothing of");
      expect(readFileSync(ran, "utf8")).toBe("xx");
    });
  });

  nightly(() => {
    it("refuses a checkpoint in which a bit has changed, wherever it is", async () => {
      const made = ["check", "page-ring", "--max-states", "200", "--no-symmetry", "--workers", "1"];
      await hintproof([...made, "--checkpoint", "bits"], inUsersFolder);
      const bytes = readFileSync(join(user, "bits"));
      const head = bytes.indexOf("\n") + 1;
      const known = [
        3,
        30,
        bytes.indexOf("constants"),
        bytes.indexOf("symmetry"),
        head + 5,
        bytes.length - 9,
      ];
      for (const at of known) {
        const changed = Uint8Array.from(bytes);
        changed[at] = (changed[at] as number) ^ 1;
        writeFileSync(join(user, "bits"), changed);
        const { status, stdout } = await hintproof(["check", "--resume", "bits"], inUsersFolder);
        expect({ at, status, stdout }).toEqual({ at, status: 2, stdout: "" });
      }
    });
  });

  nightly(() => {
    it("comes to the end by runs that have little time, and says the same as one that was given time", async () => {
      const kept = ["--checkpoint", "chain", "--quiet"];
      const instance = ["check", "linux-free-page-reporting", "--set", "blocks=1"];
      const begin = [...instance, "--max-states", "50"];
      let last = await hintproof([...begin, ...kept], inUsersFolder);
      for (let runs = 1; last.status === 4 && runs < 300; runs++) {
        expect(last.stderr).toContain(
          "to go on: hintproof check --resume chain --checkpoint chain",
        );
        last = await hintproof(
          ["check", "--resume", "chain", "--timeout", "0.3", ...kept],
          inUsersFolder,
        );
      }
      const whole = await hintproof(instance, inUsersFolder);
      expect(whole.stdout).toContain("cannot be violated at these constants");
      expect(last.stdout).toBe(whole.stdout);
      expect(last.status).toBe(0);
    });
  });

  nightly(() => {
    it("keeps a checkpoint at Ctrl-C", async () => {
      const { status, stderr } = await hintproof(["check", "large.ts", "--checkpoint", "kept"], {
        ...inUsersFolder,
        during: (child) => killUnderWay(child, "SIGINT"),
      });
      expect(stderr).toContain("to go on: hintproof check --resume kept --checkpoint kept\n");
      expect(status).toBe(4);
    });
  });

  nightly(() => {
    it("takes random runs that a seed and a path repeat", async () => {
      const args = [...broken, "--random", "--seed", "5"];
      const { status, stdout } = await hintproof([...args, "--format", "json", "--quiet"]);
      expect(status).toBe(12);
      const report = JSON.parse(stdout) as { seed: number; path: string; trace: unknown };
      expect(fitsSchema(report), JSON.stringify(fitsSchema.errors)).toBe(true);
      expect(report.seed).toBe(5);
      const again = await hintproof([
        ...args,
        "--path",
        report.path,
        "--format",
        "json",
        "--quiet",
      ]);
      expect(JSON.parse(again.stdout)).toMatchObject({ trace: report.trace });
    });
  });

  it("is incomplete after random runs without a violation", async () => {
    const args = ["check", "two-phase-commit", "--random", "--runs", "5", "--steps", "4"];
    const { status, stdout } = await hintproof([...args, "--format", "json"]);
    expect(status).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: "incomplete",
      reason: "random exploration",
      runs: 5,
    });
  });

  nightly(() => {
    it("finds no violation under a path that leads to none", async () => {
      const args = [...broken, "--random", "--seed", "5", "--path", "0:0", "--steps", "1"];
      const elsewhere = await hintproof(args);
      expect(elsewhere.stderr).toContain("There is no violation under the path 0:0 of seed 5.");
      expect(elsewhere).toMatchObject({ status: 2, stdout: "" });
    });
  });

  nightly(() => {
    it("prints the line that repeats the violation of a random run", async () => {
      const options = ["--set", "cpus=3", "--variant", "no-lock", "--property", "only one is in"];
      const args = ["check", "lock.ts", ...options, "--random", "--steps", "9", "--seed", "3"];
      const asText = ["--format", "text"];
      const { stdout } = await hintproof([...args, ...asText], inUsersFolder);
      const [, again = ""] = /^again: hintproof (.*)$/m.exec(stdout) ?? [];
      expect(again).toMatch(
        /^check lock\.ts --set cpus=3 --variant no-lock --property 'only one is in' --random --steps 9 --seed 3 --path [\d:]+$/,
      );
      const typed = again.replace("'only one is in'", "onlyOneIsIn").split(" ");
      const repeated = await hintproof([...typed, ...asText], inUsersFolder);
      expect(repeated.status).toBe(12);
      const traceOf = (text: string): string =>
        text.slice(0, text.indexOf("\n\n  only")).replace(/^again: .*/, "");
      expect(traceOf(repeated.stdout)).toBe(traceOf(stdout));
    });
  });

  nightly(() => {
    it("says with the verdict which actions were never taken", async () => {
      const { status, stdout } = await hintproof(
        ["check", "lock.ts", "--set", "cpus=1", "--variant", "never-enters"],
        inUsersFolder,
      );
      const idle =
        /^holds: .*; never taken: cpu leaves; taken and never changed anything: cpu enters$/m;
      expect(stdout).toMatch(idle);
      expect(stdout.match(/never taken/g)).toHaveLength(1);
      expect(status).toBe(0);
      const early = await hintproof(
        ["check", "lock.ts", "--variant", "no-lock", "--first"],
        inUsersFolder,
      );
      expect(early.stdout).not.toContain("never taken");
    });
  });

  nightly(() => {
    it("decides liveness on orbits, and begins with none of all states where they do not fit", async () => {
      const args = ["check", "page-ring", "--set", "pages=20"];
      const ofOrbits = await hintproof(args);
      expect(ofOrbits.stdout).toMatch(/^ {2}report comes back +leads to +holds$/m);
      expect(ofOrbits.status).toBe(0);
      const { status, stdout } = await hintproof([...args, "--needed-fairness"]);
      expect(stdout).toMatch(/^ {2}report comes back +leads to +undecided$/m);
      expect(stdout).toContain("5,594 orbits (1,179,696,437,579 states)");
      expect(stdout).toMatch(/^incomplete: too many states for liveness; .*--no-liveness/m);
      expect(status).toBe(4);
    });
  });

  describe("bound", () => {
    const rounds = `
import { declare, oneOf, range } from "hintproof";
const { action, spec, within } = declare({
  constants: { most: 3 },
  state: { at: oneOf("waits", "is served"), rounds: range(0, 5) },
});
const goesRound = action("server", {
  when: (state) => state.at === "waits" && state.rounds < 5,
  effect: (state) => { state.rounds += 1; },
});
const serves = action("server", {
  when: (state) => state.at === "waits" && state.rounds >= 2,
  effect: (state) => { state.at = "is served"; },
});
const restarts = action("server", {
  when: (state) => state.at === "waits",
  effect: (state) => { state.rounds = 0; },
});
const waiting = {
  from: (state: { at: string }) => state.at === "waits",
  to: (state: { at: string }) => state.at === "is served",
};
export default spec({
  name: "rounds",
  title: "t",
  actions: { goesRound, serves, restarts },
  liveness: {
    servedInRounds: within({ ...waiting, counting: "goesRound", atMost: 9 }),
    servedOnce: within({ ...waiting, counting: "serves", atMost: 1 }),
    neverAsked: within({ from: () => false, to: () => false, counting: "serves", atMost: 1 }),
  },
  mayEnd: (state) => state.at === "is served",
});
`;
    const bound = async (...args: readonly string[]) => {
      writeFileSync(join(user, "rounds.ts"), rounds);
      return hintproof(["bound", "rounds.ts", "--quiet", ...args], inUsersFolder);
    };

    it("finds the worst case, with a trace that shows it", async () => {
      const { status, stdout } = await bound("servedOnce");
      expect(stdout).toContain("rounds, most=3: the worst case, 1 counted\n");
      expect(stdout).toContain("counted: 1\n");
      expect(stdout).toMatch(/^holds: 1 property checked/m);
      expect(status).toBe(0);
    });

    it("shows a loop where there is no bound", async () => {
      const { status, stdout } = await bound("servedInRounds", "--format", "json");
      const { properties } = JSON.parse(stdout) as { properties: readonly object[] };
      expect(properties).toMatchObject([
        { name: "servedInRounds", liveness: { worst: { kind: "unbounded" } } },
      ]);
      expect(fitsSchema(JSON.parse(stdout)), JSON.stringify(fitsSchema.errors)).toBe(true);
      expect(status).toBe(13);
    });

    it("says where there is nothing to wait for", async () => {
      expect((await bound("neverAsked")).status).toBe(15);
    });

    nightly(() => {
      it("prints the loop where there is no bound", async () => {
        expect((await bound("servedInRounds")).stdout).toMatch(
          /from here it repeats: steps? .* for ever/,
        );
      });

      it("says what has no bound", async () => {
        const { status, stderr } = await hintproof(["bound", "two-phase-commit"]);
        expect({ status, stderr }).toEqual({
          status: 2,
          stderr: "hintproof: two-phase-commit: none of its properties is a `within`.\n",
        });
        const other = await bound("serves");
        expect(other.status).toBe(2);
        expect(other.stderr).toMatch(/rounds has no property serves/);
      });
    });
  });

  nightly(() => {
    it("notices that a part of a liveness property does not return", async () => {
      const text = `
import { declare, range } from "hintproof";
const { action, alwaysEventually, spec } = declare({
  constants: {},
  state: { x: range(0, 299), y: range(0, 299) },
});
const moves = action("x", { effect: (state) => { state.x = (state.x + 1) % 300; } });
const turns = action("y", { effect: (state) => { state.y = (state.y + 1) % 300; } });
const comesBack = alwaysEventually((state) => {
  if (state.x === 277 && state.y === 233) for (;;);
  return state.x === 0;
});
export default spec({ name: "far", title: "t", actions: { moves, turns }, liveness: { comesBack } });
`;
      writeFileSync(join(user, "far.ts"), text);
      const { status, stdout, stderr } = await hintproof(
        ["check", "far.ts", "--step-timeout", stepTimeout],
        inUsersFolder,
      );
      expect(stderr).toContain("property comesBack has not returned for 4 s");
      expect({ status, stdout }).toEqual({ status: 3, stdout: "" });
    });
  });

  nightly(() => {
    it("ends in time while the model is being built, and says what may be too large", async () => {
      const args = ["check", "endless-size.ts", "--format", "json", "--quiet"];
      const [inTime, stuck] = await Promise.all([
        hintproof([...args, "--timeout", "1"], inUsersFolder),
        hintproof([...args, "--step-timeout", stepTimeout], inUsersFolder),
      ]);
      expect(inTime.status).toBe(4);
      const report: unknown = JSON.parse(inTime.stdout);
      expect(fitsSchema(report), JSON.stringify(fitsSchema.errors)).toBe(true);
      expect(report).toMatchObject({ verdict: "incomplete", reason: "time limit" });
      expect(stuck.stderr).toMatch(
        /not built after 4 s\. Is the instance too large \(n=3 pages=7\)/,
      );
      expect(stuck.status).toBe(3);
      expect(fitsSchema(JSON.parse(stuck.stdout))).toBe(true);
    });
  });

  nightly(() => {
    it("judges only the properties asked for", async () => {
      const args = ["check", "lock.ts", "--variant", "no-lock", "--format", "json"];
      const { status, stdout } = await hintproof(
        [...args, "--property", "somebodyIsIn"],
        inUsersFolder,
      );
      expect(status).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({
        properties: [{ name: "somebodyIsIn", status: "seen" }],
      });
      const liveness = await hintproof([...args, "--property", "lockIsFreedAgain"], inUsersFolder);
      expect(liveness.status).toBe(0);
      expect(JSON.parse(liveness.stdout)).toMatchObject({
        verdict: "holds",
        properties: [{ name: "lockIsFreedAgain", liveness: { withoutSymmetry: false, states: 4 } }],
      });
      const without = await hintproof(
        [...args, "--property", "lockIsFreedAgain", "--no-liveness"],
        inUsersFolder,
      );
      expect(without.status).toBe(4);
      expect(JSON.parse(without.stdout)).toMatchObject({
        verdict: "incomplete",
        reason: "not checked",
      });
    });
  });

  it("prints JSON as its schema says", async () => {
    const ring = ["check", "page-ring", "--set", "pages=3", "--format", "json"];
    const printed = await Promise.all([holding(), ...few([], [hintproof(ring)])]);
    await Promise.all(allFailing.map(reported));
    const written = allFailing.map((variant) => readFileSync(reportOf(variant), "utf8"));
    for (const text of [...printed.map(({ stdout }) => stdout), ...written]) {
      expect(fitsSchema(JSON.parse(text)), JSON.stringify(fitsSchema.errors)).toBe(true);
    }
    expect(written[allFailing.indexOf("asserts")]).toContain("asserted, but not so: nobody leaves");
    expect(JSON.parse(written[allFailing.indexOf("no-lock")] ?? "")).toMatchObject({
      protocol: "lock",
      variant: "no-lock",
      verdict: "violated",
      property: { kind: "invariant", name: "onlyOneIsIn" },
      initial: { at: ["out", "out"], lock: "free" },
      trace: [
        { step: { action: "cpuEnters", actor: "cpu 0", choice: [0] } },
        { state: { at: ["in", "in"] } },
      ],
    });
  });

  const replay = (name: string, ...more: readonly string[]): Promise<Run> =>
    hintproof(["replay", name, ...more], inUsersFolder);

  it("replays a violation that was saved", async () => {
    expect(await reported("no-lock")).toMatchObject({ status: 12 });
    const again = await replay(reportOf("no-lock"), "--spec", "lock.ts");
    expect(again.status).toBe(12);
    expect(again.stdout).toMatch(/[*] 1 [[] enters[\s\S]*still violated: only one is in\n$/);

    const text = readFileSync(reportOf("no-lock"), "utf8");
    file("repaired.json", text.replace('"variant": "no-lock",', ""));
    const repaired = await replay("repaired.json", "--spec", "lock.ts");
    expect(repaired.stdout).toMatch(/^no longer fits, at step 2: .*not enabled/);
    expect(repaired.status).toBe(4);

    file("empty.json", "{}");
    const empty = await replay("empty.json");
    expect(empty.stderr).toContain("neither a trace file nor a report with a violation");
    expect(empty.status).toBe(2);
  });

  nightly(() => {
    it("replays no violation that is shorter, cut off or of another's protocol", async () => {
      await reported("no-lock");
      const text = readFileSync(reportOf("no-lock"), "utf8");
      file("shorter.json", JSON.stringify(shortened(JSON.parse(text))));
      const shorter = await replay("shorter.json", "--spec", "lock.ts");
      expect(shorter.stdout).toMatch(/^no longer violated: /);
      expect(shorter.status).toBe(0);

      file("truncated.json", text.slice(0, text.lastIndexOf(",")));
      const truncated = await replay("truncated.json", "--spec", "lock.ts");
      expect(truncated.stderr).toMatch(/truncated\.json: .*not JSON.*truncated\?/);
      expect(truncated.status).toBe(2);

      const { kept: _, ...nameless } = JSON.parse(text) as { readonly kept: unknown };
      file("foreign.json", JSON.stringify(nameless));
      const foreign = await replay("foreign.json");
      expect(foreign.stderr).toMatch(/There is no protocol lock.*--spec FILE\.ts/);
      expect(foreign.status).toBe(2);
    });
  });

  nightly(() => {
    it("replays a violation of a shipped protocol", async () => {
      const output = join(user, "shipped.json");
      const args = [
        "check",
        "two-phase-commit",
        "--variant",
        "prepared-manager-gives-up",
        "--set",
        "managers=2",
      ];
      await hintproof([...args, "--format", "json", "--output", output]);
      expect((await hintproof(["replay", output])).status).toBe(12);
      expect((await hintproof(["replay", join(user, "missing.json")])).status).toBe(2);
    });
  });

  nightly(() => {
    it("shows the proof's own bookkeeping only with --ghosts", async () => {
      file(
        "ghosts.ts",
        `import { declare, ghost, range } from "hintproof";
      const { action, invariant, spec } = declare({
        constants: {},
        state: { x: range(0, 2), total: ghost(range(0, 9)) },
      });
      const counts = action("a", { when: (s) => s.x < 2, effect: (s) => { s.x++; s.total++; } });
      const isSmall = invariant((s) => s.x < 2);
      export default spec({ name: "ghosts", title: "a counter", actions: { counts }, invariants: { isSmall } });`,
      );
      const [hidden, shown] = await Promise.all([
        hintproof(["check", "ghosts.ts", "--format", "text"], inUsersFolder),
        hintproof(["check", "ghosts.ts", "--format", "text", "--ghosts"], inUsersFolder),
      ]);
      expect(hidden.stdout).not.toContain("total 1 -> 2");
      expect(shown.stdout).toContain("total 1 -> 2");
    });
  });

  it("checks a protocol of this repository by its file, which imports the sources", async () => {
    const protocol = "spec/protocols/two-phase-commit/variants.ts";
    const { status, stdout } = await hintproof(["check", protocol, ...few([], ["--all"])]);
    expect(stdout).toMatch(few(/^holds: \d+ properties/m, /^as expected: all/m));
    expect(status).toBe(0);
  });

  it("lists what there is", async () => {
    const { status, stdout } = await hintproof(["list", "--format", "json"]);
    expect(status).toBe(0);
    const { protocols } = JSON.parse(stdout) as { protocols: readonly { name: string }[] };
    const found = protocols.find(({ name }) => name === "two-phase-commit");
    expect(found).toMatchObject({
      title: expect.any(String),
      constants: { managers: 3 },
      properties: expect.arrayContaining([{ kind: "invariant", name: "managersAgree" }]),
      variants: expect.arrayContaining([
        {
          name: "commits-without-waiting",
          because: expect.any(String),
          expects: { kind: "breaks", properties: ["managersAgree"] },
        },
      ]),
    });
    expect(Object.keys(found ?? {})).toEqual([
      "name",
      "title",
      "constants",
      "properties",
      "variants",
    ]);
    expect((await hintproof(["list", "lock.ts"], inUsersFolder)).stdout).toContain("never-leaves");
  });

  it("shows what a protocol is made of", async () => {
    const { status, stdout } = await hintproof(["show", "lock.ts"], inUsersFolder);
    expect(status).toBe(0);
    for (const text of [
      'for each cpu: "out" | "in"',
      "actions of each cpu",
      "onlyOneIsIn",
      "no-lock: breaks",
      "cpus  2",
    ]) {
      expect(stdout).toContain(text);
    }
    expect(stdout.match(/onlyOneIsIn/g)).toHaveLength(1);
  });

  nightly(() => {
    it("shows how a part of a protocol is written", async () => {
      const show = async (...part: readonly string[]): Promise<string> =>
        (await hintproof(["show", "lock.ts", ...part], inUsersFolder)).stdout;
      const [action, property, variant] = await Promise.all([
        show("cpu", "leaves"),
        show("onlyOneIsIn"),
        show("no-lock"),
      ]);
      expect(action).toBe(`cpuLeaves: an action of each cpu, weakly fair

  when
    (state, c) => state.at[c] === "in"

  effect
    (state, c) => {
      state.at[c] = "out";
      state.lock = "free";
    }
`);
      expect(property).toMatch(/^onlyOneIsIn: invariant\n\n {2}holds\n {4}\(state\) => state\.at/);
      expect(variant).toMatch(/^no-lock: breaks only one is in\n {2}a test\n\ncpuEnters: /);
      expect(variant).toContain('(state, c) => state.at[c] === "out"\n');
    });
  });

  nightly(() => {
    it("writes no colours into a pipe, and none where NO_COLOR is set", async () => {
      const { stdout } = await hintproof(["check", "lock.ts", "--variant", "asserts"], {
        ...inUsersFolder,
        env: { NO_COLOR: "1", FORCE_COLOR: "1" },
      });
      expect(stdout).toContain("asserted, but not so: nobody leaves");
      expect(stdout).toContain("where cpu is 0");
      expect(stdout).toMatch(
        /^ {2}nobody leaves +assertion +violated after 2 steps: not so that /m,
      );
      expect(stdout).not.toContain("\u001b");
    });
  });

  nightly(() => {
    it("writes colours into a pipe where FORCE_COLOR says so, in as many columns as COLUMNS does", async () => {
      const args = ["check", "lock.ts", "--variant", "no-lock"];
      const coloured = await hintproof(args, {
        ...inUsersFolder,
        env: { FORCE_COLOR: "1", NO_COLOR: "" },
      });
      expect(coloured.stdout).toContain("\u001b[31mviolated");
      const [narrow, wide] = await Promise.all(
        ["40", "200"].map((columns) =>
          hintproof(args, { ...inUsersFolder, env: { COLUMNS: columns, NO_COLOR: "1" } }),
        ),
      );
      const linesOf = ({ stdout }: Run): number => stdout.split("\n").length;
      expect(linesOf(narrow as Run)).toBeGreaterThan(linesOf(wide as Run));
    });
  });

  it("shows several parts, by their names or in words", async () => {
    const named = await hintproof([
      "show",
      "two-phase-commit",
      "managersAgree",
      "coordinatorCommits",
    ]);
    expect(named.stdout).toMatch(/^managersAgree: invariant[^]*\n\ncoordinatorCommits: an action/);
    if (few(true, false)) return;
    expect((await hintproof(["show", "two-phase-commit"])).stdout).toContain("TMRcvPrepared");
    const inWords = ["managers", "agree", "coordinator", "commits"];
    expect(await hintproof(["show", "two-phase-commit", ...inWords])).toEqual(named);
    const odd = await hintproof(["show", "two-phase-commit", "managersAgree", "coordinatorComits"]);
    expect(odd.stderr).toContain("coordinatorComits; did you mean coordinatorCommits?");
    expect(odd.status).toBe(2);
  });

  it("ends quietly when nobody reads on", async () => {
    const { stderr } = await hintproof(["list", "--format", "json"], {
      during: (child) => child.stdout?.destroy(),
    });
    expect(stderr).toBe("");
  });

  it("says so when the report cannot be written after all", async () => {
    const { status, stderr } = await hintproof([
      "check",
      "two-phase-commit",
      "--output",
      "/dev/full",
    ]);
    expect(stderr).toContain("/dev/full could not be written: no space is left on the device.");
    expect(stderr).not.toContain("bug");
    expect(status).toBe(1);
  });
});

/** A report whose trace ends one step before the violation. */
function shortened(report: { counterexamples: { trace: unknown[] }[] }): unknown {
  return {
    ...report,
    counterexamples: report.counterexamples.map((one) => ({
      ...one,
      trace: one.trace.slice(0, -1),
    })),
  };
}
