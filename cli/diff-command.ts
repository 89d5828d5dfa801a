import { availableParallelism } from "node:os";
import { basename } from "node:path";
import type { Story } from "../counterexamples/index.ts";
import {
  type Answer,
  type CheckTask,
  type Difference,
  type DifferenceFound,
  differenceOf,
  differenceText,
  type Fault,
  isKnownWhole,
  isSameEverywhere,
  otherThan,
  propertyDifferences,
  type Report,
  type Sides,
  type StateGraph,
  type Task,
  UsageError,
} from "../runs/index.ts";
import { isAsserted } from "../spec/index.ts";
import { shippedNames } from "../spec/protocols/index.ts";
import { isColoured, storyWidth } from "./colour.ts";
import { exitCode } from "./exit-code.ts";
import { printFault } from "./fault.ts";
import { interruption, sayEnding } from "./interruption.ts";
import type { Source } from "./job.ts";
import type { DiffOptions } from "./options.ts";
import { painter } from "./paint.ts";
import { runJob } from "./run-job.ts";
import { isFile, sourceOf } from "./source.ts";
import { jsonText, print } from "./terminal.ts";

/** A version of a protocol, as it is named on the command line. */
interface Version {
  readonly protocol: string;
  readonly variant?: string | undefined;
  /** Whether the protocol itself is meant, even where its file exports a variant by default. */
  readonly itself?: boolean | undefined;
}

/** `hintproof diff`: what two versions of a protocol differ in. */
export async function diffCommand(typed: readonly string[], options: DiffOptions): Promise<void> {
  const versions = versionsIn(typed);
  const sources = new Map<string, Source>();
  for (const { protocol } of versions) {
    if (!sources.has(protocol)) sources.set(protocol, await sourceOf(protocol));
  }
  const stopping = interruption(() => {
    if (options.quiet !== true) sayEnding();
  });
  const asked = new Asked(sources, options, stopping.signal);
  try {
    await tellDifference(versions, asked, options);
  } catch (error) {
    if (!(error instanceof AtFault)) throw error;
    process.exitCode = printFault(error.fault, options.stack === true);
  } finally {
    stopping.stop();
  }
}

async function tellDifference(
  versions: Sides<Version>,
  asked: Asked,
  options: DiffOptions,
): Promise<void> {
  const reports = await both(versions, (version) => asked.report(version));
  const [before, after] = versions;
  // Each has a thread of its own.
  const graphs = await Promise.all([asked.graph(before), asked.graph(after)]);
  const difference = await differenceOf(graphs, asked.limits());
  const names = namesOf(versions);
  const unclaimed = await both([0, 1] as const, (side) =>
    asked.unclaimed(versions, side, reports, difference),
  );
  const { behaviours } = difference;
  const stories = await both([0, 1] as const, async (side): Promise<Story | undefined> => {
    const its = typeof behaviours === "string" ? undefined : behaviours[side];
    if (its?.kind !== "found") return undefined;
    const { initial, steps, isShortest } = its;
    const title = `impossible in ${names[otherThan(side)]}`;
    return asked.story(versions[side], { initial, steps, isShortest, title });
  });
  const found = { names, reports, unclaimed, given: options.constants, difference, stories };
  process.exitCode = codeOf(found);
  if (options.format === "json") {
    print(jsonText(jsonOf(found)));
    return;
  }
  const { format, ghosts, width, indent } = options;
  const coloured = isColoured(options);
  const drawn = {
    format,
    ghosts,
    indent,
    width: storyWidth({ format, width }),
    paint: painter(coloured),
  };
  print(differenceText(found, drawn), coloured);
}

async function both<In, Out>(
  [one, other]: Sides<In>,
  make: (its: In) => Promise<Out>,
): Promise<Sides<Out>> {
  return [await make(one), await make(other)];
}

/**
 * Which two versions are meant: a protocol and one or two of its variants, or two protocols or files, each with a variant
 * behind it or without. Throws `UsageError` where there are not two.
 */
function versionsIn(typed: readonly string[]): Sides<Version> {
  const isProtocol = (word: string): boolean =>
    isFile(word) || shippedNames.some((name) => name === word);
  const [protocol = "", ...rest] = typed;
  const second = rest.findIndex(isProtocol);
  if (second >= 0) {
    const other = rest[second] as string;
    const [variant, ...tooMany] = rest.slice(0, second);
    const [otherVariant, ...more] = rest.slice(second + 1);
    if (tooMany.length + more.length === 0) {
      return [
        { protocol, variant },
        { protocol: other, variant: otherVariant },
      ];
    }
  } else if (rest.length === 1) {
    return [
      { protocol, itself: true },
      { protocol, variant: rest[0] },
    ];
  } else if (rest.length === 2) {
    return [
      { protocol, variant: rest[0] },
      { protocol, variant: rest[1] },
    ];
  }
  throw new UsageError(
    "Two versions are compared: NAME VARIANT, NAME VARIANT VARIANT, or NAME [VARIANT] NAME [VARIANT]; " +
      `${typed.length === 1 ? "one is" : "others are"} named.`,
  );
}

/** What versions are called: as short as they are still told apart. */
function namesOf([one, other]: Sides<Version>): Sides<string> {
  const short = ({ protocol, variant }: Version): string => variant ?? basename(protocol);
  const long = ({ protocol, variant }: Version): string =>
    variant === undefined ? protocol : `${protocol} ${variant}`;
  return short(one) === short(other) ? [long(one), long(other)] : [short(one), short(other)];
}

