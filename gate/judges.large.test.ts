import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, test } from "vitest";
import { evil, outcomes as some } from "../toys/outcomes.ts";
import type { Outcome } from "./outcome.ts";
import { forms } from "./reports/index.ts";

/*
 * What others make of our forms: readers that are not ours, which are installed for this alone. Those of Debian are left out
 * where they cannot be had; a hundred megabytes are too many for an ordinary run.
 */
const folder = mkdtempSync(join(tmpdir(), "hintproof-judges-"));
const written = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};
const said = (command: string, ...args: readonly string[]): string => {
  const { stdout, stderr } = spawnSync(command, args, { encoding: "utf8", cwd: folder });
  return stdout + stderr;
};
const sh = (line: string): boolean => spawnSync("sh", ["-c", line]).status === 0;

/** All that a run can come to, and each has a name with all that may be taken for something else. */
const outcomes = some.map((one): Outcome => ({ ...one, variant: evil }));
const green = outcomes.filter(({ status }) => status === "as pinned");
/** A counterexample that is longer than what is shown of one. */
const long: readonly Outcome[] = outcomes.map((one) => ({
  ...one,
  flow: one.flow && {
    ...one.flow,
    steps: Array.from({ length: 1_200 }, (_, at) => ({ text: `step ${at}`, place: one.place })),
  },
}));

beforeAll(() => {
  const packages = ["@microsoft/sarif-multitool@5.7.0", "junit2json@4.0.0"];
  expect(sh(`cd ${folder} && npm init -y && npm install --no-audit ${packages.join(" ")}`)).toBe(
    true,
  );
});

describe("SARIF", () => {
  const tool = (): string => join(folder, "node_modules/@microsoft/sarif-multitool-linux");

  test("is what its schema says", () => {
    const schema: object = JSON.parse(
      readFileSync(join(tool(), "sarif-2.1.0.json"), "utf8"),
    ) as object;
    const { $schema: _draft, ...rest } = schema as { readonly $schema?: string };
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(rest);
    for (const of of [outcomes, green, long, []]) {
      expect(validate(JSON.parse(forms.sarif(of, "1.2.3"))), JSON.stringify(validate.errors)).toBe(
        true,
      );
    }
    expect(validate({ version: "2.1.0", runs: [{ results: 1 }] })).toBe(false);
  });

  test("has nothing that its makers, or GitHub, would have otherwise", () => {
    const program = join(tool(), "Sarif.Multitool");
    chmodSync(program, 0o755);
    const judged = (text: string): string =>
      said(
        program,
        "validate",
        written("gate.sarif", text),
        "--rule-kind",
        "Sarif;Ghas",
        "--output",
        "judged.sarif",
        "--log",
        "ForceOverwrite",
      );
    for (const of of [outcomes, green, long, []]) {
      const text = judged(forms.sarif(of, "1.2.3"));
      expect(text).toContain("Analysis completed successfully");
      expect(text).not.toMatch(/\b(?:error|warning|note) [A-Z]+\d+:/);
    }
    // Its exit status is 0 whatever it finds.
    expect(judged(forms.sarif(outcomes))).toContain("warning SARIF2005");
  });
});

describe("JUnit XML", () => {
  interface Suites {
    readonly testsuite?: readonly {
      readonly testcase: readonly {
        readonly name: string;
        readonly classname: string;
        readonly failure?: readonly { readonly inner: string }[];
        readonly error?: readonly object[];
      }[];
    }[];
  }

  test("is read by junit2json as what it was", async () => {
    const module = createRequire(join(folder, "package.json")).resolve("junit2json");
    const { parse } = (await import(pathToFileURL(module).href)) as {
      readonly parse: (text: string) => Promise<Suites>;
    };
    const { testsuite = [] } = await parse(forms.junit(outcomes));
    const cases = testsuite.flatMap(({ testcase }) => testcase);
    expect(new Set(cases.map((one) => one.classname + one.name)).size).toBe(outcomes.length);
    expect(cases.filter(({ failure }) => failure !== undefined)).toHaveLength(4);
    expect(cases.filter(({ error }) => error !== undefined)).toHaveLength(1);
    expect(cases[1]?.name).toContain('a<b>&"c" ]]> # SKIP \\x1b[31m\n::error::');
    expect(cases[1]?.failure?.[0]?.inner).toContain('chart of a<b>&"c" ]]>');
  });

  test("is read by junitparser as what it was", (context) => {
    const has = "/usr/bin/python3 -c 'import junitparser'";
    if (
      !sh(`${has} || apt-get install -qq -y --no-install-recommends python3-junitparser && ${has}`)
    ) {
      context.skip("python3-junitparser cannot be had");
    }
    const script =
      "import sys; from junitparser import JUnitXml; x = JUnitXml.fromfile(sys.argv[1]); " +
      "print(len({(s.name, c.name) for s in x for c in s}), x.failures, x.errors, " +
      "[type(r).__name__ for s in x for c in s for r in c.result])";
    expect(said("/usr/bin/python3", "-c", script, written("gate.xml", forms.junit(outcomes)))).toBe(
      "9 4 1 ['Failure', 'Error', 'Failure', 'Failure', 'Failure']\n",
    );
  });
});

describe("KTAP", () => {
  /** The kernel's own reader; undefined where its sources cannot be had. */
  const kunit = (): string | undefined => {
    const given = process.env["KUNIT"];
    if (given !== undefined) return given;
    const sources = (): string | undefined =>
      existsSync("/usr/src")
        ? readdirSync("/usr/src").find((name) => /^linux-source-.*\.tar\.xz$/.test(name))
        : undefined;
    if (sources() === undefined) sh("apt-get install -qq -y --no-install-recommends linux-source");
    const archive = sources();
    if (archive === undefined) return undefined;
    sh(`tar xJf /usr/src/${archive} -C ${folder} --wildcards "*/tools/testing/kunit/*"`);
    return join(folder, archive.replace(/\.tar\.xz$/, ""), "tools/testing/kunit/kunit.py");
  };

  test("is read by kunit.py as what it was", (context) => {
    const program = kunit();
    if (program === undefined) return context.skip("linux-source cannot be had");
    const judged = (of: readonly Outcome[]): string =>
      said("/usr/bin/python3", program, "parse", written("gate.ktap", forms.ktap(of)));
    const all = judged(outcomes);
    expect(all).toContain("Ran 9 tests: passed: 4, failed: 5\n");
    expect(all).not.toMatch(/ERROR|CRASHED|SKIPPED/);
    expect(all).toMatch(/# chart of a<b>[^]*\[FAILED\] pages \/ a<b>/);
    expect(judged(green)).toContain("Ran 4 tests: passed: 4\n");
    // Nothing that is asked is nothing that is good.
    expect(judged([])).toContain("0 tests run!");
  });
});
