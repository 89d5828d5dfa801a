import { drawStory, type Paint, type StoryFormat } from "../../counterexamples/drawn/index.ts";
import type { PropertyName } from "../../checker/index.ts";
import type { Story } from "../../counterexamples/index.ts";
import { isAsserted, isLiveness, isSought, paragraph, printable, words } from "../../spec/index.ts";
import type { Found } from "../answer.ts";
import type { Report, ReportedLiveness, ReportedProperty } from "../report-schema.ts";

/** What a report is printed with. */
export interface Printing {
  /** The instance by its name: see `instanceText`. */
  readonly title: string;
  readonly stories: readonly Story[];
  /** Of random runs: the command that repeats the violation. */
  readonly again?: string | undefined;
  /** Whether to say, behind all else, what it took to explore. */
  readonly statistics?: boolean | undefined;
  /** How stories are drawn: see `StoryOptions`. */
  readonly format?: StoryFormat | undefined;
  readonly ghosts?: boolean | undefined;
  readonly width?: number | undefined;
  readonly indent?: string | undefined;
  /** The command that takes the counterexample of a property again. */
  readonly replaying?: ((property: PropertyName) => string | undefined) | undefined;
  readonly paint: Paint;
}

/**
 * A report as it is read on a terminal or pasted into a mail: the counterexamples, the properties, the
 * figures that are the same in every run, the verdict.
 */
