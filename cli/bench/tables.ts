import type { Case } from "./cases.ts";

/** What one engine did with one instance. */
export interface Row {
  readonly model: string;
  readonly size: Case["size"] | undefined;
  readonly engine: string;
  readonly states: number | undefined;
  readonly transitions: number | undefined;
  /** Wall time of each run, from start to end of the process; empty where it came to no verdict. */
  readonly seconds: readonly number[];
  /** Of each run, where it is known: the CPU time of the process, and the time to the first that it prints. */
  readonly cpuSeconds?: readonly number[] | undefined;
  readonly firstOutputSeconds?: readonly number[] | undefined;
  /** The most that any of the runs needed. */
  readonly peakBytes: number | undefined;
  /** How much of that the process takes before it has any state; 0 where that is next to nothing. */
  readonly runtimeBytes: number;
  /** How many processes wanted a processor in the minute before the last run ended, itself included. */
  readonly load: number;
  /** Why there is no time. */
  readonly gaveUp?: string | undefined;
}

/** The middle one, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

/** The table of all rows, each beside hintproof's of the same instance. */
export function comparison(rows: readonly Row[], baseline: string): string {
  const header = [
    "model",
    "size",
    "engine",
    "states",
    "steps",
    "seconds",
    "(min-max)",
    "states/s",
    "steps/s",
    "peak MB",
    "bytes/state",
    "load",
    `${baseline} / it`,
  ];
  const lines = rows.map((row) => {
    const { model, size, engine, states, transitions, seconds, peakBytes, gaveUp } = row;
    const start = [model, `${size ?? ""}`, engine, count(states), count(transitions)];
    if (gaveUp !== undefined) return [...start, gaveUp];
    const middle = median(seconds);
    const ours = sameInstance(rows, row, baseline);
    return [
      ...start,
      time(middle),
      `(${time(Math.min(...seconds))}-${time(Math.max(...seconds))})`,
      states === undefined ? "" : count(significant(states / middle)),
      transitions === undefined ? "" : count(significant(transitions / middle)),
      peakBytes === undefined ? "?" : (peakBytes / 1e6).toFixed(0),
      bytesPerState(row),
      row.load.toFixed(1),
      ours === undefined || ours.gaveUp !== undefined ? "" : ratio(median(ours.seconds) / middle),
    ];
  });
  return table([header, ...lines], 3);
}

/** What another engine did with the instance of a row. */
function sameInstance(rows: readonly Row[], { model, size }: Row, engine: string): Row | undefined {
  return rows.find((row) => row.engine === engine && row.model === model && row.size === size);
}

/** With fewer states the memory is not that of the states. */
const leastStatesForBytes = 1_000_000;

function bytesPerState(row: Row): string {
  return bytesOf(row)?.toFixed(1) ?? "";
}

/** How many bytes a state takes; undefined where there are too few of them to tell. */
export function bytesOf({ states, peakBytes, runtimeBytes }: Row): number | undefined {
  if (states === undefined || peakBytes === undefined || states < leastStatesForBytes) {
    return undefined;
  }
  return (peakBytes - runtimeBytes) / states;
}

/** Something that a run takes, and that is divided among its states. */
interface Cost {
  readonly unit: string;
  readonly of: (row: Row) => number | undefined;
  /** A difference between two sizes that is less may as well be chance. */
  readonly least: number;
}

const costs: readonly Cost[] = [
  { unit: "microseconds", of: ({ seconds }) => median(seconds) * 1e6, least: 0.2e6 },
  { unit: "bytes", of: ({ peakBytes }) => peakBytes, least: 20e6 },
];

/**
 * What each state costs that a size has beyond the size before, free of the start of the process: in
 * microseconds of wall time and in bytes of peak memory. "-" is too little to tell, and is not in the ratio
 * of the largest cost to the smallest. Cells are empty where an engine has no time of one of the two sizes.
 */
