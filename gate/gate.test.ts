import { describe, expect, test } from "vitest";
import type { Report } from "../runs/index.ts";
import { changesOf, type Pinned } from "./index.ts";
import { manifestIn, ManifestError, manifestText } from "./manifest/index.ts";
import { type Outcome, runName } from "./outcome.ts";
import { annotations, forms, stepSummary } from "./reports/index.ts";

const { junit } = forms;

const pinned: Pinned = {
  constants: { pages: 2 },
  verdict: "holds",
  violated: {},
  held: ["pagesAreKept", "pagesComeBack"],
  distinctStates: 10_480,
  generatedStates: 20_000,
  depth: 12,
};

/** A report that comes to what is pinned, but for what is said. */
function report(
  of: Partial<Report> & { readonly statuses?: Readonly<Record<string, string>> } = {},
): Report {
  const { statuses = { pagesAreKept: "holds", pagesComeBack: "holds" }, ...others } = of;
  return {
    protocol: "pages",
    constants: { pages: 2 },
    engine: "compiled",
    verdict: "holds",
    properties: Object.entries(statuses).map(([name, status]) => ({
      kind: "invariant",
      name,
      status: status.split(" ")[0],
      steps: status.startsWith("violated") ? Number(status.split(" ")[1]) : undefined,
    })),
    statistics: { distinctStates: 10_480, generatedStates: 20_000, depth: 12 },
    ...others,
  } as unknown as Report;
}

describe("what has changed", () => {
  test("is nothing where all is as it was", () => {
    expect(changesOf(pinned, report(), true)).toEqual([]);
  });

  test("is said once where something else is found, in words", () => {
    const broken = report({
      verdict: "violated",
      property: { kind: "invariant", name: "pagesAreKept" },
      statuses: { pagesAreKept: "violated 14", pagesComeBack: "undecided" },
      statistics: { distinctStates: 3, generatedStates: 3, depth: 3 } as Report["statistics"],
    });
    expect(changesOf(pinned, broken, true)).toEqual([
      {
        of: "verdict",
        text: "pages are kept is recorded to hold with 10,480 states; it is violated after 14 steps",
      },
    ]);
  });

  test("is said of what is not violated any more, and of what is not asked any more", () => {
    const was: Pinned = {
      ...pinned,
      verdict: "violated",
      first: "pagesAreKept",
      violated: { pagesAreKept: 3 },
      held: undefined,
    };
    expect(changesOf(was, report(), true)).toEqual([
      { of: "verdict", text: "pages are kept is recorded to be violated after 3 steps; it is not" },
    ]);
    expect(changesOf(pinned, report({ statuses: { pagesAreKept: "holds" } }), true)).toEqual([
      {
        of: "verdict",
        text: "pages come back is recorded to hold with 10,480 states; it is not proved any more",
      },
    ]);
  });

  // What cannot be violated proves nothing, and is no more what held.
  test("is said of what holds only because nothing can violate it", () => {
    const properties = report().properties.map((one) => ({
      ...one,
      cannotFail: "there is one page",
    }));
    expect(changesOf(pinned, report({ properties }), true).map(({ of }) => of)).toEqual([
      "verdict",
      "verdict",
    ]);
  });

  test("are figures, where nothing else is found", () => {
    const more = report({
      constants: { pages: 2 },
      statuses: { pagesAreKept: "holds", pagesComeBack: "holds", pagesAreFew: "holds" },
      statistics: {
        distinctStates: 10_481,
        generatedStates: 20_000,
        depth: 13,
      } as Report["statistics"],
    });
    expect(changesOf(pinned, more, true)).toEqual([
      { of: "figures", text: "pages are few holds, and is not recorded to" },
      { of: "figures", text: "distinct states: 10,481, recorded 10,480" },
      { of: "figures", text: "depth: 13, recorded 12" },
    ]);
    // Without symmetry there are other numbers of states.
    expect(changesOf(pinned, more, false).map(({ text }) => text)).toEqual([
      "pages are few holds, and is not recorded to",
      "depth: 13, recorded 12",
    ]);
  });

  const silent: readonly Partial<Report>[] = [
    { verdict: "vacuous", property: { kind: "witness", name: "pagesAreFew" } },
    { verdict: "incomplete", reason: "state limit" },
  ];
  test.each(silent)("is a verdict that says nothing: $verdict", (of) => {
    expect(changesOf(pinned, report(of), true)).toContainEqual({
      of: "verdict",
      text: `verdict: "${of.verdict}", recorded "holds"`,
    });
  });

  test("are other constants", () => {
    expect(changesOf(pinned, report({ constants: { pages: 3 } }), true)).toEqual([
      { of: "verdict", text: "constants: pages=3, recorded pages=2" },
    ]);
  });
});

