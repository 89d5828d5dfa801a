import {
  type CheckTask,
  constantsText,
  type DomainSize,
  type Estimate,
  estimateOf,
  grouped,
  type Ladder,
  type Measured,
  megabytes,
  plural,
  type Range,
  UsageError,
} from "../runs/told/index.ts";
import { type Constants, printable } from "../spec/index.ts";
import { describing } from "./described.ts";
import { exitCode } from "./exit-code.ts";
import { printFault } from "./fault.ts";
import { interruption } from "./interruption.ts";
import type { Source } from "./job.ts";
import type { EstimateOptions } from "./options.ts";
import { progressLine } from "./progress.ts";
import { runJob, type Watching } from "./run-job.ts";
import { sourceOf } from "./source.ts";
import { jsonText, print, say } from "./terminal.ts";

/** So much memory a search takes if it is not told otherwise; see --memory of check. */
const ordinaryMemory = 8 * 2 ** 30;

/** What a state takes beside its bits: its place in the table, and the way back. */
const bytesOfEntry = 16;

/** What an estimate says of an instance, and from what. */
interface Told {
  readonly protocol: string;
  readonly variant?: string | undefined;
  readonly constants: Constants;
  readonly domains: readonly DomainSize[];
  readonly measured: readonly Measured[];
  /** Of the constants along which it was measured, the first first. */
  readonly along: readonly string[];
  readonly estimate: Estimate;
  readonly memoryBytes: number;
  readonly fits: "yes" | "perhaps" | "no";
  /** By how much there is less of it where a constant is lower by one. */
  readonly lowering: readonly { readonly constant: string; readonly factor: number }[];
}

/** `hintproof estimate`: what a search of an instance would take, as smaller instances show it. */
export async function estimateCommand(name: string, options: EstimateOptions): Promise<void> {
  const source = await sourceOf(name);
  const { variant, constants: given } = options;
  const sized = { variant, constants: given };
  const answer = await describing(source, options, { sized });
  if (answer.kind === "fault") {
    process.exitCode = printFault(answer, options.stack === true);
    return;
  }
  const { description, domains = [] } = answer;
  const named = variant ?? description.variant;
  const changed = description.variants.find((one) => one.name === named);
  const constants = { ...(changed?.constants ?? description.constants), ...given };
  const stopping = interruption(() => say("hintproof: ending with what there is"));
  const climb = new Climb(source, named, constants, options, stopping.signal);
  const ladders = await climb.ladders();
  if (ladders === undefined) {
    stopping.stop();
    if (stopping.signal.aborted) {
      say("hintproof: interrupted before there was enough to tell anything from");
      process.exitCode = exitCode.incomplete;
      return;
    }
    const limit = climb.isOutOfTime ? "--timeout" : "--max-states";
    throw new UsageError(
      `No two instances of ${description.name} are small enough to be measured: give ${limit} more.`,
    );
  }
  const entry = bytesOfEntry + 8 * Math.ceil(sum(domains.map(({ bits }) => bits)) / 64);
  const estimate = estimateOf(ladders, constants, entry);
  const memoryBytes = options.memoryBytes ?? ordinaryMemory;
  const { bytes } = estimate;
  const fits = bytes.low > memoryBytes ? "no" : bytes.high > memoryBytes ? "perhaps" : "yes";
  const lowering = fits === "yes" ? [] : await climb.lowering(ladders[0]);
  stopping.stop();
  const told: Told = {
    protocol: description.name,
    variant: named,
    constants,
    domains,
    measured: climb.measured,
    along: ladders.map(({ constant }) => constant),
    estimate,
    memoryBytes,
    fits,
    lowering,
  };
  process.exitCode = fits === "no" ? exitCode.incomplete : exitCode.asExpected;
  print(options.format === "json" ? jsonText(told) : textOf(told));
}

const sum = (all: readonly number[]): number => all.reduce((one, other) => one + other, 0);

/** Searches smaller instances, each once, for as long as they are small enough. */
class Climb {
  readonly measured: Measured[] = [];
  /** Whether an instance took longer than it may. */
  isOutOfTime = false;
  /** What is known of instances; of one that was too large: for how many states. */
  readonly #known = new Map<string, Measured | number>();
  readonly #source: Source;
  readonly #variant: string | undefined;
  readonly #target: Constants;
  readonly #options: EstimateOptions;
  readonly #interrupt: AbortSignal;
  readonly #progress = progressLine(false);

