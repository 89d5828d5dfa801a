import { drawStory, type StoryOptions } from "../../counterexamples/drawn/index.ts";
import type { Story } from "../../counterexamples/index.ts";
import { type Constants, printable, words } from "../../spec/index.ts";
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
  /** Of each version, what would be said of the properties that only the other has, as far as they could be asked. */
  readonly unclaimed: Sides<Report | undefined>;
  /** The constants that were given for both. */
  readonly given: Constants;
  readonly difference: Difference;
  /** Of behaviours that only one version has. */
  readonly stories: Sides<Story | undefined>;
}

/** A property of which two versions do not say the same. */
export interface PropertyDifference {
  readonly name: string;
  /** What the versions say of it; undefined where one does not have it. */
  readonly status: Sides<string | undefined>;
  /** Where one does not have it, what it would say, as far as that is known. */
  readonly would: Sides<string | undefined>;
}

/** The properties of which not both say the same: another status, bound or length. And how many are the same. */
export function propertyDifferences({
  reports,
  unclaimed,
}: Pick<DifferenceFound, "reports" | "unclaimed">): {
  readonly different: readonly PropertyDifference[];
  readonly same: number;
} {
  const [before, after] = reports;
  const names = [...before.properties, ...after.properties].map(({ name }) => name);
  const all = [...new Set(names)].map((name): PropertyDifference => {
    const saidBy = (report: Report | undefined): string | undefined => {
      const its = report?.properties.find((one) => one.name === name);
      return report && its && shortStatus(its, report);
    };
    const [one, other] = unclaimed;
    return {
      name,
      status: [saidBy(before), saidBy(after)],
      would: [saidBy(one), saidBy(other)],
    };
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
  const { names, difference } = found;
  const { paint = (_role, text) => text } = options;
  const heading = `${names.map(printable).join(" -> ")}${commonConstants(found)}`;
  const table = new Table(names);
  const parts = [
    paint("heading", heading),
    propertiesPart(found, table),
    ...behavioursPart(found, options),
    stepsPart(difference, names, table),
    difference.notes.map(printable).join("\n"),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** The constants that both have the same; of many those that were given. Those that differ are among the properties. */
function commonConstants({ reports: [before, after], given }: DifferenceFound): string {
  const same = Object.entries(before.constants).filter(
    ([name, value]) => after.constants[name] === value,
  );
  const shown = same.length > fewConstants ? same.filter(([name]) => name in given) : same;
  return shown.length === 0 ? "" : `, ${constantsText(Object.fromEntries(shown)).join(" ")}`;
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

function propertiesPart(found: DifferenceFound, table: Table): string {
  const { reports } = found;
  const { different, same } = propertyDifferences(found);
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
        ({ name, status, would }) =>
          [words(name), ...status.map((its, side) => its ?? unclaimed(would[side]))] as const,
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
  const agreed = `  and ${plural(same, "property", "properties")} of which both say the same`;
  return [table.text(rows), ...open, ...advice, agreed].join("\n");
}

/** Whether a search that ended early, at a violation say, says nothing of a property. */
const isOpen = (status: string | undefined): boolean =>
  status === "undecided" || status === "not checked";

const none = "-";
/** Of a property that a version does not have. */
const unclaimed = (would: string | undefined): string =>
  would === undefined || isOpen(would) ? "not claimed" : `not claimed (if asked: ${would})`;

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
    ...stepsLines(byAction, table),
  ].join("\n");
}

/** Where ways part: steps that only one takes, from states that both reach. The rest follows of that. */
function stepsLines(byAction: StepsDifference["byAction"], table: Table): readonly string[] {
  if (byAction.length === 0) return ["steps: the same"];
  const cell = (count: number): string => (count === 0 ? none : grouped(count));
  const rows = byAction
    .filter(({ fromCommon }) => fromCommon[0] + fromCommon[1] > 0)
    .map(
      ({ action, fromCommon: [one, other] }) =>
        [
          `${words(action)}${one > 0 && other > 0 ? ", to other states" : ""}`,
          cell(one),
          cell(other),
        ] as const,
    );
  return rows.length === 0
    ? ["steps: the same from all states that both reach"]
    : [
        "where they part: steps that only one of them takes from a state that both reach",
        table.text(rows),
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
    return ["pages: the same may happen to them in both, which does not say that it must"];
  }
  return ([0, 1] as const).flatMap((side) => {
    const [name, other] = [names[side], names[1 - side] as string].map(printable) as [
      string,
      string,
    ];
    const its = behaviours[side];
    if (its.kind === "none") {
      return [`pages: all that may happen to them in ${name} may happen in ${other} too`];
    }
    if (its.kind === "not found") {
      const upTo = its.upTo === undefined ? "" : ` up to ${plural(its.upTo, "step")}`;
      return [
        `pages: nothing that may happen to them in ${name} only was found${upTo} (${its.reason})`,
      ];
    }
    const story = stories[side];
    return [
      [
        `pages: this may happen to them in ${name} only${its.isShortest ? "" : " (there may be a shorter way)"}`,
      ]
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
  const first = `  ${at} ${changeText(change)}`;
  if (steps.length === 0) return [first, `  ${other} does not begin so`];
  const until = `  ${other}, where the same has happened until then, cannot do so`;
  return all.length === 0
    ? [first, `${until}, nor change any page`]
    : [first, `${until}; what it can do next:`, ...all.map((way) => `    ${way}`)];
}

/** "frame 0 and frame 1 go from free to isolated": pages that change alike stand together. */
function changeText(changes: readonly PageChange[]): string {
  const alike = new Map<string, PageChange[]>();
  for (const change of changes) {
    const key = JSON.stringify([change.from, change.to]);
    alike.set(key, [...(alike.get(key) ?? []), change]);
  }
  return [...alike.values()]
    .map((its) => {
      const pages = its.map(({ page }) => printable(page)).join(" and ");
      const { from = "", to = "" } = its[0] ?? {};
      const [is, goes] = its.length === 1 ? ["is", "goes"] : ["are", "go"];
      if (from === "") return `${pages} ${is} ${to}`;
      return to === `${from}, discarded`
        ? `${pages}, which ${is} ${from}, ${is} discarded`
        : `${pages} ${goes} from ${from} to ${to}`;
    })
    .join(", ");
}
