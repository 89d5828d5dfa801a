import { Distrust, impure, type Lessons, type Model, runsOf } from "../../model/index.ts";
import type { Known } from "../checkpoint.ts";
import { Ledger } from "../ledger.ts";
import { type Watch, watch as watchOf } from "../limits.ts";
import type { LivenessTask } from "../liveness/stage.ts";
import type { CheckOptions } from "../options.ts";
import { Stop } from "../stop.ts";
import type { Verdict } from "../verdict.ts";
import { Audits } from "./audits.ts";
import { headsAt, mostWorkers } from "./board.ts";
import { Checkpoints } from "./checkpoints.ts";
import { Counters } from "./counters.ts";
import { Decisions } from "./decisions.ts";
import { Traversal } from "./traversal.ts";
import { explorerBy } from "./explorer.ts";
import { SearchFigures } from "./search-figures.ts";
import { headBytes, slackOf } from "./head.ts";
import { type Header, headerOf } from "./header.ts";
import { Levels } from "./levels.ts";
import { clearMemory, mostBytes, takeBack } from "./memory.ts";
import { type PartitionSizes, Partitions, partitionSizes } from "./partitions.ts";
import { defaultBytes, type Division, leastBytes, Store, wordBytes } from "./store.ts";
import { Team, type TeamOptions } from "./team.ts";
import { ViolationLog } from "./violation-log.ts";
import { WayBack } from "./way-back.ts";

/**
 * A level has to have so many states for helpers to be called, and the search so many by then; fewer, if each is audited. Until
 * a helper has begun, and knows what is known by then, a search of fewer is over.
 */
const worthHelp = { range: 20_000, found: 250_000 };
const worthHelpInAudit = { range: 1_000, found: 1_000 };

/** The options of one search. */
export interface SearchOptions extends Omit<CheckOptions, "onCheckpoint" | "resume" | "lessons"> {
  readonly onCheckpoint?: ((known: Known) => void) | undefined;
  /** Given all that is known when the search has come to its end, and writes no more in it. */
  readonly onOver?: ((known: Known) => void) | undefined;
  readonly resume?: Known | undefined;
  /** In place of what memories can address: bytes behind the head of the one for states, and partitions. For tests. */
  readonly addressed?:
    | { readonly states: number; readonly partitions: PartitionSizes | undefined }
    | undefined;
  /** In place of what is worth it: when helpers are called. For tests. */
  readonly worthHelp?: TeamOptions["worthHelp"] | undefined;
  /** Runs from which an earlier search learned. */
  readonly lessons?: Lessons | undefined;
  /** Given the runs from which this one did, where a later one may be quicker by them. */
  readonly onLessons?: ((lessons: Lessons) => void) | undefined;
}

/**
 * Explores every reachable state by the learned and compiled relation, level by level. What it says is
 * the same in whichever order the states of a level are explored, and by however many workers.
 */
export function search(
  model: Model,
  options: SearchOptions,
  task: LivenessTask | undefined,
): Verdict {
  let header = options.resume && headerOf(model, options.resume);
  const distrusted = new Set(header?.distrusted);
  const watch = watchOf(options);
  for (;;) {
    try {
      return verdictOf(partsOf({ model, options, task, distrusted, watch, header }));
    } catch (error) {
      if (!(error instanceof Distrust)) throw error;
      if (distrusted.has(error.recipe)) throw impure(model, error.recipe);
      distrusted.add(error.recipe);
      header = undefined; // nor is what was kept to be trusted, which this recipe had a part in
    }
  }
}

/** What a search is to do. */
interface Order {
  readonly model: Model;
  readonly options: SearchOptions;
  /** What is to be decided of liveness. */
  readonly task: LivenessTask | undefined;
  /** Recipes that are left to the reference semantics. */
  readonly distrusted: ReadonlySet<string>;
  readonly watch: Watch;
  /** What an earlier search has kept, if this one goes on from it. */
  readonly header: Header | undefined;
}

/** The parts of a search. */
type Parts = ReturnType<typeof partsOf>;

/** Puts a search together. */
function partsOf(order: Order) {
  const { model, options, task, watch, header, distrusted } = order;
  const { properties, audit: extent = "share", memoryBytes = defaultBytes } = options;
  const ledger = new Ledger(model, properties, options.liveness);
  const stop = new Stop(model.pulse, watch);
  const levels = new Levels();
  const { explorer, team, store, counters, isShared } = threadsOf(order, ledger, stop);
  const threads = (): number => team.threads;
  const figures = new SearchFigures({ model, explorer, counters, threads, store, levels, watch });
  const common = { model, ledger, explorer, store, levels, figures, stop, watch };

  const wayBack = new WayBack(model, explorer, levels, () => stop.lookLate());
  const violations = new ViolationLog({ ...common, judging: explorer.judging, wayBack });

  // Whether nothing is asked but what is decided, and audited, on the graph.
  const isAuditForGraph =
    properties?.every((asked) => task?.claims.some(({ name }) => name === asked)) ?? false;
  const audits = new Audits({
    ...common,
    properties,
    extent: isAuditForGraph ? "none" : extent,
    earlier: header?.audit,
  });
  const decisions = new Decisions({
    ...common,
    task,
    limitBytes: memoryBytes,
    extent,
    isAuditForGraph,
  });
  const checkpoints = new Checkpoints({
    ...common,
    violations,
    decisions,
    audits,
    distrusted,
    isAnew: distrusted.size > 0 && header === undefined,
    onCheckpoint: options.onCheckpoint,
    onResuming: options.onResuming,
  });
  const traversal = new Traversal({
    ...common,
    violations,
    team,
    maxStates: options.maxStates,
    untilFirst: options.untilFirst,
    audits,
    checkpoints,
  });
  return {
    ...common,
    ...order,
    isShared,
    team,
    violations,
    audits,
    decisions,
    checkpoints,
    traversal,
  };
}