export function growth(rows: readonly Row[]): string {
  const models = [...new Set(rows.map(({ model }) => model))];
  const blocks = models.flatMap((model) => {
    const ofModel = rows.filter((row) => row.model === model);
    const sizes = [...new Set(ofModel.map(({ size }) => size))];
    const names = [...new Set(ofModel.map(({ engine }) => engine))];
    const lines = names.flatMap((engine) => {
      const own = sizes.map((size) =>
        ofModel.find((row) => row.engine === engine && row.size === size),
      );
      return costs.flatMap((cost) => {
        const further = own.slice(1).map((row, before) => costOfFurther(cost, own[before], row));
        if (further.every((each) => each === undefined)) return [];
        return [[model, engine, cost.unit, ...further.map(costText), spread(further)]];
      });
    });
    if (lines.length === 0) return [];
    const header = [
      "each further state",
      "engine",
      "costs",
      ...sizes.slice(1).map(String),
      "largest / smallest",
    ];
    return [table([header, ...lines], 3)];
  });
  return blocks.join("\n");
}

/** What each further state costs; undefined where one of the two sizes was not measured. */
type Further = number | "too little" | undefined;

function costOfFurther(
  { of, least }: Cost,
  before: Row | undefined,
  row: Row | undefined,
): Further {
  if (before?.states === undefined || row?.states === undefined) return undefined;
  const [smaller, larger] = [of(before), of(row)];
  if (smaller === undefined || larger === undefined) return undefined;
  const difference = larger - smaller;
  return difference < least ? "too little" : difference / (row.states - before.states);
}

function costText(cost: Further): string {
  if (cost === "too little") return "-";
  return cost === undefined ? "" : String(significant(cost));
}

function spread(further: readonly Further[]): string {
  const apart = ratioOf(further);
  return apart === undefined ? "" : ratio(apart);
}

function ratioOf(further: readonly Further[]): number | undefined {
  const known = further.filter((cost) => typeof cost === "number");
  return known.length < 2 ? undefined : Math.max(...known) / Math.min(...known);
}

/**
 * How many times as much CPU time a further state takes between two sizes as between two others, of one engine that was
 * measured at growing sizes; undefined where it was not at each of them, or there is too little to tell.
 */
export function spreadOf(rows: readonly (Row | undefined)[]): number | undefined {
  const cost: Cost = {
    unit: "microseconds of CPU",
    of: ({ cpuSeconds = [] }) => (cpuSeconds.length === 0 ? undefined : median(cpuSeconds) * 1e6),
    least: 0.2e6,
  };
  const further = rows.slice(1).map((row, before) => costOfFurther(cost, rows[before], row));
  return further.includes(undefined) ? undefined : ratioOf(further);
}

/** The largest ratio that is accepted of `livenessRatios`. */
const mostForLiveness = 4;

/** How many times as long a search takes with a liveness property: a line for each model, with all sizes. */
export function livenessRatios(rows: readonly Row[], liveness: string, search: string): string {
  const checked = rows.filter(({ engine }) => engine === liveness);
  const models = [...new Set(checked.map(({ model }) => model))];
  return models
    .map((model) => {
      const ratios = checked
        .filter((row) => row.model === model)
        .map((row) => `${timeRatio(row, sameInstance(rows, row, search))} at ${row.size}`);
      const title = `${model}, "${liveness}" / "${search}", at most ${mostForLiveness}`;
      return `${title}: ${ratios.join(", ")}\n`;
    })
    .join("");
}

function timeRatio(one: Row, other: Row | undefined): string {
  const gaveUp = one.gaveUp ?? other?.gaveUp;
  if (gaveUp !== undefined) return gaveUp;
  return other === undefined ? "?" : ratio(median(one.seconds) / median(other.seconds));
}

/** Columns of text, of which so many begin at the left. */
export function table(lines: readonly (readonly string[])[], textColumns: number): string {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((cells) => cells[column]?.length ?? 0)),
  );
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return column < textColumns ? cell.padEnd(width) : cell.padStart(width);
        })
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join("");
}

const count = (value: number | undefined): string => value?.toLocaleString("en-US") ?? "";
const significant = (value: number): number => Number(value.toPrecision(3));
const time = (seconds: number): string => seconds.toFixed(seconds < 10 ? 3 : 1);
const ratio = (value: number): string => (value < 10 ? value.toFixed(2) : count(Math.round(value)));