describe("a manifest", () => {
  const { held, ...others } = pinned;
  const content = {
    schemaVersion: 1 as const,
    figures: "warn" as const,
    protocols: [
      {
        file: "pages.ts",
        protocol: "pages",
        runs: [{ ...others, held: [...(held ?? [])], verdict: "holds" as const }],
      },
    ],
  };

  test("is read as it was written", () => {
    expect(manifestIn(manifestText(content))).toEqual(content);
  });

  test.each<readonly [text: string, why: string]>([
    [`{\n  "schemaVersion": 1,\n  "protocols": [],\n}\n`, "(line 4, column 1)"],
    ["[]", "expected object"],
    [`{"schemaVersion": 2, "protocols": []}`, "it is of version 2, and this hintproof knows 1"],
    [`{"schemaVersion": 1}`, "protocols: "],
    [`{"schemaVersion": 1, "protocols": [], "shards": 2}`, `"shards"`],
    [
      manifestText(content).replace(`"verdict": "holds"`, `"verdict": "incomplete"`),
      "protocols[0].runs[0].verdict: ",
    ],
    [manifestText(content).replace(`"depth": 12`, `"depth": "12"`), "depth: a whole number"],
    [manifestText(content).slice(0, 60), "it is no JSON"],
  ])("that is none says why: %s", (text, why) => {
    expect(() => manifestIn(text)).toThrow(ManifestError);
    expect(() => manifestIn(text)).toThrow(why);
  });
});

const evil = 'a<b>&"c" ]]> \u001B[31m\n::error::d,e:%';
const outcomes: readonly Outcome[] = [
  { protocol: "pages", status: "as pinned", differences: [], remarks: [], seconds: 0.25 },
  {
    protocol: "pages",
    file: "a,b:c.ts",
    variant: evil,
    status: "not as pinned",
    differences: [evil, "depth: 13, recorded 12"],
    remarks: [],
    chart: `chart of ${evil}`,
    seconds: 1,
  },
  {
    protocol: "faulty",
    status: "spec at fault",
    differences: ["it throws"],
    remarks: [],
    seconds: 0,
  },
  {
    protocol: "other",
    status: "as pinned",
    differences: [],
    remarks: ["depth: 2, recorded 1"],
    seconds: 0,
  },
];

describe("as JUnit XML", () => {
  const xml = junit(outcomes);

  test("each run is a case, with all that there is to say in the text of an element", () => {
    expect(xml).toContain(
      `<testsuites name="hintproof gate" tests="4" failures="1" errors="1" time="1.250">`,
    );
    const cases = [...xml.matchAll(/<testcase classname="([^"]*)" name="([^"]*)"/g)].map(
      ([, ...its]) => its.join(" "),
    );
    expect(new Set(cases).size).toBe(4);
    expect(xml).toContain("depth: 13, recorded 12\n");
    expect(xml).toContain("chart of a&lt;b&gt;&amp;");
    expect(xml).toContain("<system-out>depth: 2, recorded 1</system-out>");
  });

  test("nothing of a name is taken for XML, and what XML has not is shown", () => {
    const text = xml.replace(/<\?xml[^>]*>|<\/?[a-z-]+(?: [a-z]+="[^"<>]*")*\/?>/g, "");
    expect(text).not.toMatch(/[<>]/);
    expect(text).not.toMatch(/&(?!amp;|lt;|gt;|quot;|#10;)/);
    expect(xml).not.toContain("\u001B");
    expect(xml).toContain("\\x1b[31m");
  });
});

describe("for GitHub", () => {
  test("what is violated and was not comes first, and no line of it is a command", () => {
    const lines = annotations(outcomes).trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^::error file=a%2Cb%3Ac\.ts,title=pages \/ a<b>/);
    expect(lines[0]).toContain("%0A%3A%3Aerror%3A%3Ad%2Ce%3A%25::");
    expect(lines[1]).toBe("::error title=faulty::it throws");
    expect(lines[2]).toBe("::warning title=other::depth: 2, recorded 1");
  });

  test("of more than ten the last says how many there are", () => {
    const many = Array.from(
      { length: 14 },
      (_, at): Outcome => ({ ...outcomes[2], protocol: `p${at}` }) as Outcome,
    );
    const lines = annotations(many).trimEnd().split("\n");
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toBe("::error title=hintproof gate::and 5 more");
  });

  test("a summary is a table with the charts, and no larger than one may be", () => {
    const summary = stepSummary(outcomes);
    expect(summary).toContain("### hintproof gate: NOT as pinned: 2 of 4\n");
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

test("a run is called after its protocol and its variant", () => {
  expect(outcomes.map(runName).slice(2)).toEqual(["faulty", "other"]);
});
