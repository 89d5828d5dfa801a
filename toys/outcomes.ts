import type { Outcome } from "../gate/index.ts";

/** A name with all that a form may take for something of its own. */
export const evil =
  'a<b>&"c" ]]> # SKIP \u001B[31m\n::error::d,e:% \u0000\uFFFE\uD800\u009B\r\u2028é';

const green = { status: "as pinned", differences: [], remarks: [], seconds: 0 } as const;
const red = { ...green, status: "not as pinned" } as const;

/** What runs of a gate can come to: green, violated, incomplete, vacuous, faulty, not made; two that are called the same. */
export const outcomes: readonly Outcome[] = [
  { ...green, protocol: "pages", seconds: 0.25 },
  {
    ...red,
    protocol: "pages",
    file: "a,b:c #%.ts",
    variant: evil,
    verdict: "violated",
    differences: [evil, "depth: 13, recorded 12"],
    chart: `chart of ${evil}`,
    flow: {
      property: evil,
      steps: [
        { text: `${evil} comes`, place: { file: "a,b:c #%.ts", line: 7, column: 3 } },
        { text: "and goes" },
      ],
    },
    place: { file: "a,b:c #%.ts", line: 9, column: 5 },
    seconds: 1,
  },
  {
    ...red,
    protocol: "faulty",
    status: "spec at fault",
    differences: ["it throws"],
  },
  { ...green, protocol: "other", remarks: ["depth: 2, recorded 1"] },
  { ...red, protocol: "long", verdict: "incomplete", differences: ["incomplete: time limit"] },
  { ...red, protocol: "empty", verdict: "vacuous", differences: ["vacuous: w says nothing"] },
  {
    ...red,
    protocol: "part",
    status: "not run",
    differences: ["was not run: part 2 of 3 missing"],
  },
  { ...green, protocol: "twice", set: { pages: 2 } },
  { ...green, protocol: "twice", set: { pages: 2 } },
];
