import {
  type Claim,
  type Digits,
  entryBytesOf,
  learn,
  mix,
  type Model,
  type ModuleOptions,
  notKnown,
  type Predicate,
  type PredicateGroup,
  Relation,
} from "../../model/index.ts";
import { isLiveness, predicatesOf, type PropertyPart, SpecError } from "../../spec/index.ts";
import type { Done } from "../audit.ts";
import type { Ledger } from "../ledger.ts";
import { judgedGroups, type Judging, judgingOf, mostClasses, truth } from "./judging.ts";
import { judged, type Kernel, type KernelImports, kernelModule } from "./kernel.ts";
import { batch, cells, type Head } from "./kernel-code.ts";
import { Pace } from "./pace.ts";
import { referenceAuditOf, wholeShare } from "./reference-audit.ts";
import { mostPages } from "./memory.ts";
import type { Stretch } from "./store.ts";

/** What one thread explores with: a kernel, the relation it has learned, and its judging of properties. */
export interface Explorer {
  readonly relation: Relation;
  readonly judging: Judging;
  readonly kernel: Kernel;
  /** Explores states by their numbers, until there is no more room; where it stopped. */
  run(from: number, to: number): number;
  addressOf(state: number): number;
  digitsOf(state: number): Digits;
  /** See `Learned.lotOf`. */
  lotOf(state: number): number;
  /** Adds a state: its number if it is new. */
  add(digits: Digits): number | undefined;
  /** Asks every property of an initial state. */
  askAll(state: number): void;
  /** The share of the states explored from now on that are audited, of `wholeShare`. */
  auditShare(share: number): void;
  /** Audits all states from one number up to another. */
  auditAll(from: number, to: number): void;
  /** What each step does in a state, according to the relation. */
  doneAt(state: number): readonly Done[];
  /**
   * Of the states from one number up to another that lead to a state, the one with the least key. `look` is called
   * now and then, and throws where that has to end.
   */
  leastLeadingTo(digits: Digits, from: number, to: number, look: () => void): Digits | undefined;
  /** Moves a stretch of a table that was enlarged. */
  spread(stretch: Stretch): void;
  /** When all have been moved: enters what was set aside; false if there was too much of it. */
  enterAside(): boolean;
  readonly memory: WebAssembly.Memory;
  /** As `Kernel.link`, but nothing is found. */
  link(from: number, to: number, at: number): void;
  /** Asks a part of a liveness property of states, and writes the answers, a byte each. */
  sweep(
    claim: Claim,
    part: PropertyPart,
    choice: readonly unknown[],
    from: number,
    to: number,
    at: number,
  ): void;
  /** How often each action was taken. */
  taken(): readonly number[];
  /** Adds to how often actions were taken. */
  addTaken(times: readonly number[]): void;
  addAudited(more: Audited): void;
}

/** What was audited: states, and their steps. */
export interface Audited {
  readonly states: number;
  readonly steps: number;
}

export interface ExplorerOptions {
  readonly model: Model;
  readonly ledger: Ledger;
  readonly memory: WebAssembly.Memory;
  readonly isShared: boolean;
  /** Recipes that are left to the reference semantics. */
  readonly distrusted: ReadonlySet<string>;
  /** Of these properties the parts can be asked when all has been explored. */
  readonly liveness: readonly Claim[];
  /** Where the explorer's own part of the memory begins; `headBytes` long. */
  readonly headAt: number;
}

const listBytes = 2 ** 22;

/** States of which is asked at a time whether they lead to another, at most. */
const followedAtOnce = 2 ** 14;

interface WholeHead extends Head {
  /** How many states were audited, and how many of their steps, 64 bits each. */
  readonly audited: number;
  readonly scratch: number;
  readonly lists: number;
  readonly listBytes: number;
  readonly end: number;
}

/** What is where in an explorer's part of the memory. */
function headOf(model: Model, at: number): WholeHead {
  const actions = Object.keys(model.spec.actions).length;
  const entryBytes = entryBytesOf(model);
  const most = slackOf(model);
  let end = at;
  const take = (bytes: number): number => {
    const start = end;
    end = Math.ceil((start + bytes) / 64) * 64;
    return start;
  };
  return {
    taken: take(8 * actions),
    audited: take(16),
    judged: take(4 * actions),
    spoken: take(4 * functionsOf(model)),
    classes: take(8 * mostClasses),
    successors: take(most * entryBytes),
    sifted: take(4 * most),
    scratch: take(entryBytes),
    lists: take(listBytes),
    listBytes,
    end,
  };
}

