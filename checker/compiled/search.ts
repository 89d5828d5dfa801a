import {
  type Digits,
  Distrust,
  impure,
  instantiate,
  type Model,
  type Step,
} from "../../model/index.ts";
import { SpecError } from "../../spec/index.ts";
import { auditOf } from "../audit.ts";
import type { Checkpoint, CheckOptions, Seat } from "../check.ts";
import { judgeOf } from "../judge.ts";
import { watch } from "../limits.ts";
import { along, withFailingState, withFailingStep } from "../rebuild.ts";
import {
  type ActionFigures,
  type IncompleteReason,
  type Statistics,
  type Trace,
  type Verdict,
  verdictOf,
} from "../verdict.ts";
import { decideAll, type LivenessTask } from "../liveness/stage.ts";
import { auditShareOf, graphShareOf } from "./audit-share.ts";
import { exploredOf } from "./explored.ts";
import { auditGraph } from "./graph-audit.ts";
import { type Audited, auditedIn, explorerOf, headBytes, slackOf } from "./explorer.ts";
import type { Finding, Knowledge } from "./judging.ts";
import {
  leastBytes,
  mostBytes,
  newMemory,
  newStore,
  roundsOfStretches,
  type Stretch,
} from "./store.ts";
import {
  assist,
  type Board,
  boardOf,
  chunkOf,
  headsAt,
  mostWorkers,
  takeChunks,
  tasks,
} from "./team.ts";

/** A level has to have so many states for helpers to be called; fewer, if each is audited. */
const worthHelp = 20_000;
const worthHelpInAudit = 1_000;
/** And so many chunks to be shared. */
const worthSharing = 8;

/**
 * Explores every reachable state by the learned and compiled relation, level by level. What it says is
 * the same in whichever order the states of a level are explored, and by however many workers.
 */
export function search(
  model: Model,
  options: CheckOptions,
  task: LivenessTask | undefined,
): Verdict {
  const distrusted = new Set<string>();
  for (;;) {
    try {
      return searchWith(model, options, task, distrusted);
    } catch (error) {
      if (!(error instanceof Distrust)) throw error;
      if (distrusted.has(error.recipe)) throw impure(model, error.recipe);
      distrusted.add(error.recipe);
    }
  }
}