export function reportText(report: Report, printing: Printing): string {
  const { title, stories, again, statistics = false, paint } = printing;
  const isShownInPart = report.properties.filter(hasTrace).length > stories.length;
  const parts = [
    startText(report, again),
    ...(stories.length > 0
      ? stories.map((story) =>
          drawStory(story, { ...printing, again: printing.replaying?.(story.property) }),
        )
      : [paint("heading", title)]),
    propertiesText(report, paint),
    isShownInPart
      ? "--traces prints how each of them is violated, --property NAME one of them"
      : "",
    notes(report).join("\n"),
    report.note === undefined
      ? ""
      : "the search stopped after the violation, because the protocol then leaves its domains or " +
        `fails: ${paragraph(report.note)}`,
    [
      verdictLine(report, paint),
      ...expectedText(report, paint),
      ...groundsText(report),
      ...restsOn(report),
    ].join("\n"),
    statistics ? statisticsText(report, paint) : "",
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** Of random runs what repeats them, before all else: that may be cut off. */
function startText({ seed }: Report, again: string | undefined): string {
  if (again !== undefined) return `again: ${again}`;
  return seed === undefined ? "" : `random runs of seed ${seed}`;
}

/** Each constant as it would be typed after `--set`. */
export function constantsText(constants: Report["constants"]): readonly string[] {
  return Object.entries(constants).map(([name, value]) => printable(`${name}=${value}`));
}

const isViolated = ({ status }: ReportedProperty): boolean => status === "violated";
/** A violation that was found too late has none. */
const hasTrace = (property: ReportedProperty): boolean =>
  isViolated(property) && property.steps !== undefined;
const isHeld = ({ status }: ReportedProperty): boolean => status === "holds";
/** Whether a search that ended early had decided something on all states by then. */
const isHeldInPart = ({ verdict, properties }: Report): boolean =>
  verdict === "incomplete" && properties.some(isHeld);
const isLeftOut = ({ status }: ReportedProperty): boolean => status === "not asked";
const isUnchecked = ({ status }: ReportedProperty): boolean => status === "not checked";

function propertiesText(report: Report, paint: Paint): string {
  const properties = report.properties.filter(
    (property) => !isUnchecked(property) && !isLeftOut(property),
  );
  const names = properties.map(({ name }) => words(name));
  const widths = [names, properties.map(({ kind }) => kind)].map((column) =>
    Math.max(0, ...column.map(({ length }) => length)),
  ) as [number, number];
  return properties
    .map((property, position) => {
      const status = paint(roleOf(property), statusText(property, report));
      return `  ${(names[position] as string).padEnd(widths[0])}  ${property.kind.padEnd(widths[1])}  ${status}`;
    })
    .join("\n");
}

/** What a report says of a property, in words. */
export function statusText(
  property: ReportedProperty,
  { counterexamples = [] }: Pick<Report, "counterexamples">,
): string {
  const { kind, name, status, steps, claim, cannotFail, liveness } = property;
  if (cannotFail !== undefined) return `${status}, and cannot be violated at these constants`;
  if (status === "violated" && steps !== undefined) {
    const { loopsTo } = counterexamples.find((one) => one.property.name === name) ?? {};
    const forEver =
      loopsTo === steps ? ", for ever" : `, the last ${grouped(steps - (loopsTo ?? 0))} for ever`;
    const which = claim === undefined ? "" : `: not so that ${JSON.stringify(printable(claim))}`;
    return `violated after ${plural(steps, "step")}${loopsTo === undefined ? "" : forEver}${which}`;
  }
  if (status === "violated") return "violated; there was no time for its trace";
  if (status === "vacuous") {
    if (isAsserted(kind)) return "vacuous: no step came to assert it";
    return liveness?.isReached === false
      ? "vacuous: what it waits for is never reached"
      : "vacuous: it never had anything to say";
  }
  return liveness?.most === undefined
    ? status
    : `${status}, at most ${grouped(liveness.most)} counted, if it is reached`;
}

function roleOf({ status }: ReportedProperty): "good" | "bad" | "quiet" {
  if (status === "holds" || status === "seen") return "good";
  return status === "undecided" ? "quiet" : "bad";
}

function notes(report: Report): readonly string[] {
  const unchecked = report.properties.filter(isUnchecked).map(({ name }) => words(name));
  const idle = report.verdict === "holds" ? "" : idleText(report); // else the verdict says it
  return [
    ...(unchecked.length > 0 ? [`declared and not checked: ${unchecked.join(", ")}`] : []),
    ...leftOutNotes(report),
    ...cannotFailNotes(report),
    ...(report.unlisted === undefined
      ? []
      : [
          `declared and not listed in spec(...), so not checked: ${report.unlisted.map(printable).join(", ")}`,
        ]),
    ...(idle === "" ? [] : [idle]),
    ...livenessNotes(report),
    ...cutShortNotes(report),
    figuresLine(report),
  ];
}

/** What this instance is too small to show, with the constants from which on it is seen. */
function leftOutNotes({ properties }: Report): readonly string[] {
  const byConstants = new Map<string, string[]>();
  for (const { name, seenFrom = [] } of properties.filter(isLeftOut)) {
    const from = seenFrom.map((one) => constantsText(one).join(" and ")).join(" or ");
    byConstants.set(from, [...(byConstants.get(from) ?? []), words(name)]);
  }
  return [...byConstants].map(
    ([from, names]) => `not asked here: ${names.join(", ")}, seen from ${from}`,
  );
}

/** What could not be violated at these constants, whatever the protocol did, and why. */
const cannotFailNotes = ({ properties }: Report): readonly string[] =>
  properties.flatMap(({ name, cannotFail }) =>
    cannotFail === undefined
      ? []
      : [`${words(name)} cannot be violated at these constants: ${printable(cannotFail)}`],
  );

/** What was kept from being found out beside the verdict, and by what. */
function cutShortNotes({ stopped, properties }: Report): readonly string[] {
  const isOpen = properties.some(({ status }) => status === "undecided");
  if (stopped === undefined || stopped === "first violation" || !isOpen) return [];
  const what =
    stopped === "not confirmed"
      ? "a second search did not come to an end"
      : `the search did not come to an end (${stopped})`;
  return [`${what}: what is undecided may be violated too`];
}

/** What the answer rests on, in words. */
function groundsText({ grounds, statistics }: Report): readonly string[] {
  const { symmetry, memories = [] } = grounds ?? {};
  const lines: string[] = [];
  if (symmetry !== undefined) {
    const { kind, doubts } = symmetry;
    const states = plural(statistics.unreducedStates, "state");
    const text = {
      proved: "symmetry: proved, no function can tell elements apart",
      confirmed: `symmetry: not proved, but confirmed by a search of all ${states}`,
      declared: "symmetry: declared, and neither proved nor confirmed by a search of all states",
    }[kind];
    lines.push(text, ...fewOf(doubts));
  }
  if (memories.length > 0) {
    lines.push(
      "kept from one call to the next, or not known, and a second search was made for it:",
    );
    lines.push(...fewOf(memories));
  }
  return lines;
}

const mostDoubts = 3;

/** The first of many lines, indented, and how many there are more. */
function fewOf(all: readonly string[]): readonly string[] {
  const others = all.length - mostDoubts;
  return [
    ...all.slice(0, mostDoubts).map((line) => `  ${printable(line)}`),
    ...(others > 0 ? [`  and ${plural(others, "other")}`] : []),
  ];
}

/** What was found out about liveness properties beside their status. */
function livenessNotes({ properties }: Report): readonly string[] {
  const ofEach = (text: (its: ReportedLiveness) => string | undefined): readonly string[] =>
    properties.flatMap(({ name, liveness }) => {
      const said = liveness && text(liveness);
      return said === undefined ? [] : [`${words(name)}${said}`];
    });
  const unreduced = properties.filter(({ liveness }) => liveness?.withoutSymmetry === true);
  const states = unreduced[0]?.liveness?.states ?? 0;
  // All rest on the same fairness, but for those on which it has no bearing.
  const assumed = properties.find(
    ({ status, liveness }) => status === "holds" && (liveness?.fairness ?? []).length > 0,
  )?.liveness?.fairness;
  return [
    ...(unreduced.length === 0
      ? []
      : [
          `decided without symmetry, on ${plural(states, "state")}: ` +
            unreduced.map(({ name }) => words(name)).join(", "),
        ]),
    ...(assumed === undefined
      ? []
      : [`what holds in the end rests on ${fairnessText(assumed, 8)}`]),
    ...ofEach(({ neededFairness }) => neededFairness && ` needs ${fairnessText(neededFairness)}`),
    ...ofEach(({ worst }) => worst && `, at worst: ${worstText(worst)}`),
  ];
}

/** How often it is counted at worst, in words. */
export function worstText({
  kind,
  most = 0,
}: Pick<NonNullable<ReportedLiveness["worst"]>, "kind" | "most">): string {
  switch (kind) {
    case "never":
      return "`from` holds nowhere";
    case "immediate":
      return "`to` holds wherever `from` does";
    case "bounded":
      return `${grouped(most)} counted`;
    case "unbounded":
      return "more than any number is counted";
  }
}

/** "weak fairness of timer fires, worker starts and strong fairness of host discards 0"; of each kind so many. */
function fairnessText(fair: ReportedLiveness["fairness"], most = Infinity): string {
  if (fair.length === 0) return "no fairness";
  return (["weak", "strong"] as const)
    .flatMap((kind) => {
      const labels = fair.filter((one) => one.kind === kind).map(({ label }) => printable(label));
      const others = labels.length > most ? [`${labels.length - most} others`] : [];
      return labels.length === 0
        ? []
        : [`${kind} fairness of ${[...labels.slice(0, most), ...others].join(", ")}`];
    })
    .join(" and ");
}

/** Which actions were not taken: never, if everything was seen; and which never changed anything. Empty if all did. */
function idleText(report: Report): string {
  const { verdict, statistics, runs } = report;
  const { taken, unchanging = [], frontier } = statistics;
  const idle = Object.keys(taken).filter((name) => taken[name] === 0);
  const isDecided = verdict !== "incomplete" || isHeldInPart(report);
  const isWhole = isDecided && runs === undefined && frontier === 0;
  const named = (what: string, actions: readonly string[]): readonly string[] =>
    actions.length === 0 ? [] : [`${what}: ${actions.map(words).join(", ")}`];
  return [
    ...named(isWhole ? "never taken" : "not taken so far", idle),
    ...named("taken and never changed anything", unchanging),
  ].join("; ");
}

/** The figures that are the same in every run. */
function figuresLine({ statistics, runs }: Report): string {
  const {
    distinctStates,
    generatedStates,
    transitions,
    depth,
    orbits,
    unreducedStates,
    auditedStates,
  } = statistics;
  return [
    ...(runs === undefined ? [] : [plural(runs, "random run")]),
    ...(orbits === undefined
      ? [plural(distinctStates, "distinct state")]
      : [`${plural(orbits, "orbit")} (${plural(unreducedStates, "state")})`]),
    `${grouped(generatedStates)} generated`,
    plural(transitions, "transition"),
    `depth ${depth}`,
    `${grouped(auditedStates)} audited`,
  ].join(", ");
}

/** What it took to explore: a row for each action; what was checked on the way. */
function statisticsText({ statistics }: Report, paint: Paint): string {
  const { taken, actions, auditedStates, comparedSteps, threads, rehearsedRuns } = statistics;
  const rows = Object.entries(taken).map(([name, steps]) => {
    const its = actions?.[name];
    if (its === undefined) return [words(name), grouped(steps)];
    const { recipeRuns, diagramNodes, interpretedSteps } = its;
    return [words(name), ...[its.steps, recipeRuns, diagramNodes, interpretedSteps].map(grouped)];
  });
  const header = ["action", "steps"];
  if (actions !== undefined) header.push("recipe runs", "diagram nodes", "interpreted runs");
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `  ${cells
      .map((cell, column) => {
        const width = widths[column] as number;
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join("  ")}`;
  const compared = comparedSteps === undefined ? "" : `, ${plural(comparedSteps, "step")} compared`;
  return [
    paint("heading", line(header)),
    ...rows.map(line),
    "",
    `${plural(auditedStates, "state")} audited${compared} with the reference`,
    ...(threads === undefined ? [] : [`${plural(threads, "thread")} explored`]),
    ...(rehearsedRuns === undefined ? [] : [rehearsedText(rehearsedRuns)]),
  ].join("\n");
}

/** What became of what an earlier check had learned from. */
const rehearsedText = (runs: number): string =>
  runs === 0
    ? "what an earlier check had learned from came to something else, and was forgotten"
    : `${plural(runs, "run")} made at once, since an earlier check had learned from them`;

/** The time and the memory, which differ from run to run and so are kept apart. */
export function costLine({ statistics }: Pick<Report, "statistics">): string {
  const { seconds, distinctStates, peakMemoryBytes } = statistics;
  const rate = seconds > 0 ? `, ${grouped(Math.round(distinctStates / seconds))} states/s` : "";
  return `${seconds.toFixed(1)} s${rate}, ${megabytes(peakMemoryBytes)} peak`;
}

/** What is known before liveness is decided, which may take longer than all before. */
export function safetyLine({ properties, figures }: Found): string {
  const ofLiveness = properties.filter(({ kind }) => isLiveness(kind));
  const violated = properties.filter(({ status }) => status === "violated");
  const open = properties.filter(({ status }) => status === "undecided").length;
  const decided = properties.length - open;
  const names = violated.map(({ name }) => words(name)).join(", ");
  const what =
    violated.length > 0
      ? `violated: ${names}`
      : open > ofLiveness.length
        ? "none violated, which another search will have to confirm"
        : `${plural(decided, "property", "properties")} decided, none violated`;
  const next = `next liveness, ${plural(ofLiveness.length, "property", "properties")}`;
  return `safety after ${figures.seconds.toFixed(1)} s: ${what}; ${next}`;
}

/** Whether a variant, or a protocol that says so, did what is expected of it, where that is decided. */
function expectedText(
  { protocol, variant = protocol, expected, differences = [] }: Report,
  paint: Paint,
): readonly string[] {
  if (expected === undefined) return [];
  const name = printable(variant);
  if (expected) return [`${paint("good", "as expected")} of ${name}`];
  return differences.map(
    (line) => `${paint("bad", "NOT as expected")} of ${name}: ${printable(line)}`,
  );
}

/** What came of it, in one line. */
export function verdictLine(report: Report, paint: Paint): string {
  const { verdict, property, properties, reason } = report;
  const isUnseen = properties.some(
    ({ kind, name: its, status }) =>
      its === property?.name &&
      (status === "never seen" || (status === "not asked" && isSought(kind))),
  );
  const name = property === undefined ? "" : words(property.name);
  switch (verdict) {
    case "holds": {
      const open = properties.filter(isUnchecked).length;
      const leftOut = properties.filter(isLeftOut).length;
      const but =
        (open === 0 ? "" : `, ${open} declared but not checked`) +
        (leftOut === 0 ? "" : `, ${leftOut} not asked here`);
      const idle = idleText(report);
      return (
        paint("good", "holds") +
        `: ${plural(properties.length - open - leftOut, "property", "properties")} checked${but}` +
        (idle === "" ? "" : `; ${paint("bad", idle)}`)
      );
    }
    case "violated": {
      const others = properties.filter(isViolated).length - 1;
      const more =
        others <= 0 ? "" : `, and ${plural(others, "other property", "other properties")} too`;
      return `${paint("bad", "violated")}: ${name}${more}`;
    }
    case "vacuous":
      return (
        paint("bad", "vacuous") +
        `: ${name} ${property && isAsserted(property.kind) ? "was never asserted" : isUnseen ? "was never seen" : "never had anything to say"}, ` +
        "so the other answers prove little"
      );
    case "incomplete":
      return (
        `${paint("bad", "incomplete")}: ${reasonText(reason)}; ` +
        (reason === "too many states for liveness"
          ? "it needs all states, without symmetry, and --no-liveness leaves it out"
          : reason === "not confirmed"
            ? "a second search, on which the answer would rest, did not come to an end"
            : properties.some(isViolated)
              ? "what is violated has no trace yet, and nothing was proved"
              : openText(report))
      );
  }
}

/** What a search that ended early has left open. */
function openText(report: Report): string {
  const open = report.properties.filter(({ status }) => status === "undecided").length;
  return isHeldInPart(report)
    ? `${plural(open, "property", "properties")} undecided, the others decided on all states`
    : "nothing was proved";
}

/** What was to be judged by the reference engine as well, and how much of it was. */
interface Audited {
  readonly audited: number;
  readonly of: number;
  readonly noun: string;
}

/** Of the states that were explored, and of those of a graph that was made of others. */
function auditedOf({ statistics, properties }: Report): readonly Audited[] {
  const { distinctStates, frontier, auditedStates, orbits } = statistics;
  const explored = {
    audited: auditedStates,
    of: distinctStates - frontier,
    noun: orbits === undefined ? "state" : "orbit",
  };
  const graphs = properties.flatMap(({ liveness }) =>
    liveness?.auditedStates === undefined
      ? []
      : [{ ...liveness, audited: liveness.auditedStates, of: liveness.states, noun: "state" }],
  );
  const isOther = ({ withoutSymmetry }: { readonly withoutSymmetry: boolean }): boolean =>
    orbits !== undefined && withoutSymmetry;
  const same = graphs.find((graph) => !isOther(graph));
  const audited = Math.min(explored.audited, same?.audited ?? Infinity);
  return [{ ...explored, audited }, ...graphs.filter(isOther).slice(0, 1)];
}

/** Whether the reference engine has judged everything that was explored beside the compiled one. */
export const isAuditedWhole = (report: Report): boolean =>
  report.audit !== undefined && auditedOf(report).every(({ audited, of }) => audited === of);

export const auditedWhole = "every state and step was judged by the reference engine as well";

/** What an answer rests on, in plain words: where everything holds, and where more was asked for. */
function restsOn(report: Report): readonly string[] {
  const { verdict, engine, audit } = report;
  if (verdict !== "holds" && !isHeldInPart(report) && audit !== "all") return [];
  if (engine === "reference") {
    return [
      "it rests on the reference engine alone, which ran the spec's functions on every state",
    ];
  }
  if (isAuditedWhole(report)) return [auditedWhole];
  const parts = auditedOf(report).map(
    ({ audited, of, noun }) => `${grouped(audited)} of ${plural(of, noun)}`,
  );
  const hint = audit === "all" ? "" : " (--audit all: every one)";
  return [
    "it rests on what was learned of the spec's functions; the reference engine judged " +
      `${parts.join(" and ")} as well${hint}`,
  ];
}

function reasonText(reason: Report["reason"]): string {
  if (reason === "random exploration") return "random runs found no violation";
  return reason ?? "stopped early";
}

/** "1 step", "2,345 steps" */
export function plural(count: number | string, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** A number with its thousands set apart. */
export function grouped(value: number | string): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Bytes as megabytes. */
export function megabytes(bytes: number): string {
  return `${grouped(Math.round(bytes / 2 ** 20))} MB`;
}