/** How many predicates a claim needs for each choice: its parts are asked one by one if it is about behaviours. */
const groupsOf = ({ property }: Claim): number =>
  isLiveness(property.kind) ? Math.max(1, predicatesOf(property).length) : 1;

/** The functions in the table: actions, predicates, and one that does not know. */
const functionsOf = (model: Model): number =>
  Object.keys(model.spec.actions).length +
  model.claims.reduce((sum, claim) => sum + claim.choices.length * groupsOf(claim), 0) +
  1;

const nameOf = ({ name }: Claim, { role }: PropertyPart): string => `${name}: ${role}`;

/**
 * The parts of a liveness property as predicates: 1 where they hold. Each choice is a group of its own, and
 * compiled for itself: they are asked one after the other.
 */
const livenessGroupsOf = (model: Model, claim: Claim): readonly PredicateGroup[] =>
  predicatesOf(claim.property).flatMap((part) =>
    claim.choices.map((choice) => ({
      name: nameOf(claim, part),
      choices: [choice],
      isOfSteps: false,
      functions: [
        {
          name: nameOf(claim, part),
          its: part.predicate,
          choices: claim.property.choices,
          states: 1,
        },
      ],
      recipe: (...all) => (truth(part.predicate(...(all as never[]))) ? 1 : 0),
      reference: ([digits]) =>
        model.ask(claim, part.predicate, model.layout.decode(digits as Digits), ...choice) ? 1 : 0,
    })),
  );

/** The bytes of an explorer's part of the memory. */
export const headBytes = (model: Model): number => headOf(model, 0).end;

/** What was audited by the explorer whose part of the memory begins there. */
export function auditedIn(model: Model, memory: WebAssembly.Memory, at: number): Audited {
  const [states, steps] = new BigUint64Array(memory.buffer, headOf(model, at).audited, 2);
  return { states: Number(states), steps: Number(steps) };
}

/** States that one explorer may still add when it has seen that there is no more room. */
export const slackOf = (model: Model): number => batch + model.steps.length + 1;