/** 0 where both are the same, 5 where they are not, 4 where that is not known. */
function codeOf(found: DifferenceFound): number {
  const { reports, difference } = found;
  const { different } = propertyDifferences(found);
  if (different.length > 0 || !isSameEverywhere(difference)) return exitCode.notAsExpected;
  const isDecided = reports.every(({ verdict }) => verdict !== "incomplete");
  return isDecided && isKnownWhole(difference) ? exitCode.asExpected : exitCode.incomplete;
}

function jsonOf(found: DifferenceFound): unknown {
  const { names, reports, difference, stories } = found;
  const { different, same } = propertyDifferences(found);
  return {
    versions: names.map((name, side) => {
      const { protocol, variant, constants, verdict, reason, statistics } = reports[side] as Report;
      return { name, protocol, variant, constants, verdict, reason, statistics };
    }),
    properties: different.map(({ name, status, would }) => ({
      name,
      status: status.map((its) => its ?? null),
      would: would.map((its) => its ?? null),
    })),
    sameProperties: same,
    ...difference,
    stories: stories.map((story) => story ?? null),
  };
}

/** Somebody is at fault in one of the runs. */
class AtFault extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.fault = fault;
  }
}

/** The runs that are made of versions, one after the other. */
class Asked {
  readonly #sources: ReadonlyMap<string, Source>;
  readonly #options: DiffOptions;
  readonly #signal: AbortSignal;

  constructor(sources: ReadonlyMap<string, Source>, options: DiffOptions, signal: AbortSignal) {
    this.#sources = sources;
    this.#options = options;
    this.#signal = signal;
  }

  async report({ protocol, ...which }: Version): Promise<Report> {
    const answer = await this.#run(protocol, this.#check(which));
    if (answer.kind === "report") return answer.report;
    throw new Error(`A check was answered with a ${answer.kind}.`);
  }

  /**
   * What a version would say of the properties that only the other one has: undefined where there are none, or they cannot be
   * asked, because they may look at variables or constants that this one does not have.
   */
  async unclaimed(
    versions: Sides<Version>,
    side: 0 | 1,
    reports: Sides<Report>,
    { variables }: Difference,
  ): Promise<Report | undefined> {
    const [{ protocol, ...which }, { protocol: otherProtocol, ...claimsOf }] =
      side === 0 ? versions : ([versions[1], versions[0]] as const);
    const [own, other] = [reports[side], reports[otherThan(side)]];
    const isUnknown = variables[otherThan(side)].length > 0;
    const isOther = Object.keys(other.constants).some((name) => !(name in own.constants));
    if (protocol !== otherProtocol || isUnknown || isOther) return undefined;
    const has = new Set(own.properties.map(({ name }) => name));
    // What is asserted stands in effects, which are those of one version.
    const properties = other.properties
      .filter(
        ({ kind, name }) => !has.has(name) && !isAsserted(kind) && kind !== "deadlock freedom",
      )
      .map(({ name }) => name);
    if (properties.length === 0) return undefined;
    const task = { ...this.#check(which), claimsOf, properties };
    const answer = await this.#job(protocol, task);
    return answer.kind === "report" ? answer.report : undefined;
  }

  #check(which: Omit<Version, "protocol">): CheckTask {
    const { constants, liveness, timeoutSeconds } = this.#options;
    return {
      kind: "check",
      ...which,
      constants,
      liveness,
      timeoutSeconds,
      symmetry: true,
      stories: "none",
      workers: availableParallelism(),
    };
  }

  async graph({ protocol, ...which }: Version): Promise<StateGraph> {
    const { constants, maxStates, timeoutSeconds } = this.#options;
    const its = { ...which, constants, maxStates, timeoutSeconds };
    const answer = await this.#run(protocol, { kind: "graph", ...its });
    if (answer.kind === "graph") return answer.graph;
    throw new Error(`A graph was answered with a ${answer.kind}.`);
  }

  /** The story of a behaviour that only one version has. */
  async story(
    { protocol, ...which }: Version,
    its: {
      readonly initial: number;
      readonly steps: readonly number[];
      readonly isShortest: boolean;
      readonly title: string;
    },
  ): Promise<Story> {
    const { constants } = this.#options;
    const outcome = "only here";
    const task = { kind: "walk", ...which, constants, outcome, ...its } as const;
    const answer = await this.#run(protocol, task);
    if (answer.kind === "walked") return answer.story;
    throw new Error(`A walk was answered with a ${answer.kind}.`);
  }

  /** When a look for behaviours ends; its time begins now. */
  limits(): Parameters<typeof differenceOf>[1] {
    const { maxStates = mostPairs, timeoutSeconds = Infinity } = this.#options;
    const deadline = performance.now() + 1000 * timeoutSeconds;
    let asked = 0;
    return {
      maxPairs: maxStates,
      mustEnd: async () => {
        // Ctrl-C is heard only where this thread waits.
        if (asked++ % pairsAtOnce === 0) await new Promise(setImmediate);
        if (this.#signal.aborted) return "interrupted";
        return performance.now() < deadline ? undefined : "time limit";
      },
    };
  }

  async #run(protocol: string, task: Task): Promise<Answer> {
    const answer = await this.#job(protocol, task);
    if (answer.kind === "fault") throw new AtFault(answer);
    return answer;
  }

  #job(protocol: string, task: Task): Promise<Answer | Fault> {
    return runJob(this.#sources.get(protocol) as Source, task, {
      stepTimeoutSeconds: this.#options.stepTimeout,
      interrupt: this.#signal,
    });
  }
}

/** More pairs of states are not looked at, where nobody says how many. */
const mostPairs = 2_000_000;
const pairsAtOnce = 1024;