/** A search that leaves some recipes to the reference semantics. */
function searchWith(
  model: Model,
  options: CheckOptions,
  task: LivenessTask | undefined,
  distrusted: ReadonlySet<string>,
): Verdict {
  const reduces = model.symmetry.order > 1n;
  const judge = judgeOf(model, options.properties);
  const resumed = options.resume?.header as Header | undefined;
  const distrust = ({ action }: Step): never => {
    throw explorer.relation.errorOf(action);
  };
  const audit = auditOf(model, reduces, {
    ...(resumed === undefined ? {} : { earlier: resumed.audit }),
    onDifference: distrust,
  });
  const limits = watch(options);
  const { packing, layout } = model;
  const actions = Object.keys(model.spec.actions);
  const workers =
    options.startHelper === undefined ? 1 : Math.min(options.workers ?? 1, mostWorkers);
  const isShared = workers > 1;

  const ownBytes = headBytes(model);
  const limitBytes = Math.min(options.memoryBytes ?? mostBytes, mostBytes);
  const headEnd = headsAt(workers) + workers * ownBytes;
  const memory = newMemory(Math.max(limitBytes, headEnd + leastBytes), isShared);
  const store = newStore({
    words: packing.words,
    headBytes: headEnd,
    slack: workers * slackOf(model),
    limitBytes,
    memory,
    fill: (from, to) => {
      beat();
      explorer.kernel.fill(from, to);
    },
    spread: (...sizes) => spread(...sizes),
  });
  const explorer = explorerOf({
    model,
    judge,
    memory,
    isShared,
    distrusted,
    liveness: task?.claims ?? [],
    headAt: headsAt(workers),
  });
  const { judging } = explorer;
  const board = isShared ? boardOf(memory) : undefined;

  // ---- Figures ----

  /** The number of the first state of each level; those of the last level are known, and not explored. */
  const levels: number[] = [0];
  let generatedInitially = 0;
  let depth = 0;
  let unreduced = 0n;
  let counted = 0;
  let expanded = 0;
  const { audit: extent = "share" } = options;
  /** Whether nothing is asked but what is decided, and audited, on the graph. */
  const isForGraph = options.properties?.every((name) => isOf(task, name)) ?? false;
  /** The share of the states of the level that is audited. */
  let share = 0;
  let stopped: IncompleteReason | undefined;
  let note: string | undefined;
  /** Figures as they were when the last whole level had been explored, if they are to be given. */
  let whole: Statistics | undefined;

  /** How often each action was taken, by all workers. */
  function takenActions(): number[] {
    const all = explorer.taken().slice();
    for (let worker = 1; worker < workers; worker++) {
      const bytes = new BigUint64Array(
        memory.buffer,
        headsAt(workers) + worker * ownBytes,
        all.length,
      );
      bytes.forEach((more, action) => {
        all[action] = (all[action] as number) + Number(more) / explorer.relation.entryBytes;
      });
    }
    return all;
  }

  /** What was audited, by all workers. */
  function audited(): Audited {
    const all = Array.from({ length: workers }, (_, worker) =>
      auditedIn(model, memory, headsAt(workers) + worker * ownBytes),
    );
    return {
      states: all.reduce((sum, { states }) => sum + states, 0),
      steps: all.reduce((sum, { steps }) => sum + steps, 0),
    };
  }

  function statistics(): Statistics {
    const times = takenActions();
    const { states: auditedStates, steps: comparedSteps } = audited();
    const taken = Object.fromEntries(
      actions.map((name, action) => [name, times[action] as number]),
    );
    const transitions = Object.values(taken).reduce((sum, times) => sum + times, 0);
    return {
      distinctStates: store.count,
      generatedStates: transitions + generatedInitially,
      transitions,
      depth,
      ...(reduces ? { orbits: store.count } : {}),
      unreducedStates: reduces ? unreduced : BigInt(store.count),
      frontier: store.count - expanded,
      taken,
      auditedStates,
      comparedSteps,
      peakMemoryBytes: store.bytes,
      actions: actionFigures(taken),
      seconds: limits.seconds(),
    };
  }

  function actionFigures(taken: Readonly<Record<string, number>>): Record<string, ActionFigures> {
    const learned = Object.entries(explorer.relation.statistics());
    return Object.fromEntries(
      learned.map(([name, its]) => [name, { steps: taken[name] as number, ...its }]),
    );
  }

  // ---- Traces ----

  const representative = (digits: Digits): Digits => model.symmetry.canonical(digits);

  /** The trace to a state of a level, found backwards: of several predecessors the least is taken. */
  function traceTo(digits: Digits, level: number): Trace {
    const keys = [packing.pack(digits)];
    let target = digits;
    for (let before = level - 1; before >= 0; before--) {
      const [from, to] = [levels[before] as number, levels[before + 1] as number];
      beat();
      const found = explorer.leastLeadingTo(target, from, to);
      if (found === undefined) throw new Error("A visited state has no predecessor.");
      target = found;
      keys.unshift(packing.pack(found));
    }
    return along(model, keys, representative);
  }

  /** Records a violation that was found while a level was explored. */
  function record({ violation, at }: Finding, level: number): void {
    const { kind } = violation;
    const isFirst =
      kind === "deadlock freedom"
        ? judge.deadlock()
        : kind === "assertion"
          ? judge.assertion(violation.assertion as string)
          : judge.fails(model.claims.find(({ name }) => name === violation.name) as never);
    if (isFirst.length === 0) return;
    recorded.push({ finding: { violation, at }, level });
    if (kind === "invariant") {
      // A new state stands in the level behind the one that was explored.
      const trace = traceTo(at.digits, level + 1);
      judge.record(violation, withFailingState(model, trace, violation));
      return;
    }
    const trace = traceTo(at.digits, level);
    if (kind === "deadlock freedom") {
      judge.record(violation, trace);
      return;
    }
    const { action } = model.steps[at.position] as { action: string };
    judge.record(violation, withFailingStep(model, trace, action, violation));
  }

  /** Takes up what was found while a level was explored; -1 for the initial states. */
  function settle(level: number): void {
    const { violations, fault } = judging.endLevel();
    for (const finding of violations) record(finding, level);
    if (fault === undefined) return;
    orStop(() => {
      throw fault;
    });
  }

  /** A broken protocol may well be at fault later: what was found before that stands. */
  function orStop(go: () => void): void {
    try {
      go();
    } catch (error) {
      if (!(error instanceof SpecError) || judge.first() === undefined) throw error;
      stopped = "spec at fault";
      note = error.message;
    }
  }

  // ---- Room and limits ----

  const maxStates = options.maxStates ?? Number.POSITIVE_INFINITY;

  /** Says that the search goes on, also where it calls no function of the spec for long. */
  function beat(): void {
    model.pulse[0] = ((model.pulse[0] as number) + 1) | 0;
  }

  /** Why the search has to stop, if it has. */
  function reasonToStop(): IncompleteReason | undefined {
    beat();
    if (store.count > maxStates) return "state limit";
    return limits.check(statistics);
  }

  // ---- Levels ----

  function start(): void {
    const states = model.initialStates();
    const all = states.map((state) => model.encode(state, "the initial state"));
    audit.initial(all);
    judging.beginLevel();
    for (const digits of all) {
      if (!store.makeRoom()) {
        stopped = "memory limit";
        return;
      }
      generatedInitially++;
      const state = explorer.add(representative(digits));
      if (state === undefined) continue;
      if (store.count > maxStates) {
        stopped = "state limit";
        return;
      }
      explorer.askAll(state);
    }
    if (store.count > 0) depth = 1;
    countOrbits();
    levels.push(store.count);
    settle(-1);
  }

  function countOrbits(): void {
    if (!reduces) return;
    for (; counted < store.count; counted++) {
      unreduced += model.symmetry.orbitOf(explorer.digitsOf(counted));
    }
  }

  /** Explores the states of a level from one number up to another. */
  function explore(first: number, last: number): void {
    const ranges: [from: number, to: number][] = [[first, last]];
    for (let range = ranges.pop(); range !== undefined; range = ranges.pop()) {
      const [from, to] = range;
      if (from >= to) continue;
      // A reason that was met stays: what was not explored because of it must not pass for explored.
      stopped ??= reasonToStop();
      if (stopped === undefined && !store.hasRoom && !store.makeRoom()) stopped = "memory limit";
      if (stopped !== undefined) return;
      const chunk = chunkOf(share);
      if (to - from >= worthSharing * chunk && callHelpers(to - from)) {
        ranges.push(...exploreTogether(from, to));
      } else {
        doDuty();
        const end = Math.min(from + chunk, to);
        const reached = explorer.run(from, end);
        explorer.relation.compileWhatPays();
        expanded = reached;
        ranges.push([end, to], [reached, end]);
      }
    }
    expanded = last;
  }

  // ---- Checkpoints ----

  const recorded: { readonly finding: Finding; readonly level: number }[] = [];
  let lastCheckpoint = 0;
  /** How often each action had been taken when the level began that is being explored; all else is as it was. */
  let takenBefore: readonly number[] | undefined;
  let auditedBefore: Audited | undefined;

  /** Hands out what a later search needs to begin with the level that is being explored. */
  function checkpoint(): void {
    if (takenBefore === undefined || auditedBefore === undefined) return;
    if (options.onCheckpoint === undefined) return;
    doDuty();
    lastCheckpoint = limits.seconds();
    const header: Header = {
      levels,
      generatedInitially,
      depth,
      unreduced: String(unreduced),
      taken: takenBefore,
      recorded,
      audit: { states: audit.states, work: audit.work },
      audited: auditedBefore,
      knowledge: judging.knowledge(),
    };
    options.onCheckpoint({ header, states: store.states(levels.at(-1) as number) });
  }

  function goOn({ header, states }: Checkpoint): void {
    const its = header as Header;
    if (!store.load(states)) {
      stopped = "memory limit";
      return;
    }
    levels.splice(0, levels.length, ...its.levels);
    ({ generatedInitially, depth } = its);
    unreduced = BigInt(its.unreduced);
    counted = store.count;
    expanded = levels.at(-2) as number;
    explorer.addTaken(its.taken);
    explorer.addAudited(its.audited);
    judging.hear({ ...its.knowledge, closed: [], found: [], fault: undefined });
    for (const { finding, level } of its.recorded) record(finding, level);
  }

  let isCalled = false;

  /** Calls helpers for the first large level; whether there is one already. */
  function callHelpers(states: number): boolean {
    if (board === undefined) return false;
    if (!isCalled && states >= (extent === "all" ? worthHelpInAudit : worthHelp)) {
      isCalled = true;
      const { properties } = options;
      for (let worker = 1; worker < workers; worker++) {
        const seat: WholeSeat = {
          memory,
          worker,
          workers,
          symmetry: reduces,
          distrusted: [...distrusted],
          ...(properties === undefined ? {} : { properties }),
        };
        options.startHelper?.(seat);
      }
    }
    return helpersThere().length > 0;
  }

  /** The helpers that have come. */
  function helpersThere(): readonly number[] {
    const all = Array.from({ length: workers - 1 }, (_, position) => position + 1);
    return all.filter((worker) => board?.own(worker, "isReady") === 1);
  }

  /** Calls some helpers to a round. */
  function beginRound(its: Board, task: keyof typeof tasks, helpers: readonly number[]): void {
    for (let worker = 1; worker < workers; worker++) {
      its.setOwn(worker, "isActive", helpers.includes(worker) ? 1 : 0);
    }
    its.set("task", tasks[task]);
    its.set("finished", 0);
    its.add("round", 1);
    its.wake("round");
  }

  /** Waits until the helpers have finished it. */
  function endRound(its: Board, helpers: readonly number[], meanwhile: () => void): void {
    for (;;) {
      const finished = its.get("finished");
      if (finished === helpers.length) return;
      its.wait("finished", finished, 1_000);
      meanwhile();
    }
  }

  /** Explores in a round of all workers; what of the states is left to be explored. */
  function exploreTogether(from: number, to: number): [from: number, to: number][] {
    if (board === undefined) return [[from, to]];
    const news = judging.news();
    // What was found in the level is for this worker to settle.
    if (news !== undefined) board.tell(0, { ...news, found: [], fault: undefined });
    board.set("level", levels.length - 2);
    board.set("next", from);
    board.set("to", to);
    const helpers = helpersThere();
    beginRound(board, "explore", helpers);

    doDuty();
    takeChunks(board, 0, explorer, () => {
      stopped = reasonToStop();
      if (stopped === undefined) return true;
      board.set("next", to); // the others stop behind their chunk
      return false;
    });
    endRound(board, helpers, () => {
      stopped ??= reasonToStop();
    });
    expanded = Math.min(board.get("next"), to);
    const ranges: [number, number][] = [[expanded, to]];
    for (let worker = 1; worker < workers; worker++) hear(worker);
    for (const worker of [0, ...helpers]) {
      ranges.push([board.own(worker, "from"), board.own(worker, "to")]);
    }
    return ranges;
  }

  /** Spreads a table that was enlarged; whether that was possible. */
  function spread(before: number, now: number): boolean {
    const helpers = helpersThere();
    for (const [own, ...others] of roundsOfStretches(before, now, 1 + helpers.length)) {
      const called = helpers.slice(0, others.length);
      for (const [position, worker] of called.entries()) {
        board?.setStretch(worker, others[position] as Stretch);
      }
      if (called.length > 0) beginRound(board as Board, "spread", called);
      explorer.spread(own as Stretch);
      if (called.length > 0) endRound(board as Board, called, beat);
    }
    if (helpers.length > 0) {
      beginRound(board as Board, "enterAside", helpers);
      endRound(board as Board, helpers, beat);
    }
    const isAll = helpers.every((worker) => board?.own(worker, "isEntered") === 1);
    return explorer.enterAside() && isAll;
  }

  function hear(worker: number): void {
    const news = board?.read(worker);
    if (news === undefined) return;
    if ("distrusts" in news) throw new Distrust(news.distrusts);
    if ("crash" in news) throw new Error(`A helper fails: ${news.crash}`);
    judging.hear(news);
  }

  // ---- Trust, tested ----

  /**
   * Of each level some states are looked at thoroughly, more at the beginning, as long as that runs no more
   * steps than these and so many for each state of the search.
   */
  const lookedFirst = 64;
  const lookedLater = 2;
  const workFirst = 30_000;
  const workForEach = 4;

  function auditLevel(from: number, to: number): void {
    const wanted = audit.states < lookedFirst ? lookedFirst : lookedLater;
    const stride = Math.max(1, Math.floor((to - from) / wanted));
    for (let state = from; state < to; state += stride) {
      if (audit.work + audit.nextWork > workFirst + workForEach * to) break;
      const digits = explorer.digitsOf(state);
      audit.look(layout.decode(digits), digits, explorer.doneAt(state));
    }
  }

  /** Chooses which states of a level are audited by the reference semantics as they are explored. */
  function chooseToAudit(
    from: number,
    to: number,
    { transitions, auditedStates }: Statistics,
  ): void {
    const progress = { level: to - from, explored: from, transitions, audited: auditedStates };
    share = isForGraph ? 0 : auditShareOf(model, extent, progress);
    explorer.auditShare(share);
    board?.set("share", share);
  }

  // ---- The search ----

  /** What is left to be done of the level before; helpers need not wait for it. */
  let duty: (() => void) | undefined;

  function doDuty(): void {
    const its = duty;
    duty = undefined;
    its?.();
  }

  function run(): void {
    for (let level = levels.length - 2; stopped === undefined && !judge.isSettled(); level++) {
      const [from, to] = [levels[level] as number, levels[level + 1] as number];
      if (from === to) break;
      const atStart = statistics();
      takenBefore = takenActions();
      auditedBefore = audited();
      if (limits.seconds() - lastCheckpoint > secondsBetweenCheckpoints) checkpoint();
      judging.beginLevel();
      chooseToAudit(from, to, atStart);
      explore(from, to);
      if (store.count > maxStates) stopped = "state limit";
      if (stopped !== undefined) checkpoint();
      if (stopped === "state limit") {
        // Which states of the level were found depends on who was first; what was before it does not.
        judging.dropLevel();
        whole = { ...atStart, seconds: limits.seconds() };
        return;
      }
      countOrbits();
      levels.push(store.count);
      settle(level);
      if (stopped === undefined) {
        duty = () => auditLevel(from, to);
        // As long as nothing is violated, what the audit finds ends the search wherever it is by then.
        if (judge.first() !== undefined) orStop(doDuty);
      }
      if (store.count > to) depth++;
      if (options.untilFirst === true && judge.first() !== undefined) {
        stopped ??= "first violation";
      }
    }
  }

  /** Decides liveness on what was explored. */
  function decideLiveness(its: LivenessTask): void {
    const { transitions } = statistics();
    const initial = levels[1] as number;
    const explored = exploredOf({
      model,
      explorer,
      store,
      initial,
      transitions,
      limitBytes,
      beat,
    });
    if (explored === undefined) {
      stopped = "memory limit";
      return;
    }
    const goesOn = (): boolean => {
      stopped = reasonToStop();
      return stopped === undefined;
    };
    const ofGraph = graphShareOf(model, extent, store.count, transitions);
    const audited = auditGraph({
      model,
      explored,
      claims: its.claims,
      isChosen: (state) => explorer.lotOf(state) < ofGraph,
      errorOf: (recipe) => explorer.relation.errorOf(recipe),
      goesOn,
    });
    if (audited === undefined) return;
    const { audited: states = 0 } = audited;
    if (isForGraph) explorer.addAudited({ states, steps: states * model.steps.length });
    decideAll(model, audited, its, {
      goesOn,
      onGraph: (isAtWork) => options.onGraph?.(isAtWork),
      tell: (claim, decided) => judge.decided(claim, decided),
    });
  }

  try {
    if (options.resume === undefined) start();
    else goOn(options.resume);
    if (stopped === undefined) run();
    else if (stopped === "state limit") whole = { ...statistics(), distinctStates: maxStates };
    doDuty();
    if (stopped === undefined && task !== undefined && !judge.hasGaps()) decideLiveness(task);
    return verdictOf(judge, whole ?? statistics(), stopped, note);
  } finally {
    board?.set("level", -1);
    board?.add("round", 1);
    board?.wake("round");
  }
}

