import { printable } from "../spec/index.ts";
import { grouped, megabytes, plural, type RunFigures } from "../runs/told/index.ts";

import { say, sayInPlace } from "./terminal.ts";

/** Shows on stderr how far a run has come: one line rewritten, or without a terminal one now and then. */
export interface ProgressLine {
  /** `label` is put before the figures; `total` is the number of states there will be, if known. */
  show(progress: RunFigures, label?: string, total?: number): void;
  /** Removes the line, before something else is printed. */
  clear(): void;
}

const secondsBetweenLines = 10;
const now = (): number => performance.now() / 1000;

/** Writes to stderr; does nothing if `isQuiet`. */
export function progressLine(isQuiet: boolean): ProgressLine {
  const { stderr } = process;
  const isRewritten = stderr.isTTY === true;
  let lastLine = now();
  let isShown = false;
  return {
    show: (progress, label = "", total) => {
      if (isQuiet) return;
      if (!isRewritten && now() - lastLine < secondsBetweenLines) return;
      lastLine = now();
      const text = printable(`${label}${lineOf(progress, total)}`);
      if (isRewritten) sayInPlace(text.slice(0, (stderr.columns ?? 80) - 1));
      else say(text);
      isShown = isRewritten;
    },
    clear: () => {
      if (isShown) sayInPlace("");
      isShown = false;
    },
  };
}

function lineOf(
  { distinctStates, depth, frontier, seconds }: RunFigures,
  total: number | undefined,
): string {
  const rate = seconds > 0 ? distinctStates / seconds : 0;
  const isKnown = total !== undefined && total > distinctStates && rate > 0;
  return [
    `${Math.round(seconds)} s`,
    plural(distinctStates, "state"),
    `${grouped(Math.round(rate))} states/s`,
    ...(isKnown ? [`about ${Math.ceil((total - distinctStates) / rate)} s left`] : []),
    `depth ${depth}`,
    `frontier ${grouped(frontier)}`,
    megabytes(process.memoryUsage.rss()),
  ].join(", ");
}