/** An explorer of a model. The memory must reach to the end of its head. */
export function explorerOf(options: ExplorerOptions): Explorer {
  const { model, ledger, memory, isShared, liveness } = options;
  const { packing, layout } = model;
  const stateBytes = 8 * packing.words;
  const entryBytes = entryBytesOf(model);
  const actions = Object.keys(model.spec.actions);
  const isReduced = model.symmetry.order > 1n;
  const head = headOf(model, options.headAt);
  const moduleOptions: ModuleOptions = { maximumPages: mostPages, isShared };
  const table = new WebAssembly.Table({ initial: functionsOf(model), element: "anyfunc" });
  const words = new Uint32Array(memory.buffer);

  /** While a trace is followed back, or a state audited, nothing is found. */
  let isExploring = true;
  let failures: Done[] = [];
  let faults: { readonly error: SpecError; readonly position: number }[] = [];
  /** The state in which a step was possible and came to nothing: it is not stuck. */
  let failedAt = -1;

  const groups = judgedGroups(model, ledger);
  const knowledge = learn(
    model,
    [...groups, ...liveness.flatMap((claim) => livenessGroupsOf(model, claim))],
    options.distrusted,
  );
  const judging = judgingOf({ model, ledger, head, memory: () => words, knowledge, groups });
  const relation = new Relation(
    knowledge,
    { memory, table, options: moduleOptions },
    {
      classOf: (...of) => judging.classOf(...of),
      interpreted: (action) => judging.interpreted(action),
      compiled: (action, classes) => judging.compiled(action, classes),
      looksFurther: (predicate) => judging.looksFurther(predicate),
      asserted: (position, claim, state) => {
        failedAt = state >>> 0;
        if (isExploring) judging.asserted(claim, { digits: digitsAt(state), position });
        else failures[position] = claim;
      },
      failed: (error, position, state) => {
        failedAt = state >>> 0;
        if (isExploring) judging.failed(error, { digits: digitsAt(state), position });
        else faults.push({ error, position });
      },
    },
  );
  const { predicates } = relation;
  const judgedNames = new Set(judging.groups.map(({ name }) => name));
  const judgedPredicates = predicates.filter(({ name }) => judgedNames.has(name));
  const digitsAt = (address: number): Digits => relation.digitsAt(address);

  const positionAt = (successor: number): number =>
    words[(successor >>> 2) + 2 * packing.words] as number;
  const addressOf = (state: number): number =>
    (words[cells.states / 4] as number) + state * stateBytes;

  const imports: KernelImports = {
    answered: (place, answer, before, after) => {
      ask(predicates[place - actions.length] as Predicate, answer, before >>> 0, after >>> 0);
    },
    stuck: (state) => {
      const address = addressOf(state >>> 0);
      if (address === failedAt || !isExploring) return;
      const at = { digits: digitsAt(address), position: -1 };
      orFail(at, () => {
        if (!model.mayEnd(layout.decode(at.digits))) judging.stuck(at);
      });
    },
    asked: (place, state) =>
      relation.ask(predicates[place - actions.length] as Predicate, state >>> 0, state >>> 0),
    canonicalise: (from, to) => {
      for (let at = from >>> 2; at < to >>> 2; at += entryBytes >>> 2) {
        packing.write(model.symmetry.canonical(packing.read(words, at)), words, at);
      }
    },
  };

  function orFail(at: { digits: Digits; position: number }, go: () => void): void {
    try {
      go();
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      judging.failed(error, at);
    }
  }

  function ask(predicate: Predicate, answer: number, before: number, after: number): void {
    const isStep = predicate.isOfSteps && before !== after;
    const isStutter = predicate.isOfSteps && !isStep;
    const at = {
      digits: digitsAt(before),
      position: isStep ? positionAt(after) : -1,
      isStutter,
    };
    const tell = (): void => {
      const known = answer === notKnown ? relation.ask(predicate, before, after) : answer;
      // No trace is replayed to show it.
      if (known === 1 && !isStutter && !judging.hasNoted(predicate.name, 1))
        confirm(predicate, before, after);
      if (known !== 0) judging.answered(predicate, known, at);
    };
    if (!isStutter) {
      orFail(at, tell);
      return;
    }
    try {
      tell();
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      judging.answered(predicate, 2, at); // what it says of a step to itself may never be asked
    }
  }

  /** Throws unless a property says by the reference semantics too that it has something to say. */
  function confirm(predicate: Predicate, before: number, after: number): void {
    const { reference } = judging.groups.find(
      ({ name }) => name === predicate.name,
    ) as PredicateGroup;
    const states = [before, ...(predicate.isOfSteps ? [after] : [])].map(digitsAt);
    if (reference(states, predicate.choice) === 1) return;
    throw relation.errorOf(predicate.name);
  }

  const module = new WebAssembly.Module(
    kernelModule({
      ...moduleOptions,
      words: packing.words,
      actions: actions.length,
      entryBytes,
      isReduced,
      head,
    }),
  );
  const kernel = new WebAssembly.Instance(module, { env: { memory, table, ...imports } })
    .exports as unknown as Kernel;

  const following = new Pace(model.pulse, followedAtOnce);
  const digitsOf = (state: number): Digits => packing.read(words, addressOf(state) >>> 2);
  const counters = (): BigUint64Array =>
    new BigUint64Array(memory.buffer, head.taken, actions.length);

  /** The end of the states that were set aside when the table was enlarged; 0 if there were too many. */
  let aside = head.successors;

  /** Does something that finds nothing. */
  function silently<T>(go: () => T): T {
    isExploring = false;
    try {
      return go();
    } finally {
      isExploring = true;
    }
  }

  function expanded(state: number): { readonly done: readonly Done[]; readonly at: number[] } {
    return silently(() => {
      failures = [];
      faults = [];
      const end = kernel.expand(addressOf(state), head.successors);
      const done = failures;
      const at: number[] = [];
      for (let successor = head.successors; successor < end; successor += entryBytes) {
        const position = positionAt(successor);
        done[position] = packing.read(words, successor >>> 2);
        at[position] = successor;
      }
      // The search has met them too, unless they are not the same each time.
      for (const { error, position } of faults) {
        judging.failed(error, { digits: digitsOf(state), position });
      }
      return { done, at };
    });
  }

  const add = (digits: Digits): boolean => {
    packing.write(digits, words, head.scratch >>> 2);
    return kernel.insert(head.scratch) !== 0;
  };

  function lotOf(state: number): number {
    const from = addressOf(state) >>> 2;
    let lot = 0;
    for (let word = 0; word < stateBytes / 4; word++) lot = mix(lot, words[from + word] as number);
    return (lot >>> 0) % wholeShare;
  }

  const audit = referenceAuditOf(model, judging, {
    digitsOf,
    lotOf,
    expanded,
    predicates: judgedPredicates,
    addressOf,
    answer: (predicate, before, after) => {
      const compiled = table.get(actions.length + predicate.id) as (...states: number[]) => number;
      const answer = compiled(before, after);
      return answer === notKnown ? relation.known(predicate, before, after) : answer;
    },
    // What was not found would be added by this; then the search is wrong, and ends.
    isFound: (digits) => !add(model.symmetry.canonical(digits)),
    errorOf: (recipe) => relation.errorOf(recipe),
    count: (states, steps) => addAudited({ states, steps }),
  });

  const auditedCounters = new BigUint64Array(memory.buffer, head.audited, 2);

  function addAudited({ states, steps }: Audited): void {
    auditedCounters[0] = (auditedCounters[0] as bigint) + BigInt(states);
    auditedCounters[1] = (auditedCounters[1] as bigint) + BigInt(steps);
  }

  // Until an action is compiled, its steps have to be judged.
  words.fill(judged.always, head.judged / 4, head.judged / 4 + actions.length);

  // The class of which everything is asked comes first.
  judging.classOf(actions[0] ?? "", undefined, nothing, nothing);

  return {
    relation,
    judging,
    kernel,
    run: (from, to) => {
      const reached = kernel.run(from, to) >>> 0;
      audit.look(from, reached);
      return reached;
    },
    addressOf,
    digitsOf,
    add: (digits) => (add(digits) ? (words[cells.count / 4] as number) - 1 : undefined),
    askAll: (state) => {
      const address = addressOf(state);
      for (const predicate of judgedPredicates) ask(predicate, notKnown, address, address);
    },
    lotOf,
    auditShare: (share) => audit.choose(share),
    auditAll: (from, to) => {
      audit.choose(wholeShare);
      audit.look(from, to);
    },
    doneAt: (state) => expanded(state).done,
    leastLeadingTo: (digits, from, to, look) =>
      silently(() => {
        packing.write(digits, words, head.scratch >>> 2);
        let least: { readonly digits: Digits; readonly key: string } | undefined;
        for (let at = from; at < to; ) {
          const end = Math.min(at + following.size, to);
          look();
          const state = following.go(end - at, () => kernel.leading(at, end, head.scratch));
          if (state === -1) {
            at = end;
            continue;
          }
          const found = digitsOf(state >>> 0);
          const key = packing.pack(found);
          if (least === undefined || key < least.key) least = { digits: found, key };
          at = (state >>> 0) + 1;
        }
        return least?.digits;
      }),
    spread: ({ from, to, first, end }) => {
      aside &&= (kernel.spread?.(from, to, first, end, aside) ?? 0) >>> 0;
    },
    memory,
    link: (from, to, at) => silently(() => kernel.link(from, to, at)),
    sweep: (claim, part, choice, from, to, at) => {
      const name = nameOf(claim, part);
      const predicate = predicates.find((its) => its.name === name && its.choice === choice);
      if (predicate === undefined) throw new Error(`${name} was not prepared.`);
      kernel.sweep(actions.length + predicate.id, from, to, at);
      relation.compileWhatPays();
    },
    enterAside: () => {
      const isAll = aside !== 0;
      if (isAll) kernel.enterAll?.(head.successors, aside);
      aside = head.successors;
      return isAll;
    },
    taken: () => Array.from(counters(), (bytes) => Number(bytes) / entryBytes),
    addAudited,
    addTaken: (times) => {
      const all = counters();
      times.forEach((more, position) => {
        all[position] = (all[position] as bigint) + BigInt(more * entryBytes);
      });
    },
  };
}

const nothing = (): undefined => undefined;