/** Memory for a search, and those who explore in it. */
function threadsOf(order: Order, ledger: Ledger, stop: Stop) {
  const { model, options, task, distrusted } = order;
  const { memoryBytes = defaultBytes, properties, startHelper, addressed } = options;
  const workers = startHelper === undefined ? 1 : Math.min(options.workers ?? 1, mostWorkers);
  const isShared = workers > 1;
  const ownBytes = headBytes(model);
  const headAt = headsAt(workers);
  const headEnd = headAt + workers * ownBytes;
  const here = addressed === undefined ? mostBytes : headEnd + addressed.states;
  const limitBytes = Math.min(memoryBytes, here, mostBytes);
  const needed = headEnd + leastBytes;
  const memory = clearMemory(Math.max(limitBytes, needed), needed, isShared);
  const { lessons, onRehearsing } = options;
  if (lessons !== undefined) onRehearsing?.(true);
  const explorer = explorerBy({
    model,
    ledger,
    memory,
    isShared,
    distrusted,
    liveness: task?.claims ?? [],
    headAt,
    worker: 0,
    lessons,
  });
  if (lessons !== undefined) onRehearsing?.(false);
  const fill = (from: number, to: number): void => {
    stop.tick();
    explorer.loop.fill(from, to);
  };
  const sizes =
    addressed === undefined
      ? partitionSizes(memoryBytes - limitBytes, mostBytes, (limitBytes - headEnd) / wordBytes)
      : addressed.partitions;
  const partitions: Partitions | undefined =
    sizes &&
    new Partitions({
      ...sizes,
      workers,
      isShared,
      spread: (partition, before, now) => team.spread(partition, before, now),
      states: () => store.count,
      fill,
    });
  const symmetry = model.symmetry.order > 1n;
  const team = new Team({
    explorer,
    pulse: model.pulse,
    stop,
    workers,
    worthHelp: options.worthHelp ?? (options.audit === "all" ? worthHelpInAudit : worthHelp),
    startHelper,
    seat: { memory, symmetry, distrusted: [...distrusted], properties },
    partitions,
  });
  const division: Division | undefined = partitions && {
    partitions,
    use: (isDivided) => team.divide(isDivided),
    enterPlaces: (from, to) => {
      stop.tick();
      explorer.loop.enterPlaces?.(from, to);
    },
  };
  const store = new Store({
    words: model.packing.words,
    headBytes: headEnd,
    slack: workers * slackOf(model),
    limitBytes,
    memory,
    fill,
    parts: explorer.parts,
    spread: (before, now) => team.spread(0, before, now),
    division,
  });
  const counters = Array.from(
    { length: workers },
    (_, worker) => new Counters(model, memory, headAt + worker * ownBytes),
  );
  return { explorer, team, store, counters, isShared };
}

/** Searches, and says what came of it. */
function verdictOf(parts: Parts): Verdict {
  const { options, header, ledger, stop, store, team } = parts;
  const { traversal, checkpoints, audits } = parts;
  try {
    if (header === undefined || options.resume === undefined) traversal.start();
    else if (!checkpoints.resume(header, options.resume.states)) stop.reason = "memory limit";
    if (!stop.isMet()) traversal.run();
    const isOver = !stop.isMet();
    auditIfSmall(parts);
    audits.settle();
    if (isOver && stop.isMet()) checkpoints.keepNext();
    const isEveryStateSeen = !stop.isMet();
    if (isEveryStateSeen && !ledger.hasGaps) decide(parts);
    if (!stop.isMet()) options.onOver?.(checkpoints.known());
    const { reason, note } = stop;
    const verdict = ledger.verdict(traversal.statistics, reason, note, isEveryStateSeen);
    if (!parts.isShared && options.onCheckpoint === undefined) {
      takeBack(parts.explorer.memory, store.used);
    }
    return verdict;
  } finally {
    checkpoints.advance();
    team.disband();
    keepLessons(parts);
  }
}

/** So many runs of functions, and what is done until they are known and compiled, take longer than to read of them. */
const worthKeeping = 400;

/** Hands out the runs from which was learned, if they are many, and others than those by which the search began. */
function keepLessons({ options, explorer }: Parts): void {
  const { rehearsedRuns = 0 } = explorer;
  const runs = explorer.relation.lessonRuns;
  // Those that led to nothing may be anything.
  const given = options.lessons === undefined || rehearsedRuns === 0 ? 0 : runsOf(options.lessons);
  const areOthers = runs - given > runs / 16 || rehearsedRuns < given / 2;
  if (runs >= worthKeeping && areOthers) options.onLessons?.(explorer.relation.lessons());
}

/** Audits all states that were explored, if they are few: it is known now that they are. */
function auditIfSmall({ audits, explorer, levels, stop, violations }: Parts): void {
  const isCut = stop.isMet() && stop.reason !== "first violation" && stop.reason !== "state limit";
  const { explored } = levels;
  if (isCut || !audits.areAllDue(explored)) return;
  explorer.judging.beginLevel();
  stop.untilStopped(() => explorer.auditAll(0, explored));
  violations.settle(levels.current - 1);
}

/** Decides liveness on what was explored, which is kept before: that takes long, and cannot be kept halfway. */
function decide({ decisions, checkpoints, stop, options, ledger, traversal }: Parts): void {
  if (decisions.open.length === 0) return;
  options.onSafety?.(ledger.verdict(traversal.statistics, undefined, stop.note));
  checkpoints.keep();
  const before = decisions.count;
  stop.untilStopped(() => decisions.decide(() => checkpoints.advance()));
  if (stop.isMet() && decisions.count > before) checkpoints.keep();
}
