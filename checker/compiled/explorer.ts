import {
  type Claim,
  compareDigits,
  type Digits,
  entryBytesOf,
  learn,
  type Lessons,
  type Model,
  type ModuleOptions,
  notKnown,
  type Predicate,
  Relation,
} from "../../model/index.ts";
import { SpecError } from "../../spec/index.ts";
import type { Ledger } from "../ledger.ts";
import type { Renamings } from "../liveness/renamings.ts";
import type { Done } from "../outcome.ts";
import { wholeShare } from "./audit-share.ts";
import { Counters } from "./counters.ts";
import { Events } from "./events.ts";
import { GrowingTable } from "./growing-table.ts";
import { headOf, tableSizeOf, type WholeHead } from "./head.ts";
import { Judging } from "./judging.ts";
import {
  type InnerLoop,
  type InnerLoopImports,
  innerLoopModule,
  judged,
  type TableFunctions,
} from "./inner-loop.ts";
import { cells, type PartitionCalls } from "./inner-loop-code.ts";
import { mostPages } from "./memory.ts";
import { Pace } from "./pace.ts";
import type { PartFunctions } from "./part-store.ts";
import { type PartitionFunctions, partitionFunctions } from "./partition-functions.ts";
import { judgedGroups, livenessGroups, withConditions } from "./predicate-groups.ts";
import { type ReferenceAudit, referenceAuditOf } from "./reference-audit.ts";
import { Representatives } from "./representatives.ts";

export interface ExplorerOptions {
  readonly model: Model;
  readonly ledger: Ledger;
  /** It must reach to the end of the explorer's own part. */
  readonly memory: WebAssembly.Memory;
  readonly isShared: boolean;
  /** Recipes that are left to the reference semantics. */
  readonly distrusted: ReadonlySet<string>;
  /** Of these properties the parts can be asked when all has been explored. */
  readonly liveness: readonly Claim[];
  /** Where the explorer's own part of the memory begins; `headBytes` long. */
  readonly headAt: number;
  /** The number of its thread. */
  readonly worker: number;
  /** Runs by which to begin: see `Relation.rehearse`. */
  readonly lessons?: Lessons | undefined;
}

/** What finds the states: the inner loop, and the tables behind it, one, or one for each partition. */
interface Lookup {
  readonly loop: InnerLoop;
  readonly tables: readonly GrowingTable[];
}

/** States of which is asked at a time whether they lead to another, at most. */
const followedAtOnce = 2 ** 14;

/** Of so many states a predicate is asked at first, and then each time of so many times as many. */
const firstSwept = 2 ** 8;
const sweptMore = 8;

/** Of so many states predicates are asked before any is asked of all, or of up to twice as many. */
const acquaintances = 2 ** 6;

/** In place of a renaming: the step changes nothing. */
export const still = -1;

/** What one thread explores with: an inner loop, the relation it has learned, and its judging of properties. */
export class Explorer {
  readonly memory: WebAssembly.Memory;
  readonly relation: Relation;
  readonly judging: Judging;
  readonly counters: Counters;
  /** Runs that were made at once, by lessons, from which something was learned; undefined without lessons. */
  rehearsedRuns: number | undefined;
  readonly #model: Model;
  readonly #head: WholeHead;
  readonly #words: Uint32Array;
  readonly #table: WebAssembly.Table;
  /** Actions come first in the table of functions, then predicates. */
  readonly #firstPredicate: number;
  readonly #judgedPredicates: readonly Predicate[];
  readonly #events: Events;
  readonly #representatives: Representatives;
  readonly #audit: ReferenceAudit;
  readonly #following: Pace;
  readonly #inOneMemory: Lookup;
  readonly #loopIn: (partitions: PartitionCalls | undefined) => InnerLoop;
  readonly #partitionsIn: (memories: readonly WebAssembly.Memory[]) => PartitionFunctions;
  #lookup: Lookup;
  #isAcquainted = false;
  /** What the spec was found to be at fault with in predicates, before they were asked of all states. */
  readonly #faults = new Map<Predicate, SpecError>();
  /** Replaces successors by those that stand for them, while they are linked. */
  #replace: ((from: number, to: number) => void) | undefined;