const isOf = (task: LivenessTask | undefined, sought: string): boolean =>
  task?.claims.some(({ name }) => name === sought) ?? false;

const secondsBetweenCheckpoints = 60;

/** What a search knows at the beginning of a level, beside its states. */
interface Header {
  readonly levels: readonly number[];
  readonly generatedInitially: number;
  readonly depth: number;
  readonly unreduced: string;
  readonly taken: readonly number[];
  readonly recorded: readonly { readonly finding: Finding; readonly level: number }[];
  readonly audit: { readonly states: number; readonly work: number };
  readonly audited: Audited;
  readonly knowledge: Knowledge;
}

interface WholeSeat extends Seat {
  readonly worker: number;
  readonly workers: number;
  /** Whether it makes use of the model's symmetry. */
  readonly symmetry: boolean;
  readonly distrusted: readonly string[];
  readonly properties?: readonly string[];
}

/** Takes a seat in another thread's search of the same model; comes back when that search is over. */
export function help(given: Model, seat: Seat): void {
  const { memory, worker, workers, symmetry, distrusted, properties } = seat as WholeSeat;
  const { spec, constants, pulse } = given;
  const model = symmetry ? given : instantiate(spec, { constants, pulse, symmetry });
  const board = boardOf(memory);
  try {
    const explorer = explorerOf({
      model,
      judge: judgeOf(model, properties),
      memory,
      isShared: true,
      distrusted: new Set(distrusted),
      liveness: [],
      headAt: headsAt(workers) + worker * headBytes(model),
    });
    assist(board, worker, explorer);
  } catch (error) {
    const crash = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const isDistrust = error instanceof Distrust;
    board.tell(worker, isDistrust ? { distrusts: error.recipe } : { crash });
    board.add("finished", 1);
    board.wake("finished");
    if (!isDistrust) throw error;
  }
}