  constructor(
    source: Source,
    variant: string | undefined,
    target: Constants,
    options: EstimateOptions,
    interrupt: AbortSignal,
  ) {
    this.#source = source;
    this.#variant = variant;
    this.#target = target;
    this.#options = options;
    this.#interrupt = interrupt;
  }

  /** The constants that count something, the greatest first: instances become smaller by these. */
  #counts(): readonly string[] {
    return Object.entries(this.#target)
      .flatMap(([name, value]) => (typeof value === "number" && value > 1 ? [{ name, value }] : []))
      .toSorted((one, other) => other.value - one.value)
      .map(({ name }) => name);
  }

  /**
   * A ladder with the other constants as they are wanted, with as few states as show enough. Else one for each constant,
   * with the others as low as they go.
   */
  async ladders(): Promise<readonly [Ladder, ...Ladder[]] | undefined> {
    const counts = this.#counts();
    if (counts.length === 0) {
      const only = await this.#search(this.#target, this.#limits.at(-1) ?? 0);
      return only && [{ constant: "", rungs: [only] }];
    }
    for (const most of this.#limits) {
      for (const constant of counts) {
        const rungs = await this.#climb(constant, this.#target, most);
        const isLast = most === this.#limits.at(-1);
        const isThere = rungs.at(-1)?.constants[constant] === this.#target[constant];
        if (isThere || rungs.length >= (isLast ? 2 : enough)) return [{ constant, rungs }];
      }
    }
    const lowest = { ...this.#target, ...Object.fromEntries(counts.map((name) => [name, 1])) };
    const ladders: Ladder[] = [];
    for (const constant of counts) {
      ladders.push({ constant, rungs: await this.#climb(constant, lowest, this.#limits[0] ?? 0) });
    }
    const [first, ...others] = ladders;
    const isEnough = ladders.every(({ rungs }) => rungs.length >= 2);
    return first !== undefined && isEnough ? [first, ...others] : undefined;
  }

  /** Instances are measured with few states first, then with more. */
  get #limits(): readonly number[] {
    const { maxStates: most = 100_000 } = this.#options;
    return [...[1_000, 10_000].filter((limit) => limit < most), most];
  }

  /** By how much the largest instance that was measured is larger than with a constant lower by one. */
  async lowering({ rungs }: Ladder): Promise<Told["lowering"]> {
    const top = rungs.at(-1);
    const all: { constant: string; factor: number }[] = [];
    for (const constant of top === undefined ? [] : this.#counts()) {
      const value = Number(top?.constants[constant]);
      const most = this.#limits.at(-1) ?? 0;
      const less = await this.#search({ ...top?.constants, [constant]: value - 1 }, most);
      if (less === undefined || top === undefined) continue;
      all.push({ constant, factor: top.distinctStates / less.distinctStates });
    }
    return all.toSorted((one, other) => other.factor - one.factor);
  }

  /** Instances with one constant from 1 on, as many as are small enough, without those that the spec refuses. */
  async #climb(constant: string, others: Constants, most: number): Promise<readonly Measured[]> {
    const rungs: Measured[] = [];
    for (let value = 1; value <= Number(this.#target[constant]); value++) {
      const found = await this.#search({ ...others, [constant]: value }, most);
      if (found !== undefined) rungs.push(found);
      else if (rungs.length > 0) break;
    }
    return rungs;
  }

  /** What a whole search of an instance came to; undefined where it has more states, or is none. */
  async #search(constants: Constants, most: number): Promise<Measured | undefined> {
    const key = JSON.stringify(constants);
    const known = this.#known.get(key);
    if (typeof known === "object") return known;
    if (this.#interrupt.aborted || (known !== undefined && known >= most)) return undefined;
    const found = await this.#searched(constants, most);
    this.#known.set(key, found ?? most);
    if (found !== undefined) this.measured.push(found);
    return found;
  }

  async #searched(constants: Constants, maxStates: number): Promise<Measured | undefined> {
    const { timeoutSeconds, liveness, stepTimeout } = this.#options;
    const task: CheckTask = {
      kind: "check",
      variant: this.#variant,
      itself: this.#variant === undefined,
      constants,
      symmetry: true,
      stories: "none",
      workers: 1,
      maxStates,
      timeoutSeconds,
      liveness,
    };
    const name = `measuring ${differing(constants, this.#target)}: `;
    const watching: Watching = {
      stepTimeoutSeconds: stepTimeout,
      interrupt: this.#interrupt,
      onProgress: (figures) => this.#progress.show(figures, { name }),
    };
    const answer = await runJob(this.#source, task, watching);
    this.#progress.clear();
    if (answer.kind !== "report") return undefined;
    const { verdict, reason, stopped, statistics } = answer.report;
    this.isOutOfTime ||= reason === "time limit" || stopped === "time limit";
    if (verdict === "incomplete" || stopped !== undefined) return undefined;
    const { distinctStates, generatedStates, seconds, peakMemoryBytes } = statistics;
    return { constants, distinctStates, generatedStates, seconds, peakMemoryBytes };
  }
}

/** So many instances of a ladder show how it goes on. */
const enough = 3;

function textOf(told: Told): string {
  const { protocol, variant, constants, domains, measured, along, estimate, lowering } = told;
  const bits = sum(domains.map((one) => one.bits));
  const largest = domains.toSorted((one, other) => other.bits - one.bits).slice(0, 3);
  const name = variant === undefined ? protocol : `${protocol} / ${variant}`;
  const lines = [
    `${name} ${constantsText(constants).join(" ")}`.trimEnd(),
    "",
    `domains     2^${bits.toFixed(0)} states could be written down (${largest
      .map((one) => `${one.variable} 2^${one.bits.toFixed(0)}`)
      .join(", ")})`,
    ...measured.map(
      (one, at) =>
        `${at === 0 ? "measured" : "        "}    ${differing(one.constants, constants)}: ` +
        `${plural(one.distinctStates, "state")}, ${one.seconds.toFixed(1)} s`,
    ),
    `growth      ${growthText(told)}`,
    `states      ${rangeText(estimate.states, countText)}`,
    `time        ${rangeText(estimate.seconds, timeText)}`,
    `memory      ${rangeText(estimate.bytes, megabytes)}`,
    "",
    fitText(told),
    ...(told.fits === "yes" || lowering[0] === undefined
      ? []
      : [
          `lower       ${lowering
            .map(
              ({ constant, factor }) =>
                `${constant} (by one: ${factor.toFixed(1)} times fewer states)`,
            )
            .join(", ")}`,
        ]),
    ...(along.length > 1
      ? ["(constants are taken to multiply: this is the least sure of all)"]
      : []),
  ];
  return `${lines.map(printable).join("\n")}\n`;
}

/** The constants of an instance that are not as they are wanted; all where none is. */
function differing(constants: Constants, wanted: Constants): string {
  const others = Object.entries(constants).filter(([name, value]) => wanted[name] !== value);
  return others.length === 0 ? "itself" : constantsText(Object.fromEntries(others)).join(" ");
}

function growthText({ along, estimate: { degree, states } }: Told): string {
  if (states.low === states.high && degree === undefined) return "none: it was measured itself";
  const by = `with ${along.join(" and with ")}`;
  return degree === undefined
    ? `${by}: none that so few instances show`
    : `${by}: a polynomial of degree ${degree}`;
}

const fitText = ({ fits, memoryBytes }: Told): string =>
  ({
    yes: `fits in ${megabytes(memoryBytes)}`,
    perhaps: `may not fit in ${megabytes(memoryBytes)}`,
    no: `will not fit in ${megabytes(memoryBytes)}`,
  })[fits];

function rangeText({ low, likely, high }: Range, text: (value: number) => string): string {
  const [from, about, to] = [low, likely, high].map(text);
  return from === to ? `${about}` : `${from} to ${to}, likely ${about}`;
}

const countText = (value: number): string =>
  value < 1e15 ? grouped(Math.round(value)) : value.toExponential(1);

function timeText(seconds: number): string {
  if (seconds < 100) return `${seconds.toFixed(1)} s`;
  if (seconds < 6_000) return `${(seconds / 60).toFixed(0)} min`;
  return seconds < 200_000
    ? `${(seconds / 3600).toFixed(0)} h`
    : `${grouped(Math.round(seconds / 86_400))} days`;
}