  constructor(options: ExplorerOptions) {
    const { model, ledger, memory, isShared, liveness, distrusted } = options;
    const actions = Object.keys(model.spec.actions);
    const head = headOf(model, options.headAt);
    const words = new Uint32Array(memory.buffer);
    const table = new WebAssembly.Table({ initial: tableSizeOf(model), element: "anyfunc" });
    const moduleOptions: ModuleOptions = { maximumPages: mostPages, isShared };
    const relation = (): Relation => this.relation;
    const groups = judgedGroups(model, ledger);
    const learned = learn(
      model,
      [...groups, ...livenessGroups(model, liveness)],
      withConditions(distrusted),
    );
    const judging = new Judging({ model, ledger, head, words, groups, learned });
    const events = new Events({ model, judging, words, relation });
    this.memory = memory;
    this.judging = judging;
    this.counters = new Counters(model, memory, options.headAt);
    this.#model = model;
    this.#head = head;
    this.#words = words;
    this.#table = table;
    this.#firstPredicate = actions.length;
    this.#events = events;
    this.#representatives = new Representatives({ model, head, memory, table, ...moduleOptions });
    this.#following = new Pace(model.pulse, followedAtOnce);
    this.relation = new Relation(
      learned,
      { memory, table, firstLookAt: head.firstLook, options: moduleOptions },
      {
        classOf: (...of) => judging.classOf(...of),
        interpreted: (action) => judging.interpreted(action),
        compiled: (action, classes) => judging.compiled(action, classes),
        looksFurther: (predicate) => judging.looksFurther(predicate),
        evaluated: (assertion) => judging.evaluated(assertion),
        asserted: (...of) => events.asserted(...of),
        failed: (...of) => events.failed(...of),
      },
    );
    const judgedNames = new Set(groups.map(({ name }) => name));
    this.#judgedPredicates = this.relation.predicates.filter(({ name }) => judgedNames.has(name));

    const env = { memory, table, ...this.#loopImports() };
    this.#loopIn = (partitions) => {
      const module = new WebAssembly.Module(
        innerLoopModule({
          ...moduleOptions,
          words: model.packing.words,
          actions: actions.length,
          firstLook: actions.length + learned.predicates.length + 1,
          entryBytes: entryBytesOf(model),
          isReduced: model.symmetry.order > 1n,
          head,
          partitions,
        }),
      );
      return new WebAssembly.Instance(module, { env }).exports as unknown as InnerLoop;
    };
    this.#partitionsIn = (memories) =>
      partitionFunctions(memories, options.worker, table, moduleOptions);
    const loop = this.#loopIn(undefined);
    const its = new GrowingTable(loop as unknown as TableFunctions, head.successors);
    this.#inOneMemory = { loop, tables: [its] };
    this.#lookup = this.#inOneMemory;
    this.#audit = this.#referenceAudit();

    // Until an action is compiled, its steps have to be judged; until one has changed something, whether it does.
    words.fill(judged.always | judged.change, head.judged / 4, head.judged / 4 + actions.length);
    // The class of which everything is asked comes first.
    judging.classOf(actions[0] ?? "", undefined, nothing, nothing);
    if (options.lessons === undefined) return;
    this.relation.rehearse(options.lessons);
    this.rehearsedRuns = this.relation.lessonRuns;
  }

  get loop(): InnerLoop {
    return this.#lookup.loop;
  }

  /** The tables that grow: one, or one for each partition. */
  get tables(): readonly GrowingTable[] {
    return this.#lookup.tables;
  }

  /** Looks states up in partitions from now on, in so many memories, or, of none, in the table of its own memory. */
  lookUpIn(memories: readonly WebAssembly.Memory[]): void {
    if (memories.length === 0) {
      this.#lookup = this.#inOneMemory;
      return;
    }
    const { calls, tables } = this.#partitionsIn(memories);
    this.#lookup = { loop: this.#loopIn(calls), tables };
  }

  /** Of states of several words, what is done with their parts. */
  get parts(): PartFunctions | undefined {
    const { numbersOf, refillParts } = this.loop;
    const { spelled } = this.#head;
    if (numbersOf === undefined || refillParts === undefined) return undefined;
    return {
      scratch: spelled,
      number: () => numbersOf(spelled, 1),
      refill: refillParts,
    };
  }

  /** Explores states by their numbers, until there is no more room; where it stopped. */
  run(from: number, to: number): number {
    const reached = this.loop.run(from, to) >>> 0;
    this.#audit.look(from, reached);
    return reached;
  }

