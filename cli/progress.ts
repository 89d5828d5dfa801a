import { printable } from "../spec/index.ts";
import { grouped, megabytes, plural, type RunFigures } from "../runs/told/index.ts";

import { say, sayInPlace } from "./terminal.ts";

/** What a run is at. */
export interface Phase {
  /** Put before the figures. */
  readonly name: string;
  /** The number of states there will be, if known. */
  readonly total?: number | undefined;
  /** Whether all states are found, and what takes time is something else. */
  readonly isExplored?: boolean | undefined;
}

/** Shows on stderr how far a run has come: one line rewritten, or without a terminal one now and then. */
export interface ProgressLine {
  show(progress: RunFigures, phase: Phase): void;
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
  let begun: Begun | undefined;
  return {
    show: (progress, phase) => {
      if (isQuiet) return;
      begun = begunIn(phase, progress, begun);
      if (!isRewritten && now() - lastLine < secondsBetweenLines) return;
      lastLine = now();
      const text = printable(`${phase.name}${lineOf(progress, phase, begun)}`);
      if (isRewritten) sayInPlace(text.slice(0, (stderr.columns || 80) - 1));
      else say(text);
      isShown = isRewritten;
    },
    clear: () => {
      if (isShown) sayInPlace("");
      isShown = false;
    },
  };
}

/** Where a phase was first looked at: a search that goes on from a checkpoint has states that it took no time to find. */
interface Begun extends Pick<RunFigures, "distinctStates" | "seconds"> {
  readonly name: string;
}

function begunIn({ name }: Phase, figures: RunFigures, before: Begun | undefined): Begun {
  const isSame = before?.name === name && before.distinctStates <= figures.distinctStates;
  if (isSame) return before;
  const { distinctStates, seconds } = figures;
  return { name, distinctStates, seconds };
}

function lineOf(
  { distinctStates, depth, frontier, seconds }: RunFigures,
  { total, isExplored = false }: Phase,
  begun: Begun,
): string {
  const states = plural(distinctStates, "state");
  const memory = megabytes(process.memoryUsage.rss());
  if (isExplored) return [`${Math.round(seconds)} s`, states, memory].join(", ");
  const since = seconds - begun.seconds;
  const rate = since > 0 ? (distinctStates - begun.distinctStates) / since : 0;
  const isKnown = total !== undefined && total > distinctStates && rate > 0;
  return [
    `${Math.round(seconds)} s`,
    states,
    ...(rate > 0 ? [`${grouped(Math.round(rate))} states/s`] : []),
    ...(isKnown ? [`about ${Math.ceil((total - distinctStates) / rate)} s left`] : []),
    `depth ${depth}`,
    `frontier ${grouped(frontier)}`,
    memory,
  ].join(", ");
}
