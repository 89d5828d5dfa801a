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
import { memoriesOf } from "../grounds.ts";
import { CheckpointError, type Known } from "../checkpoint.ts";
import { Ledger } from "../ledger.ts";
import { Interrupted, type Watch, watch } from "../limits.ts";
import type { CheckOptions, Seat } from "../options.ts";
import { along, withFailingState, withFailingStep } from "../rebuild.ts";
import {
  type ActionFigures,
  type IncompleteReason,
  type Statistics,
  type Trace,
  type Verdict,
} from "../verdict.ts";
import { decisionOf, type KeptDecision, keptDecision } from "../liveness/kept.ts";
import { decideAll, type LivenessTask } from "../liveness/stage.ts";
import { auditShareOf, graphShareOf, isAuditedWhole } from "./audit-share.ts";
import { exploredOf } from "./explored.ts";
import { auditGraph } from "./graph-audit.ts";
import { type Audited, auditedIn, explorerOf, headBytes, slackOf } from "./explorer.ts";
import { type Header, headerOf, isState, type Owed, type Range, type Recorded } from "./header.ts";
import { clearMemory, mostBytes, takeBack } from "./memory.ts";
import { Pace } from "./pace.ts";
import { defaultBytes, leastBytes, newStore, roundsOfStretches, type Stretch } from "./store.ts";
import {
  assist,
  type Board,
  boardOf,
  chunk,
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

/** The options of one search. */
export interface SearchOptions extends Omit<CheckOptions, "onCheckpoint" | "resume"> {
  readonly onCheckpoint?: ((known: Known) => void) | undefined;
  /** Given all that is known when the search has come to its end, and writes no more in it. */
  readonly onOver?: ((known: Known) => void) | undefined;
  readonly resume?: Known | undefined;
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
  let kept = options.resume && headerOf(model, options.resume);
  const distrusted = new Set(kept?.distrusted);
  const limits = watch(options);
  for (;;) {
    try {
      return searchWith(model, options, task, distrusted, limits, kept);
    } catch (error) {
      if (!(error instanceof Distrust)) throw error;
      if (distrusted.has(error.recipe)) throw impure(model, error.recipe);
      distrusted.add(error.recipe);
      kept = undefined; // nor is what was kept to be trusted, which this recipe had a part in
    }
  }
}

/** A search that leaves some recipes to the reference semantics. */
function searchWith(
  model: Model,
  options: SearchOptions,
  task: LivenessTask | undefined,
  distrusted: ReadonlySet<string>,
  limits: Watch,
  kept: Header | undefined,
): Verdict {
  const reduces = model.symmetry.order > 1n;
  const ledger = new Ledger(model, options.properties);
  const distrust = ({ action }: Step): never => {
    throw explorer.relation.errorOf(action);
  };
  const audit = auditOf(model, reduces, {
    earlier: kept?.audit,
    onDifference: distrust,
    goOn: () => endIfLate(),
  });
  const { packing, layout } = model;
  const actions = Object.keys(model.spec.actions);
  const workers =
    options.startHelper === undefined ? 1 : Math.min(options.workers ?? 1, mostWorkers);
  const isShared = workers > 1;

  const ownBytes = headBytes(model);
  const { memoryBytes = defaultBytes } = options;
  const limitBytes = Math.min(memoryBytes, mostBytes);
  const headEnd = headsAt(workers) + workers * ownBytes;
  const needed = headEnd + leastBytes;
  const memory = clearMemory(Math.max(limitBytes, needed), needed, isShared);
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
    ledger,
    memory,
    isShared,
    distrusted,
    liveness: task?.claims ?? [],
    headAt: headsAt(workers),
  });
  const { judging } = explorer;
  const pace = new Pace(model.pulse, chunk);
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
  /** Then: what was audited there. */
  let auditsOfGraph: Audited | undefined;
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

  function statistics(
    times: readonly number[] = takenActions(),
    count = store.count,
    done = expanded,
    { states: auditedStates, steps: comparedSteps } = auditsOfGraph ?? audited(),
  ): Statistics {
    const taken = Object.fromEntries(
      actions.map((name, action) => [name, times[action] as number]),
    );
    const transitions = Object.values(taken).reduce((sum, times) => sum + times, 0);
    return {
      distinctStates: count,
      generatedStates: transitions + generatedInitially,
      transitions,
      depth,
      ...(reduces ? { orbits: count } : {}),
      unreducedStates: reduces ? unreduced : BigInt(count),
      frontier: count - done,
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

  /**
   * The trace to a state of a level, found backwards: of several predecessors the least is taken. `way` begins with
   * the state, and keeps what was found if a limit is met.
   */
  function traceTo(way: Digits[], level: number): Trace {
    for (let before = level - way.length; before >= 0; before--) {
      const [from, to] = [levels[before] as number, levels[before + 1] as number];
      const found = explorer.leastLeadingTo(way.at(-1) as Digits, from, to, endIfLate);
      if (found === undefined) throw leadsNoMore(model);
      way.push(found);
    }
    const keys = way.toReversed().map((digits) => packing.pack(digits));
    return along(model, keys, representative, endIfLate);
  }

  const recorded: Recorded[] = [];

  /** Records a violation that was found while a level was explored. */
  function record({ finding: { violation, at }, level, way }: Recorded): void {
    const { kind } = violation;
    const isFirst =
      kind === "deadlock freedom"
        ? ledger.deadlock()
        : kind === "assertion"
          ? ledger.assertion(violation.assertion as string)
          : ledger.fails(model.claims.find(({ name }) => name === violation.name) as never);
    if (isFirst.length === 0) return;
    if (kind === "invariant") {
      // A new state stands in the level behind the one that was explored.
      const trace = traceTo(way, level + 1);
      ledger.record(violation, withFailingState(model, trace, violation));
      return;
    }
    const trace = traceTo(way, level);
    if (kind === "deadlock freedom") {
      ledger.record(violation, trace);
      return;
    }
    const { action } = model.steps[at.position] as { action: string };
    ledger.record(violation, withFailingStep(model, trace, action, violation));
  }

  /** Takes up what was found while a level was explored; -1 for the initial states. */
  function settle(level: number): void {
    const { violations, fault } = judging.endLevel();
    const found = violations.map(
      (finding): Recorded => ({ finding, level, way: [finding.at.digits] }),
    );
    recorded.push(...found);
    untilStopped(() => found.forEach(record));
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
      if (!(error instanceof SpecError) || ledger.first() === undefined) throw error;
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
    return limits.check(() => statistics());
  }

  let hasAdvanced = kept === undefined;

  /** Says that a search that was resumed has come further than the one before: now its time counts. */
  function advance(): void {
    if (hasAdvanced) return;
    hasAdvanced = true;
    limits.release();
    options.onResuming?.(false);
  }

  /** Says that the search goes on; ends with `Interrupted` what takes long, if there is a reason. */
  function endIf(reason: IncompleteReason | undefined): void {
    beat();
    if (reason !== undefined) throw new Interrupted(reason);
  }

  const endIfLate = (): void => endIf(limits.reasonLate());

  /** Does something, or as much of it as a limit allows for. */
  function untilStopped(go: () => void): void {
    try {
      go();
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      stopped ??= error.reason;
    }
  }

  /** For where a function that was called may have stopped it. */
  const isStopped = (): boolean => stopped !== undefined;

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

  /** What is left to be explored of the level. */
  let left: Range[] = [];

  /** Explores what is left of a level that ends with a number. */
  function explore(last: number): void {
    for (let range = left.pop(); range !== undefined; range = left.pop()) {
      const [from, to] = range;
      if (from >= to) continue;
      // A reason that was met stays: what was not explored because of it must not pass for explored.
      stopped ??= reasonToStop();
      if (stopped === undefined && !store.hasRoom && !store.makeRoom()) stopped = "memory limit";
      if (stopped !== undefined) {
        left.push(range);
        break;
      }
      if (to - from >= worthSharing * pace.size && callHelpers(to - from)) {
        left.push(...exploreTogether(from, to));
      } else {
        doDuty();
        const end = Math.min(from + pace.size, to);
        const reached = pace.go(end - from, () => explorer.run(from, end));
        explorer.relation.compileWhatPays();
        expanded = reached;
        left.push([end, to], [reached, end]);
        if (reached > from) advance();
      }
    }
    expanded = last - statesIn(left);
    // One that goes on from a level that had been explored to its end still owes the audit of the one before.
    if (stopped === undefined) doDuty();
  }

  // ---- Checkpoints ----

  /** One that begins anew writes over what was kept before, which is not to be trusted. */
  let lastCheckpoint = distrusted.size > 0 && kept === undefined ? Number.NEGATIVE_INFINITY : 0;
  /** How often each action had been taken when the level began that is being explored. */
  let takenBefore: readonly number[] = takenActions();
  /** And how much had been audited. */
  let auditedBefore = audited();
  /** What was decided of liveness. */
  const decided: KeptDecision[] = [];
  const question = JSON.stringify([task?.unfair, task?.findsNeeded, task?.findsWorst]);

  /** Hands out what a later search needs to go on. */
  function checkpoint(): void {
    if (options.onCheckpoint === undefined) return;
    doDuty();
    lastCheckpoint = limits.seconds();
    options.onCheckpoint({ header: knownNow(), states: store.states(store.count) });
  }

  function knownNow(): Header {
    return {
      levels,
      left,
      generatedInitially,
      depth,
      unreduced: String(unreduced),
      takenBefore,
      taken: takenActions(),
      recorded,
      ...(owed ?? lookedSoFar()),
      auditedBefore,
      audited: audited(),
      distrusted: [...distrusted],
      news: judging.knowledge(),
      liveness: { question, decided },
    };
  }

  /** The same where a level was explored to its end: what is left is the one behind it. */
  function keepNext(): void {
    left = [[expanded, store.count]];
    takenBefore = takenActions();
    auditedBefore = audited();
    checkpoint();
  }

  /** Takes up what an earlier search has kept. */
  function goOn(its: Header, states: Uint8Array): void {
    limits.hold();
    options.onResuming?.(true);
    if (!store.load(states)) {
      stopped = "memory limit";
      return;
    }
    levels.splice(0, levels.length, ...its.levels);
    ({ generatedInitially, depth, takenBefore, auditedBefore } = its);
    left = [...its.left];
    unreduced = BigInt(its.unreduced);
    counted = levels.at(-1) as number;
    expanded = counted - statesIn(left);
    explorer.addTaken(its.taken);
    explorer.addAudited(its.audited);
    judging.hear({ ...its.news, closed: [] });
    if (its.level !== undefined) owed = { audit: its.audit, level: its.level };
    compareKept();
    recorded.push(...its.recorded);
    for (const { finding } of its.recorded) judging.notes(finding.violation.name);
    untilStopped(() => recorded.forEach(record));
    if (its.liveness.question === question) takeUpDecisions(its.liveness.decided);
  }

  /** So many states of a checkpoint are looked at. */
  const keptCompared = 16;

  /** Throws `CheckpointError` unless the states are initial ones of this model, and what its steps make of them. */
  function compareKept(): void {
    const fault = new CheckpointError(
      "its states are not those of this protocol and these constants",
    );
    const initial = new Set(
      model.initialStates().map((state) => {
        return packing.pack(representative(model.encode(state, "the initial state")));
      }),
    );
    const first = Array.from({ length: levels[1] as number }, (_, state) =>
      explorer.digitsOf(state),
    );
    if (initial.size !== first.length) throw fault;
    if (!first.every((digits) => initial.has(packing.pack(digits)))) throw fault;
    const explored = levels.at(-2) as number;
    const every = Math.max(1, Math.floor(explored / keptCompared));
    for (let state = 0; state < explored; state += every) {
      if (!isState(model, explorer.digitsOf(state))) throw fault;
      for (const done of explorer.doneAt(state)) {
        if (done === undefined || typeof done === "string") continue;
        if (explorer.add(representative(done)) !== undefined) throw fault;
      }
    }
  }

  function takeUpDecisions(kept: readonly KeptDecision[]): void {
    for (const its of kept) {
      const claim = task?.claims.find(({ name }) => name === its.name);
      if (claim === undefined) continue;
      ledger.decided(claim, decisionOf(model, claim, its));
      decided.push(its);
    }
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
          properties,
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
  function exploreTogether(from: number, to: number): Range[] {
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
    let untaken: number | undefined;
    takeChunks(board, 0, explorer, pace, () => {
      advance();
      stopped ??= reasonToStop();
      if (stopped === undefined) return true;
      untaken = board.exchange("next", to); // the others stop behind their chunk
      return false;
    });
    endRound(board, helpers, () => {
      stopped ??= reasonToStop();
    });
    expanded = Math.min(untaken ?? board.get("next"), to);
    const ranges: Range[] = [[expanded, to]];
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
   * steps than these and so many for each state of the search. Fewer where it is proved that functions keep
   * nothing, and no symmetry is relied on: then it is for variables that are not declared alone.
   */
  const isProved = !reduces && memoriesOf(model, options.properties).length === 0;
  const lookedFirst = isProved ? 16 : 64;
  const lookedLater = isProved ? 1 : 2;
  const workFirst = 30_000;
  const workForEach = 4;

  function auditLevel(from: number, to: number): void {
    const wanted = audit.states < lookedFirst ? lookedFirst : lookedLater;
    const stride = Math.max(1, Math.floor((to - from) / wanted));
    for (let state = from; state < to; state += stride) {
      if (audit.work + audit.nextWork > workFirst + workForEach * to) break;
      endIfLate();
      const digits = explorer.digitsOf(state);
      audit.look(layout.decode(digits), digits, explorer.doneAt(state));
    }
  }

  /** Chooses which states of a level are audited by the reference semantics as they are explored. */
  function chooseToAudit(from: number, to: number): void {
    const transitions = takenBefore.reduce((sum, times) => sum + times, 0);
    const { states } = auditedBefore;
    const progress = { level: to - from, explored: from, transitions, audited: states };
    share = isForGraph ? 0 : auditShareOf(model, extent, progress);
    explorer.auditShare(share);
    board?.set("share", share);
  }

  /** Audits all states that were explored, if they are few: it is known now that they are. */
  function auditSmall(): void {
    const isCut =
      stopped !== undefined && stopped !== "first violation" && stopped !== "state limit";
    if (extent !== "share" || isForGraph || isCut || audited().states > 0) return;
    if (expanded === 0 || !isAuditedWhole(model, expanded)) return;
    judging.beginLevel();
    untilStopped(() => explorer.auditAll(0, expanded));
    settle(levels.length - 3);
  }

  // ---- The search ----

  const lookedSoFar = (): Owed => ({ audit: { states: audit.states, work: audit.work } });

  /** The level before is still to be audited: helpers need not wait for that. */
  let owed: Owed | undefined;

  function doDuty(): void {
    const its = owed;
    owed = undefined;
    if (its?.level === undefined) return;
    const [from, to] = its.level;
    untilStopped(() => {
      try {
        auditLevel(from, to);
      } catch (error) {
        if (error instanceof Interrupted) owed = its;
        throw error;
      }
    });
  }

  function run(): void {
    for (let level = levels.length - 2; stopped === undefined && !ledger.isSettled(); level++) {
      const [from, to] = [levels[level] as number, levels[level + 1] as number];
      if (from === to) break;
      if (expanded === from) {
        left = [[from, to]];
        takenBefore = takenActions();
        auditedBefore = audited();
      }
      if (limits.seconds() - lastCheckpoint > secondsBetweenCheckpoints) checkpoint();
      judging.beginLevel();
      chooseToAudit(from, to);
      explore(to);
      if (store.count > maxStates) stopped = "state limit";
      if (stopped !== undefined) checkpoint();
      if (stopped === "state limit") {
        // Which states of the level were found depends on who was first; what was before it does not.
        judging.dropLevel();
        whole = statistics(takenBefore, to, from, auditedBefore);
        return;
      }
      const isExplored = stopped === undefined;
      countOrbits();
      levels.push(store.count);
      if (store.count > to) depth++;
      settle(level);
      if (isExplored && note === undefined) owed = { ...lookedSoFar(), level: [from, to] };
      // As long as nothing is violated, what the audit finds ends the search wherever it is by then.
      if (stopped === undefined && ledger.first() !== undefined) orStop(doDuty);
      if (isExplored && owed !== undefined && isStopped()) keepNext();
      if (options.untilFirst === true && ledger.first() !== undefined) {
        stopped ??= "first violation";
      }
    }
  }

  /** Decides liveness on what was explored, which is kept before: that takes long, and cannot be kept halfway. */
  function decideLiveness(its: LivenessTask): void {
    const claims = its.claims.filter(({ name }) => decided.every((known) => known.name !== name));
    if (claims.length === 0) return;
    checkpoint();
    const { transitions } = statistics();
    const initial = levels[1] as number;
    const explored = exploredOf({
      model,
      explorer,
      store,
      initial,
      transitions,
      limitBytes: memoryBytes,
      look: () => endIf(limits.check(() => statistics())),
    });
    const ofGraph = graphShareOf(model, extent, store.count, transitions);
    const judged = auditGraph({
      model,
      explored,
      claims,
      isChosen: (state) => explorer.lotOf(state) < ofGraph,
      errorOf: (recipe) => explorer.relation.errorOf(recipe),
    });
    const { audited: states = 0 } = judged;
    if (isForGraph) auditsOfGraph = { states, steps: states * model.steps.length };
    decideAll(model, judged, { ...its, claims }, (claim, found) => {
      ledger.decided(claim, found);
      decided.push(keptDecision(model, claim, found));
      advance();
    });
  }

  try {
    if (kept === undefined || options.resume === undefined) start();
    else goOn(kept, options.resume.states);
    if (stopped === undefined) run();
    else if (stopped === "state limit") whole = { ...statistics(), distinctStates: maxStates };
    const isOver = stopped === undefined;
    auditSmall();
    doDuty();
    if (isOver && isStopped()) keepNext();
    if (stopped === undefined && task !== undefined && !ledger.hasGaps) {
      const before = decided.length;
      untilStopped(() => decideLiveness(task));
      if (isStopped() && decided.length > before) checkpoint();
    }
    if (stopped === undefined) {
      options.onOver?.({ header: knownNow(), states: store.states(store.count) });
    }
    const verdict = ledger.verdict(whole ?? statistics(), stopped, note);
    if (!isShared && options.onCheckpoint === undefined) takeBack(memory, store.used);
    return verdict;
  } finally {
    advance();
    board?.set("level", -1);
    board?.add("round", 1);
    board?.wake("round");
  }
}

const isOf = (task: LivenessTask | undefined, sought: string): boolean =>
  task?.claims.some(({ name }) => name === sought) ?? false;

/** The error of a spec whose steps, taken again, do not lead to where they led. */
const leadsNoMore = ({ spec }: Model): SpecError =>
  new SpecError(
    `${spec.name}: no step leads any more to a state that one led to before. Does a guard or an effect read a ` +
      "clock, a random source or a variable outside the state?",
  );

/** How many states there are in ranges. */
const statesIn = (ranges: readonly Range[]): number =>
  ranges.reduce((sum, [from, to]) => sum + to - from, 0);

const secondsBetweenCheckpoints = 60;

interface WholeSeat extends Seat {
  readonly worker: number;
  readonly workers: number;
  /** Whether it makes use of the model's symmetry. */
  readonly symmetry: boolean;
  readonly distrusted: readonly string[];
  readonly properties?: readonly string[] | undefined;
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
      ledger: new Ledger(model, properties),
      memory,
      isShared: true,
      distrusted: new Set(distrusted),
      liveness: [],
      headAt: headsAt(workers) + worker * headBytes(model),
    });
    assist(board, worker, explorer, new Pace(model.pulse, chunk));
  } catch (error) {
    const crash = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const isDistrust = error instanceof Distrust;
    board.tell(worker, isDistrust ? { distrusts: error.recipe } : { crash });
    board.add("finished", 1);
    board.wake("finished");
    if (!isDistrust) throw error;
  }
}