  /** Where the words of a state stand; of several, as long as no other is looked at. */
  addressOf(state: number): number {
    const { spell } = this.loop;
    if (spell === undefined) return (this.#words[cells.states / 4] as number) + 8 * state;
    spell(state, this.#head.spelled);
    return this.#head.spelled;
  }

  digitsOf(state: number): Digits {
    return this.#model.packing.read(this.#words, this.addressOf(state) >>> 2);
  }

  /** How many states there are in the orbit of one. */
  orbitOf(state: number): bigint {
    return this.#representatives.orbitOf(this.addressOf(state));
  }

  /** See `InnerLoop.drawn`. */
  drawn(from: number, to: number, share: number): number {
    return this.loop.drawn(from, to, share) >>> 0;
  }

  /** Adds a state: its number if it is new. */
  add(digits: Digits): number | undefined {
    const { scratch } = this.#head;
    this.#model.packing.write(digits, this.#words, scratch >>> 2);
    const isNew = this.loop.insert(scratch) !== 0;
    return isNew ? (this.#words[cells.count / 4] as number) - 1 : undefined;
  }

  /** Asks every property of an initial state. */
  askAll(state: number): void {
    const address = this.addressOf(state);
    for (const predicate of this.#judgedPredicates) {
      this.#events.answered(predicate, notKnown, address, address);
    }
  }

  /** The share of the states explored from now on that are audited, of `wholeShare`. */
  auditShare(share: number): void {
    this.#audit.choose(share);
  }

  /** Audits all states from one number up to another. */
  auditAll(from: number, to: number): void {
    this.#audit.choose(wholeShare);
    this.#audit.look(from, to);
  }

  /** What each step does in a state, according to the relation. */
  doneAt(state: number): readonly Done[] {
    return this.#expanded(state).done;
  }

  /**
   * Of the states from one number up to another that lead to a state, the one with the least key. `look` is called
   * now and then, and throws where that has to end.
   */
  leastLeadingTo(digits: Digits, from: number, to: number, look: () => void): Digits | undefined {
    const { packing } = this.#model;
    const { scratch } = this.#head;
    return this.#events.silently(() => {
      packing.write(digits, this.#words, scratch >>> 2);
      let least: { readonly digits: Digits; readonly key: string } | undefined;
      for (let at = from; at < to; ) {
        const end = Math.min(at + this.#following.size, to);
        look();
        const state = this.#following.go(end - at, () => this.loop.leading(at, end, scratch));
        if (state === -1) {
          at = end;
          continue;
        }
        const found = this.digitsOf(state >>> 0);
        const key = packing.pack(found);
        if (least === undefined || key < least.key) least = { digits: found, key };
        at = (state >>> 0) + 1;
      }
      return least?.digits;
    });
  }

  /** As `InnerLoop.link`, but nothing is found. */
  link(from: number, to: number, at: number): void {
    this.#events.silently(() => this.loop.link(from, to, at));
  }

  /** As `link`, where symmetry is reduced. Of each step the renaming of where it leads, or `still` if it changes nothing. */
  linkOrbits(from: number, to: number, at: number, renamings: Renamings): readonly number[] {
    const { packing } = this.#model;
    const words = this.#words;
    const entryWords = this.relation.entryBytes >>> 2;
    const renamedBy: number[] = [];
    let source = from;
    this.#replace = (begin, end) => {
      const before = this.digitsOf(source++);
      for (let entry = begin >>> 2; entry < end >>> 2; entry += entryWords) {
        const after = packing.read(words, entry);
        if (compareDigits(after, before) === 0) {
          renamedBy.push(still);
          continue;
        }
        const { digits, renaming } = renamings.canonical(after);
        packing.write(digits, words, entry);
        renamedBy.push(renaming);
      }
    };
    try {
      this.link(from, to, at);
    } finally {
      this.#replace = undefined;
    }
    return renamedBy;
  }

  /** Asks a predicate that liveness asks about of states, and writes the answers, a byte each. */
  sweep(name: string, choice: readonly unknown[], from: number, to: number, at: number): void {
    const predicate = this.relation.predicates.find(
      (its) => its.name === name && its.choice === choice,
    );
    if (predicate === undefined) throw new Error(`${name} was not prepared.`);
    this.#becomeAcquainted(at);
    // Of the first few most is learned, and what pays is compiled before all others are asked.
    let size = firstSwept;
    for (let next = from; next < to; size *= sweptMore) {
      const end = Math.min(next + size, to);
      this.loop.sweep(this.#firstPredicate + predicate.id, next, end, at + (next - from));
      this.relation.compileWhatPays();
      next = end;
    }
    // What does one thing the first time and another the second, may not be seen to any more.
    const fault = this.#faults.get(predicate);
    if (fault !== undefined) throw fault;
  }

  /**
   * Before the first sweep: asks all that liveness asks about of some states, so that they are compiled together. What the
   * spec is at fault with is for those to see who ask all states.
   */
  #becomeAcquainted(at: number): void {
    if (this.#isAcquainted) return;
    this.#isAcquainted = true;
    const states = this.#words[cells.count / 4] as number;
    const apart = Math.max(1, Math.floor(states / acquaintances));
    const judgedOnes = new Set(this.#judgedPredicates);
    for (const predicate of this.relation.predicates) {
      if (judgedOnes.has(predicate)) continue;
      try {
        for (let state = 0; state < states; state += apart) {
          this.loop.sweep(this.#firstPredicate + predicate.id, state, state + 1, at);
        }
      } catch (error) {
        if (!(error instanceof SpecError)) throw error;
        this.#faults.set(predicate, error);
      }
    }
    this.relation.compileWhatPays();
  }

  /** What each step does in a state, and where in memory its successor stands. */
  #expanded(state: number): { readonly done: readonly Done[]; readonly at: readonly number[] } {
    const { successors } = this.#head;
    const { packing } = this.#model;
    let end = successors;
    const { asserted, faults } = this.#events.failuresIn(() => {
      end = this.loop.expand(this.addressOf(state), successors);
    });
    const done = [...asserted];
    const at: number[] = [];
    for (let successor = successors; successor < end; successor += this.relation.entryBytes) {
      const position = this.#events.positionAt(successor);
      done[position] = packing.read(this.#words, successor >>> 2);
      at[position] = successor;
    }
    // The search has met them too, unless they are not the same each time.
    for (const { error, position } of faults) {
      this.judging.failed(error, { digits: this.digitsOf(state), position });
    }
    return { done, at };
  }

  #loopImports(): InnerLoopImports {
    const { relation } = this;
    const events = this.#events;
    const predicateAt = (place: number): Predicate =>
      relation.predicates[place - this.#firstPredicate] as Predicate;
    return {
      answered: (place, answer, before, after) =>
        events.answered(predicateAt(place), answer, before >>> 0, after >>> 0),
      stuck: (state) => events.stuck(state >>> 0),
      asked: (place, state) => relation.ask(predicateAt(place), state >>> 0, state >>> 0),
      canonicalise: (from, to) => {
        if (this.#replace !== undefined) this.#replace(from, to);
        else this.#representatives.replace(from >>> 0, to >>> 0);
      },
    };
  }

  #referenceAudit(): ReferenceAudit {
    const { symmetry } = this.#model;
    const { relation } = this;
    return referenceAuditOf(this.#model, this.judging, {
      digitsOf: (state) => this.digitsOf(state),
      drawn: (...of) => this.drawn(...of),
      expanded: (state) => this.#expanded(state),
      predicates: this.#judgedPredicates,
      addressOf: (state) => this.addressOf(state),
      answer: (predicate, before, after) => {
        const place = this.#firstPredicate + predicate.id;
        const compiled = this.#table.get(place) as (...states: number[]) => number;
        const answer = compiled(before, after);
        return answer === notKnown ? relation.known(predicate, before, after) : answer;
      },
      // What was not found would be added by this; then the search is wrong, and ends.
      isFound: (digits) => this.add(symmetry.canonical(digits)) === undefined,
      errorOf: (recipe) => relation.errorOf(recipe),
      count: (states, steps) => this.counters.addAudited({ states, steps }),
    });
  }
}

const nothing = (): undefined => undefined;

/**
 * An explorer that makes the runs of lessons first. Where these come to anything but what is learned from, nothing is made
 * of them: whatever is at fault shows in states that are reached, or not at all.
 */
export function explorerBy(options: ExplorerOptions): Explorer {
  try {
    return new Explorer(options);
  } catch (error) {
    if (options.lessons === undefined) throw error;
    const explorer = new Explorer({ ...options, lessons: undefined });
    explorer.rehearsedRuns = 0;
    return explorer;
  }
}
