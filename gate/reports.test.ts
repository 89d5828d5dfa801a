import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { evil, outcomes } from "../toys/outcomes.ts";
import { type Outcome, uniqueNames } from "./outcome.ts";
import { annotations, forms, stepSummary } from "./reports/index.ts";

const { gitlab, junit, ktap, lines, sarif } = forms;

test("runs have names of their own", () => {
  const names = uniqueNames(outcomes);
  expect(new Set(names).size).toBe(outcomes.length);
  expect(names.slice(-2)).toEqual(["twice pages=2", "twice pages=2 (2)"]);
});

describe("as JUnit XML", () => {
  const xml = junit(outcomes);

  test("each run is a case, with all that there is to say in the text of an element", () => {
    expect(xml).toContain(
      `<testsuites name="hintproof gate" tests="9" failures="4" errors="1" time="1.250">`,
    );
    const cases = [...xml.matchAll(/<testcase classname="([^"]*)" name="([^"]*)"/g)].map(
      ([, ...its]) => its.join(" "),
    );
    expect(new Set(cases).size).toBe(9);
    expect(xml).toContain("depth: 13, recorded 12\n");
    expect(xml).toContain("chart of a&lt;b&gt;&amp;");
    expect(xml).toContain("<system-out>depth: 2, recorded 1</system-out>");
  });

  test("nothing of a name is taken for XML, and what XML has not is shown", () => {
    const text = xml.replace(/<\?xml[^>]*>|<\/?[a-z-]+(?: [a-z]+="[^"<>]*")*\/?>/g, "");
    expect(text).not.toMatch(/[<>]/);
    expect(text).not.toMatch(/&(?!amp;|lt;|gt;|quot;|#10;)/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    expect(xml).not.toMatch(/[^\n\x20-\x7e\xa0-\ufffd]/);
    expect(xml).toContain("\\x1b[31m");
  });
});

describe("for GitHub", () => {
  test("what is violated and was not comes first, and no line of it is a command", () => {
    const commands = annotations(outcomes).trimEnd().split("\n");
    expect(commands).toHaveLength(6);
    expect(commands[0]).toMatch(
      /^::error file=a%2Cb%3Ac #%25\.ts,line=9,col=5,title=pages \/ a<b>/,
    );
    expect(commands[0]).toContain("%0A%3A%3Aerror%3A%3Ad%2Ce%3A%25");
    expect(commands.slice(1)).toEqual([
      "::error title=long::incomplete: time limit",
      "::error title=empty::vacuous: w says nothing",
      "::error title=faulty::it throws",
      "::error title=part::was not run: part 2 of 3 missing",
      "::warning title=other::depth: 2, recorded 1",
    ]);
  });

  test("of more than ten the last says how many there are", () => {
    const many = Array.from(
      { length: 14 },
      (_, at): Outcome => ({ ...outcomes[2], protocol: `p${at}` }) as Outcome,
    );
    const commands = annotations(many).trimEnd().split("\n");
    expect(commands).toHaveLength(10);
    expect(commands.at(-1)).toBe("::error title=hintproof gate::and 5 more");
  });

  test("a summary is a table with the charts, and no larger than one may be", () => {
    const summary = stepSummary(outcomes);
    expect(summary).toContain("### hintproof gate: NOT as pinned: 5 of 9\n");
    expect(summary).toContain("| faulty | it throws |");
    expect(
      summary.split("\n").filter((line) => line.startsWith("| pages / a&#60;b&#62;")),
    ).toHaveLength(1);
    const large = Array.from(
      { length: 40 },
      (): Outcome => ({ ...outcomes[1], chart: "x".repeat(40_000) }) as Outcome,
    );
    expect(new TextEncoder().encode(stepSummary(large)).length).toBeLessThanOrEqual(2 ** 20);
    expect(stepSummary([])).toContain("as pinned: all 0");
  });
});

describe("as SARIF", () => {
  interface Location {
    readonly message?: { readonly text: string };
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string };
      readonly region: { readonly startLine: number };
    };
  }
  interface Log {
    readonly runs: readonly {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly level: string;
        readonly message: { readonly text: string };
        readonly partialFingerprints: Readonly<Record<string, string>>;
        readonly locations: readonly Location[];
        readonly codeFlows?: readonly {
          readonly threadFlows: readonly {
            readonly locations: readonly { readonly location: Location }[];
          }[];
        }[];
      }[];
    }[];
  }
  const runIn = (text: string) => (JSON.parse(text) as Log).runs[0]!;
  const flowIn = ({ codeFlows = [] }: Log["runs"][number]["results"][number]) =>
    codeFlows[0]?.threadFlows[0]?.locations ?? [];

  test("what is not as it is pinned is a result, each by a rule that is there", () => {
    const { tool, results } = runIn(sarif(outcomes, "1.2.3"));
    expect(results.map(({ ruleId }) => ruleId)).toEqual(
      ["1", "2", "3", "4", "5", "7"].map((digit) => `HP000${digit}`),
    );
    for (const { ruleId, ruleIndex } of results) {
      expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    }
    expect(new Set(results.map((one) => one.partialFingerprints["run/v1"])).size).toBe(6);
    expect(runIn(sarif([])).results).toEqual([]);
  });

  test("each step of a counterexample points at its action", () => {
    const first = runIn(sarif(outcomes)).results[0]!;
    const flow = flowIn(first);
    expect(flow.map(({ location }) => location.physicalLocation.region.startLine)).toEqual([7, 9]);
    expect(flow[1]?.location.message?.text).toBe("2 and goes");
    expect(first.locations[0]?.physicalLocation.artifactLocation.uri).toBe("a%2Cb%3Ac%20%23%25.ts");
    expect(JSON.stringify(runIn(sarif(outcomes)))).not.toMatch(/[^\\]\\u(?:00|d800)/);
  });

  test("there is no more of it than GitHub takes, and it says what is left out", () => {
    const steps = Array.from({ length: 1_500 }, (_, at) => ({ text: `step ${at}` }));
    const long: Outcome = {
      ...outcomes[1]!,
      chart: "x".repeat(50_000),
      flow: { property: "p", steps },
    };
    const result = runIn(sarif([long])).results[0]!;
    const flow = flowIn(result);
    expect(flow).toHaveLength(1_000);
    expect(flow.at(-1)?.location.message?.text).toBe("(501 more steps are left out)");
    expect(result.message.text.length).toBeLessThan(25_000);
    expect(result.message.text).toMatch(/\(there is more\)$/);
  });
});

