import { describe, expect, test } from "vitest";
import type { Report } from "../runs/index.ts";
import { changesOf, type Pinned } from "./index.ts";
import { manifestIn, ManifestError, manifestText } from "./manifest/index.ts";

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

  describe("is a bound that is another one, however the figures are", () => {
    const withBound = (most: number | undefined): Report => {
      const [first, ...rest] = report().properties;
      const its = { ...first, liveness: most === undefined ? undefined : { most } };
      return report({ properties: [its as NonNullable<typeof first>, ...rest] });
    };
    const was: Pinned = { ...pinned, most: { pagesAreKept: 3 } };

    test.each([
      [4, "4"],
      [2, "2"],
      [undefined, "none"],
    ])("%s, recorded 3", (most, now) => {
      expect(changesOf(was, withBound(most), true)).toEqual([
        { of: "verdict", text: `pages are kept counts at most: ${now}, recorded 3` },
      ]);
    });

    test("and none where it is the same, or nothing was pinned of it", () => {
      expect(changesOf(was, withBound(3), true)).toEqual([]);
      expect(changesOf(pinned, withBound(4), true)).toEqual([]);
      const other: Pinned = { ...pinned, most: { pagesComeBack: 3 } };
      expect(changesOf(other, withBound(3), true).map(({ of }) => of)).toEqual([
        "verdict",
        "verdict",
      ]);
    });
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
