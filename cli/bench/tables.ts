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
  /** The most that any of the runs needed. */
  readonly peakBytes: number | undefined;
  /** How many processes wanted a processor in the minute before the last run ended, itself included. */
  readonly load: number;
  /** Why there is no time. */
  readonly gaveUp?: string;
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
    "load",
    `${baseline} / it`,
  ];
  const lines = rows.map((row) => {
    const { model, size, engine, states, transitions, seconds, peakBytes, gaveUp } = row;
    const start = [model, `${size ?? ""}`, engine, count(states), count(transitions)];
    if (gaveUp !== undefined) return [...start, gaveUp];
    const middle = median(seconds);
    const ours = rows.find(
      (other) => other.engine === baseline && other.model === model && other.size === size,
    );
    return [
      ...start,
      time(middle),
      `(${time(Math.min(...seconds))}-${time(Math.max(...seconds))})`,
      states === undefined ? "" : count(significant(states / middle)),
      transitions === undefined ? "" : count(significant(transitions / middle)),
      peakBytes === undefined ? "?" : (peakBytes / 1e6).toFixed(0),
      row.load.toFixed(1),
      ours === undefined || ours.gaveUp !== undefined ? "" : ratio(median(ours.seconds) / middle),
    ];
  });
  return table([header, ...lines], 3);
}

/** What a state costs as a model grows, in microseconds of wall time. */
export function growth(rows: readonly Row[]): string {
  const models = [...new Set(rows.map(({ model }) => model))];
  const blocks = models.flatMap((model) => {
    const ofModel = rows.filter((row) => row.model === model && row.states !== undefined);
    const sizes = [...new Set(ofModel.map(({ size }) => size))];
    if (sizes.length < 2) return [];
    const names = [...new Set(ofModel.map(({ engine }) => engine))];
    const lines = names.map((engine) => {
      const own = ofModel.filter((row) => row.engine === engine);
      const cells = sizes.map((size) => costOf(own.find((row) => row.size === size)));
      return [model, engine, ...cells, costOfGrowth(own)];
    });
    const header = [
      "microseconds a state",
      "engine",
      ...sizes.map(String),
      "of the last size's own",
    ];
    return [table([header, ...lines], 2)];
  });
  return blocks.join("\n");
}

function costOf(row: Row | undefined): string {
  if (row?.states === undefined || row.seconds.length === 0) return "";
  return String(significant((median(row.seconds) * 1e6) / row.states));
}

/** What a state costs that the last size has and the one before has not: free of the start. */
function costOfGrowth(rows: readonly Row[]): string {
  const [before, last] = rows.filter(({ seconds }) => seconds.length > 0).slice(-2);
  if (before?.states === undefined || last?.states === undefined) return "";
  const seconds = median(last.seconds) - median(before.seconds);
  return String(significant((seconds * 1e6) / (last.states - before.states)));
}

function table(lines: readonly (readonly string[])[], textColumns: number): string {
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