describe("for GitLab", () => {
  const issuesOf = (of: readonly Outcome[]) =>
    JSON.parse(gitlab(of)) as readonly {
      readonly fingerprint: string;
      readonly severity: string;
      readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
    }[];

  test("a fingerprint is one issue's, and stays where lines and numbers go", () => {
    const prints = issuesOf(outcomes).map(({ fingerprint }) => fingerprint);
    expect(prints).toHaveLength(6);
    expect(new Set(prints).size).toBe(6);
    const moved = outcomes.map(
      (one): Outcome => ({
        ...one,
        place: one.place && { ...one.place, line: 99 },
        differences: one.differences.map((text) => `${text}, and more`),
      }),
    );
    const after = issuesOf(moved);
    expect(after.map(({ fingerprint }) => fingerprint)).toEqual(prints);
    expect(after[0]).toMatchObject({ severity: "blocker", location: { lines: { begin: 99 } } });
    // Another property is another issue.
    const other = { ...outcomes[1]!, flow: { property: "another", steps: [] } };
    expect(prints).not.toContain(issuesOf([other])[0]?.fingerprint);
  });
});

describe("as KTAP", () => {
  const text = ktap(outcomes);

  test("what is not as it is pinned, or was not run, is not ok; nothing is skipped", () => {
    expect(text).toMatch(/^KTAP version 1\n1\.\.8\n/);
    const results = text.split("\n").filter((line) => /^\s*(?:not )?ok /.test(line));
    expect(results).toHaveLength(9 + 8);
    expect(results.filter((line) => line.startsWith("    not ok"))).toHaveLength(5);
    expect(results.filter((line) => line.startsWith("not ok"))).toHaveLength(5);
    for (const line of results) expect(line).not.toContain("#");
    expect(text).toContain("    ok 1 twice pages=2\n    ok 2 twice pages=2 (2)\n");
  });

  test("what there is to say stands before its line, and every line of it is a comment", () => {
    const all = text.split("\n");
    const at = all.findIndex((line) => line.startsWith("    not ok 1 pages / a<b>"));
    expect(all.slice(0, at).findLast((line) => line.includes("chart of"))).toMatch(/^ {4}# chart/);
    for (const line of all) {
      expect(line).toMatch(
        /^(?:KTAP version 1|1\.\.8|| {4}(?:KTAP|1\.\.|#).*| {0,4}(?:not )?ok .*)$/,
      );
    }
  });
});

describe("as lines of a compiler", () => {
  const matcher = JSON.parse(
    readFileSync(new URL("reports/problem-matcher.json", import.meta.url), "utf8"),
  ) as {
    readonly problemMatcher: readonly {
      readonly pattern: readonly { readonly regexp: string }[];
    }[];
  };
  const pattern = new RegExp(matcher.problemMatcher[0]?.pattern[0]?.regexp ?? "$^");

  test("the matcher finds a line for each finding, and in charts and summaries none", () => {
    const found = lines(outcomes)
      .split("\n")
      .flatMap((line) => pattern.exec(line)?.slice(1, 5).join("|") ?? []);
    expect(found).toEqual([
      "a,b:c #%.ts|9|5|error",
      ...Array.from({ length: 4 }, () => "hintproof|1|1|error"),
      "hintproof|1|1|warning",
    ]);
  });

  test("a name is in its line, with nothing that a terminal obeys", () => {
    const [first = ""] = lines(outcomes).split("\n");
    expect(first).toContain("\\x1b[31m\\n::error::d,e:% \\x00");
    expect(evil).toContain("\n");
  });
});
