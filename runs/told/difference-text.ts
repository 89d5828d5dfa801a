import { drawStory, type StoryOptions } from "../../counterexamples/drawn/index.ts";
import type { Story } from "../../counterexamples/index.ts";
import { printable, words } from "../../spec/index.ts";
import type { Sides } from "../difference/aligned.ts";
import type { FoundBehaviour, PageChange } from "../difference/behaviour.ts";
import type { Difference } from "../difference/difference.ts";
import type { StepsDifference } from "../difference/steps.ts";
import type { Report, ReportedProperty } from "../report-schema.ts";
import { constantsText, grouped, plural, statusText } from "./report-text.ts";

/** What two versions of a protocol were found to differ in. */
export interface DifferenceFound {
  /** What each version is called; not the same. */
  readonly names: Sides<string>;
  readonly reports: Sides<Report>;
  readonly difference: Difference;
  /** Of behaviours that only one version has. */
  readonly stories: Sides<Story | undefined>;
}

/** A property of which two versions do not say the same. */
export interface PropertyDifference {
  readonly name: string;
  /** What the versions say of it; undefined where one does not have it. */
  readonly status: Sides<string | undefined>;
}

/** The properties of which not both say the same: another status, bound or length. And how many are the same. */
export function propertyDifferences(reports: Sides<Report>): {
  readonly different: readonly PropertyDifference[];
  readonly same: number;
} {
  const [before, after] = reports;
  const names = [...before.properties, ...after.properties].map(({ name }) => name);
  const all = [...new Set(names)].map((name): PropertyDifference => {
    const saidBy = (report: Report): string | undefined => {
      const its = report.properties.find((one) => one.name === name);
      return its && shortStatus(its, report);
    };
    return { name, status: [saidBy(before), saidBy(after)] };
  });
  const different = all.filter(({ status: [one, other] }) => one !== other);
  return { different, same: all.length - different.length };
}

/** What a report says of a property, in a cell of a table. */
function shortStatus(property: ReportedProperty, report: Report): string {
  return statusText(property, report).replace(" counted, if it is reached", "");
}

/** What is different between two versions, as it is read. */
export function differenceText(found: DifferenceFound, options: StoryOptions): string {
  const { names, reports, difference } = found;
  const { paint = (_role, text) => text } = options;
  const [before, after] = reports;
  const heading = `${names.map(printable).join(" -> ")}${commonConstants(before, after)}`;
  const table = new Table(names);
  const parts = [
    paint("heading", heading),
    propertiesPart(reports, table),
    stepsPart(difference, names, table),
    ...behavioursPart(found, options),
    difference.notes.map(printable).join("\n"),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** The constants that both have the same, if they are few; those that differ are among the properties. */
function commonConstants(before: Report, after: Report): string {
  const same = Object.entries(before.constants).filter(
    ([name, value]) => after.constants[name] === value,
  );
  if (same.length === 0 || same.length > fewConstants) return "";
  return `, ${constantsText(Object.fromEntries(same)).join(" ")}`;
}

const fewConstants = 4;

/** Rows of three columns: what it is, and what each version says. */
class Table {
  readonly names: Sides<string>;

  constructor(names: Sides<string>) {
    this.names = names;
  }

  text(rows: readonly (readonly [string, string, string])[]): string {
    const all = [["", ...this.names.map(printable)], ...rows];
    const widths = [0, 1].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
    return all
      .map(([what = "", one = "", other = ""]) =>
        `  ${what.padEnd(widths[0] ?? 0)}  ${one.padEnd(widths[1] ?? 0)}  ${other}`.trimEnd(),
      )
      .join("\n");
  }
}

function propertiesPart(reports: Sides<Report>, table: Table): string {
  const { different, same } = propertyDifferences(reports);
  const [before, after] = reports;
  const constants = [
    ...new Set([...Object.keys(before.constants), ...Object.keys(after.constants)]),
  ]
    .filter((name) => before.constants[name] !== after.constants[name])
    .map((name) => [name, ...reports.map((its) => String(its.constants[name] ?? none))] as const);
  const rows = [
    ...constants,
    ["verdict", verdictOf(before), verdictOf(after)] as const,
    ...different
      .filter(({ status }) => !status.some(isOpen))
      .map(
        ({ name, status: [one, other] }) =>
          [words(name), one ?? unclaimed, other ?? unclaimed] as const,
      ),
  ] as unknown as readonly (readonly [string, string, string])[];
  const open = ([0, 1] as const).flatMap((side) => {
    const left = different.filter(({ status }) => isOpen(status[side]));
    const all = left.map(({ name }) => words(name)).join(", ");
    return left.length === 0 ? [] : [`  not decided of ${printable(table.names[side])}: ${all}`];
  });
  const unlike = constants
    .filter(([name]) => reports.every((its) => name in its.constants))
    .map(([name, , other]) => `--set ${printable(name)}=${other}`);
  const advice =
    unlike.length === 0
      ? []
      : [
          "  these are two instances, and what follows is of their constants as well; " +
            `to compare the versions alone: ${unlike.join(" ")}`,
        ];
  const agreed = `  of ${plural(same, "property", "properties")} both say the same`;
  return [table.text(rows), ...open, ...advice, agreed].join("\n");
}

/** Whether a search that ended early, at a violation say, says nothing of a property. */
const isOpen = (status: string | undefined): boolean =>
  status === "undecided" || status === "not checked";

const none = "-";
/** Of a property that a version does not have. */
const unclaimed = "not claimed";

function verdictOf({ verdict, reason, property }: Report): string {
  if (reason !== undefined) return `${verdict}: ${reason}`;
  return verdict === "vacuous" && property !== undefined
    ? `${verdict}: ${words(property.name)}`
    : verdict;
}

function stepsPart({ steps, variables }: Difference, names: Sides<string>, table: Table): string {
  const lines = onlyLines("variables", variables, names);
  if (steps === undefined) {
    return [
      ...lines,
      "actions, states and steps: not compared: not all states are known, and variables differ",
    ].join("\n");
  }
  const { actions, renamed, byAction } = steps;
  return [
    ...lines,
    ...onlyLines("actions", actions, names),
    ...renamed.map(([old, its]) => `${words(old)} is ${words(its)}, step for step`),
    statesLine(steps, names),
    ...stepsLines(byAction, names, table),
  ].join("\n");
}

/** Where ways part: steps that only one takes, from states that both reach. What follows of that is only counted. */
function stepsLines(
  byAction: StepsDifference["byAction"],
  names: Sides<string>,
  table: Table,
): readonly string[] {
  if (byAction.length === 0) return ["steps: the same"];
  const cell = (count: number): string => (count === 0 ? none : grouped(count));
  const rows = byAction
    .filter(({ fromCommon }) => fromCommon[0] + fromCommon[1] > 0)
    .map(
      ({ action, fromCommon: [one, other] }) => [words(action), cell(one), cell(other)] as const,
    );
  const later = ([0, 1] as const).flatMap((side) => {
    const count = byAction.reduce((sum, its) => sum + its.steps[side] - its.fromCommon[side], 0);
    const which = byAction.filter(({ steps, fromCommon }) => steps[side] > fromCommon[side]);
    const more = `${plural(count, "step")} of ${plural(which.length, "action")}`;
    return count === 0
      ? []
      : [`  and from states that only ${printable(names[side])} reaches: ${more}`];
  });
  return [
    "where they part: steps that only one of them takes from a state that both reach",
    table.text(rows),
    ...later,
  ];
}

function onlyLines(
  what: string,
  own: Sides<readonly string[]>,
  names: Sides<string>,
): readonly string[] {
  return own.flatMap((its, side) =>
    its.length === 0
      ? []
      : [`${what} only in ${printable(names[side] as string)}: ${its.map(words).join(", ")}`],
  );
}

function statesLine({ isWhole, common, states }: StepsDifference, names: Sides<string>): string {
  if (!isWhole) {
    return `states: too many; of ${grouped(common)} that both reach first the steps were compared`;
  }
  const own = states.flatMap((count, side) =>
    count === 0 ? [] : [`${grouped(count)} only by ${printable(names[side] as string)}`],
  );
  return `states: ${[`${grouped(common)} reached by both`, ...own].join(", ")}`;
}

/** What each version shows of pages that the other does not. */
function behavioursPart(
  { names, difference: { behaviours }, stories }: DifferenceFound,
  options: StoryOptions,
): readonly string[] {
  if (typeof behaviours === "string") {
    return [`pages: behaviours are not compared: ${printable(behaviours)}`];
  }
  if (behaviours.every(({ kind }) => kind === "none")) {
    return ["pages: what both show of them is the same"];
  }
  return ([0, 1] as const).flatMap((side) => {
    const [name, other] = [names[side], names[1 - side] as string].map(printable) as [
      string,
      string,
    ];
    const its = behaviours[side];
    if (its.kind === "none") {
      return [`pages: all that ${name} shows of them ${other} shows too`];
    }
    if (its.kind === "not found") {
      return [
        `pages: nothing that only ${name} shows was found up to ${plural(its.upTo, "step")} (${its.reason})`,
      ];
    }
    const story = stories[side];
    return [
      [`pages: only ${name} shows this${its.isShortest ? "" : " (there may be a shorter way)"}`]
        .concat(foundLines(its, other))
        .join("\n"),
      ...(story === undefined ? [] : [drawStory(story, options)]),
    ];
  });
}

/** More ways to go on are only counted. */
const fewWays = 4;

function foundLines({ steps, change, instead }: FoundBehaviour, other: string): readonly string[] {
  const at = steps.length === 0 ? "in the beginning" : `in step ${grouped(steps.length)}`;
  const ways = instead.slice(0, fewWays).map(changeText);
  const more = instead.length - ways.length;
  const all = [...ways, ...(more > 0 ? [`${grouped(more)} others`] : [])];
  return [
    `  ${at} ${changeText(change)}`,
    steps.length === 0
      ? `  ${other} does not begin so`
      : `  ${other}, where it has shown the same until then, ${
          all.length === 0 ? "changes no page any more" : `can go on so: ${all.join("; ")}`
        }`,
  ];
}

const changeText = (changes: readonly PageChange[]): string =>
  changes
    .map(({ page, from, to }) => {
      if (from === "") return `${printable(page)} is ${to}`;
      return to === `${from}, discarded`
        ? `${printable(page)}, which is ${from}, is discarded`
        : `${printable(page)} goes from ${from} to ${to}`;
    })
    .join(" and ");
