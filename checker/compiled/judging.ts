import {
  type Claim,
  type Digits,
  functionsOf,
  type Knowledge,
  type KnownDigits,
  type Model,
  notKnown,
  type Predicate,
  type PredicateGroup,
} from "../../model/index.ts";
import { isLiveness, type Property, show, SpecError, subjectOf } from "../../spec/index.ts";
import { answerOf, answers, concerns } from "../claims.ts";
import type { Ledger, Violation } from "../ledger.ts";
import { endOfList, judged } from "./kernel.ts";
import type { Head } from "./kernel-code.ts";

/**
 * Which properties are asked where. A predicate that held in a state holds in its successor if the step
 * wrote nothing that the predicate looks at; so each step has a class, by what it writes, and each class
 * a list of predicates to ask of a new state and one of those to ask of the step itself. A step property
 * is asked of every new state as if it were a step to itself: then it need not be asked of steps that do
 * not touch what it looks at.
 */
export interface Judging {
  readonly groups: readonly PredicateGroup[];
  /** The class of steps of an action that write these slots (undefined: any). */
  classOf(
    action: string,
    written: ReadonlySet<number> | undefined,
    before: KnownDigits,
    after: KnownDigits,
  ): number;
  /** Steps of an action were not taken by compiled code. */
  interpreted(action: number): void;
  /** An action was compiled, with steps of these classes. */
  compiled(action: number, classes: ReadonlySet<number>): void;
  /** A predicate looks at more slots than before. */
  looksFurther(predicate: Predicate): void;
  /** A predicate holds or fails on a state, or on a step. */
  answered(predicate: Predicate, answer: number, step: Candidate): void;
  stuck(state: Candidate): void;
  asserted(claim: string, step: Candidate): void;
  failed(error: SpecError, step: Candidate): void;
  /** Whether a property is still asked of states and steps. */
  asks(name: string): boolean;
  /**
   * Whether the search has taken note of what a property answered, or of a failed assertion or a deadlock as if
   * those had failed: in the level, or before.
   */
  hasNoted(name: string, answer: number): boolean;
  /** Takes note of a violation that was found before. */
  notes(name: string): void;
  /** Brings the lists up to date. To be called before each level, and before the initial states. */
  beginLevel(): void;
  /** What was found in the level: of each property one violation, the same in whichever order states are explored. */
  endLevel(): Findings;
  /** Forgets what was found in the level. */
  dropLevel(): void;
  /** What is known by now, with what was found in the level. */
  knowledge(): News;
  /** All that other workers have to know; undefined if nothing of it is new since the last call. */
  news(): News | undefined;
  /** Takes over what another worker knows, or an earlier search. */
  hear(news: News): void;
}

/** What a worker knows of the properties and found in the level, as JSON says it. */
export interface News {
  /** Names of properties. */
  readonly spoken: readonly string[];
  /** Of which nothing more is asked. */
  readonly closed: readonly string[];
  readonly suspicious: readonly number[];
  /** The slots that predicates look at, by their ids; null if it may be any. */
  readonly slots: readonly (readonly [id: number, slots: readonly number[] | null])[];
  readonly found: readonly {
    readonly name: string;
    readonly finding: Finding;
    readonly key: string;
  }[];
  readonly fault: { readonly message: string; readonly key: string } | undefined;
}

/** Where something was found. */
export interface Candidate {
  /** The state, or the one before the step. */
  readonly digits: Digits;
  /** The position of the step; -1 if it is about the state alone. */
  readonly position: number;
  /** As whether it is a step property asked of a state. */
  readonly isStutter?: boolean;
}

export interface Finding {
  readonly violation: Violation;
  readonly at: Candidate;
}

export interface Findings {
  /** In the order of the length of their traces, then of the spec. */
  readonly violations: readonly Finding[];
  readonly fault: SpecError | undefined;
}

/** A class of steps. */
interface StepClass {
  readonly actor: string | undefined;
  readonly written: Bits | undefined;
  /** Predicates whose answer is known for all steps of the class, and is nothing to be told. */
  readonly knownOfSteps: ReadonlySet<number>;
  readonly knownOfStates: ReadonlySet<number>;
}

export interface JudgingOptions {
  readonly model: Model;
  readonly ledger: Ledger;
  readonly head: Head & { readonly lists: number; readonly listBytes: number };
  readonly memory: () => Uint32Array;
  /** Of the groups that are judged, and perhaps of more. */
  readonly knowledge: Knowledge;
  /** See `judgedGroups`. */
  readonly groups: readonly PredicateGroup[];
}

/** Classes of steps are at most so many; further ones are asked everything. */
export const mostClasses = 8192;

/** The properties that are judged state by state: all but those of behaviours. */
const judgedClaims = (model: Model, ledger: Ledger): readonly Claim[] =>
  model.claims.filter((claim) => !isLiveness(claim.property.kind) && ledger.isOpen(claim));

/** Those properties as predicates. */
export const judgedGroups = (model: Model, ledger: Ledger): readonly PredicateGroup[] =>
  judgedClaims(model, ledger).map((claim) => groupOf(model, claim));

/** The judging of the properties that a search is asked about. */
export function judgingOf(options: JudgingOptions): Judging {
  const { model, ledger, head, memory, knowledge: learned } = options;
  const claims = judgedClaims(model, ledger);
  const byName = new Map(claims.map((claim) => [claim.name, claim]));
  const actorOf = new Map(
    model.steps.map(({ action }) => {
      const { actor } = model.spec.actions[action] as { actor: string | { name: string } };
      return [action, typeof actor === "string" ? actor : actor.name];
    }),
  );
  const stepOf = new Map(model.steps.map((step) => [actorOf.get(step.action), step]));

  const layoutSlots = model.layout.slots;
  const spoken = new Set<string>();
  /** Step properties that do not hold of a state as a step to itself: they are asked of every step. */
  const suspicious = new Set<number>();
  let becomesSuspicious: number[] = [];
  let isStale = true;
  let isNew = false;
  /** Asked by nobody any more, although this worker's ledger has not heard of it. */
  const closed = new Set<string>();
  const isOpen = (claim: Claim): boolean => !closed.has(claim.name) && ledger.isOpen(claim);

  const classes: StepClass[] = [];
  const numbers = new Map<string, number>();
  const lists = new Map<string, number>();
  let listEnd = head.lists;

  /** The number of a class; undefined if there are too many. */
  function numberOf(key: string, make: () => StepClass): number | undefined {
    const known = numbers.get(key);
    if (known !== undefined) return known;
    if (classes.length >= mostClasses) return undefined;
    const number = classes.push(make()) - 1;
    numbers.set(key, number);
    list(number);
    return number;
  }

  /** The slots that predicates look at, those of other workers included; undefined if it may be any. */
  const looksAt = new Map<number, Bits | undefined>();

  function looks(id: number, slots: Iterable<number> | undefined): void {
    const known = looksAt.has(id) ? looksAt.get(id) : newBits(layoutSlots);
    if (known === undefined) return;
    let isMore = slots === undefined;
    for (const slot of slots ?? []) isMore = addBit(known, slot % layoutSlots) || isMore;
    if (!isMore) return;
    looksAt.set(id, slots === undefined ? undefined : known);
    isStale = true;
    isNew = true;
  }

  const touches = ({ id }: Predicate, written: Bits | undefined): boolean => {
    if (!looksAt.has(id)) return false; // it has not been asked of any state yet
    const slots = looksAt.get(id);
    return written === undefined || slots === undefined || overlap(slots, written);
  };

  /** Writes the lists of a class. */
  function list(number: number): void {
    const its = classes[number] as StepClass;
    const ofSteps: number[] = [];
    const ofStates: number[] = [];
    for (const predicate of learned.predicates) {
      const claim = byName.get(predicate.name);
      if (claim === undefined || !isOpen(claim)) continue;
      const { id } = predicate;
      const isTouched = touches(predicate, its.written);
      if (isTouched && !its.knownOfStates.has(id)) ofStates.push(id);
      if (!predicate.isOfSteps || !isActorConcerned(claim, its.actor)) continue;
      const isAskedAlways = !spoken.has(claim.name) || suspicious.has(id);
      if (isAskedAlways || (isTouched && !its.knownOfSteps.has(id))) ofSteps.push(id);
    }
    const at = head.classes / 4 + 2 * number;
    const any = head.classes / 4 + 2 * anyOf(its.actor);
    // Where there is no room, everything is asked.
    memory()[at] = listAt(ofSteps) ?? (memory()[any] as number);
    memory()[at + 1] = listAt(ofStates) ?? (memory()[any + 1] as number);
  }

  /** The classes of the actions that are compiled. */
  const classesOf = new Map<number, ReadonlySet<number>>();

  /** Says whether the steps of a compiled action have to be judged at all. */
  function tellWhetherJudged(action: number, its: ReadonlySet<number>): void {
    const words = memory();
    const isAsked = [...its].some((number) => {
      const list = words[head.classes / 4 + 2 * number] as number;
      return words[list / 4] !== endOfList;
    });
    words[head.judged / 4 + action] = isAsked ? judged.always : judged.never;
  }

  function isActorConcerned(claim: Claim, actor: string | undefined): boolean {
    const step = stepOf.get(actor);
    return step !== undefined && concerns(model, claim, step);
  }

  /** The address of a list, if there is room for it; equal lists stand there once. */
  function listAt(ids: readonly number[]): number | undefined {
    const key = ids.join();
    let found = lists.get(key);
    if (found === undefined) {
      if (listEnd + 4 * (ids.length + 1) > head.lists + head.listBytes) return undefined;
      found = listEnd;
      const first = learned.actions.length;
      const words = memory();
      for (const id of ids) {
        words[listEnd / 4] = first + id;
        listEnd += 4;
      }
      words[listEnd / 4] = endOfList;
      listEnd += 4;
      lists.set(key, found);
    }
    return found;
  }

  function classOf(
    action: string,
    written: ReadonlySet<number> | undefined,
    before: KnownDigits,
    after: KnownDigits,
  ): number {
    const actor = actorOf.get(action);
    const any = anyOf(actor);
    if (written === undefined) return any;
    const knownOfSteps = new Set<number>();
    const knownOfStates = new Set<number>();
    const bits = newBits(layoutSlots);
    for (const slot of written) addBit(bits, slot);
    for (const predicate of learned.predicates) {
      if (!byName.has(predicate.name) || !touches(predicate, bits)) continue;
      if (isNothing(predicate, before, after)) knownOfSteps.add(predicate.id);
      if (isNothing(predicate, after, after)) knownOfStates.add(predicate.id);
    }
    const key = JSON.stringify([actor, [...bits], [...knownOfSteps], [...knownOfStates]]);
    return numberOf(key, () => ({ actor, written: bits, knownOfSteps, knownOfStates })) ?? any;
  }

  /** The class of steps of an actor of which nothing is known. */
  function anyOf(actor: string | undefined): number {
    const make = (): StepClass => ({
      actor,
      written: undefined,
      knownOfSteps: new Set(),
      knownOfStates: new Set(),
    });
    const number = numberOf(JSON.stringify([actor]), make);
    if (number === undefined) throw new Error("There are too many actors.");
    return number;
  }

  /** Whether an answer is known that would change nothing. */
  function isNothing(predicate: Predicate, before: KnownDigits, after: KnownDigits): boolean {
    const possible = learned.possible(predicate, before, after);
    return (
      possible !== undefined &&
      !possible.has(answers.fails) &&
      !possible.has(notKnown) &&
      (!possible.has(answers.holds) || spoken.has(predicate.name))
    );
  }

  // ---- What was found in the level ----

  let found = new Map<string, { finding: Finding; key: string }>();
  /** What was found in this level or in one before, by name. */
  const noted = new Set<string>();
  let fault: { error: SpecError; key: string } | undefined;

  function speak(claim: Claim): void {
    if (spoken.has(claim.name)) return;
    spoken.add(claim.name);
    isStale = true;
    isNew = true;
    const first = learned.actions.length;
    for (const { id, name } of learned.predicates) {
      if (name === claim.name) memory()[head.spoken / 4 + first + id] = 1;
    }
    ledger.speaks(claim);
  }

  const keyOf = ({ digits, position }: Candidate): string =>
    model.packing.pack(digits) + String.fromCharCode(position + 1);

  function propose(name: string, at: Candidate, violation: () => Violation): void {
    const key = keyOf(at);
    noted.add(name);
    if (isLess(key, found.get(name)))
      found.set(name, { key, finding: { at, violation: violation() } });
    isNew = true;
  }

  const isLess = (key: string, known: { readonly key: string } | undefined): boolean =>
    known === undefined || key < known.key;

  function refresh(): void {
    listEnd = head.lists;
    lists.clear();
    for (const number of classes.keys()) list(number);
    for (const [action, its] of classesOf) tellWhetherJudged(action, its);
    isStale = false;
  }

  const knowledge = (): News => ({
    spoken: [...spoken],
    closed: claims.filter((claim) => !isOpen(claim)).map(({ name }) => name),
    suspicious: [...suspicious, ...becomesSuspicious],
    slots: [...looksAt].map(([id, slots]) => [id, slots === undefined ? null : bitsIn(slots)]),
    found: [...found].map(([name, its]) => ({ name, ...its })),
    fault: fault && { message: fault.error.message, key: fault.key },
  });

  return {
    groups: options.groups,
    classOf,

    interpreted: (action) => {
      const at = head.judged / 4 + action;
      memory()[at] = (memory()[at] as number) | judged.once;
    },

    compiled: (action, its) => {
      classesOf.set(action, its);
      tellWhetherJudged(action, its);
    },

    looksFurther: ({ id, slots }) => looks(id, slots),

    answered: (predicate, answer, at) => {
      const claim = byName.get(predicate.name) as Claim;
      if (at.isStutter === true) {
        if (answer === answers.fails && !suspicious.has(predicate.id)) {
          becomesSuspicious.push(predicate.id);
          isNew = true;
        }
        return;
      }
      speak(claim);
      if (answer !== answers.fails || !isOpen(claim)) return;
      propose(claim.name, at, () => ({
        kind: claim.property.kind,
        name: claim.name,
        choice: predicate.choice,
      }));
    },

    stuck: (at) =>
      propose("deadlockFreedom", at, () => ({
        kind: "deadlock freedom",
        name: "deadlockFreedom",
        choice: [],
      })),

    asserted: (claim, at) =>
      propose("assertions", at, () => ({
        kind: "assertion",
        name: "assertions",
        choice: [],
        assertion: claim,
      })),

    failed: (error, at) => {
      const key = keyOf(at);
      if (isLess(key, fault)) fault = { error, key };
      isNew = true;
    },

    asks: (name) => isOpen(byName.get(name) as Claim),

    hasNoted: (name, answer) => {
      const claim = byName.get(name);
      if (claim !== undefined && !isOpen(claim)) return true;
      if (answer === answers.nothing) return true;
      return answer === answers.holds ? spoken.has(name) : noted.has(name);
    },
    notes: (name) => {
      noted.add(name);
    },

    beginLevel: () => {
      if (becomesSuspicious.length > 0) {
        for (const id of becomesSuspicious) suspicious.add(id);
        becomesSuspicious = [];
        isStale = true;
      }
      if (isStale) refresh();
    },

    endLevel: () => {
      const order = ["deadlockFreedom", ...claims.map(({ name }) => name), "assertions"];
      const violations = order.flatMap((name) => {
        const entry = found.get(name);
        return entry === undefined ? [] : [entry.finding];
      });
      const findings = { violations, fault: fault?.error };
      if (violations.length > 0) {
        isStale = true;
        isNew = true;
      }
      found = new Map();
      fault = undefined;
      return findings;
    },

    dropLevel: () => {
      found = new Map();
      fault = undefined;
    },

    knowledge,

    news: () => {
      if (!isNew) return undefined;
      isNew = false;
      return knowledge();
    },

    hear: (news) => {
      for (const name of news.spoken) speak(byName.get(name) as Claim);
      for (const name of news.closed) {
        if (!closed.has(name)) isStale = true;
        closed.add(name);
      }
      for (const id of news.suspicious) {
        if (!suspicious.has(id)) becomesSuspicious.push(id);
      }
      for (const [id, slots] of news.slots) looks(id, slots ?? undefined);
      for (const { name, finding, key } of news.found) {
        noted.add(name);
        if (isLess(key, found.get(name))) found.set(name, { key, finding });
      }
      if (news.fault !== undefined && isLess(news.fault.key, fault)) {
        fault = { error: new SpecError(news.fault.message), key: news.fault.key };
      }
    },
  };
}

/** A set of slots. */
type Bits = Uint32Array;

const newBits = (slots: number): Bits => new Uint32Array(Math.ceil(slots / 32));

/** Whether it was not there before. */
function addBit(bits: Bits, slot: number): boolean {
  const before = bits[slot >>> 5] as number;
  bits[slot >>> 5] = before | (1 << (slot & 31));
  return bits[slot >>> 5] !== before;
}

function overlap(one: Bits, other: Bits): boolean {
  for (let i = 0; i < one.length; i++) {
    if (((one[i] as number) & (other[i] as number)) !== 0) return true;
  }
  return false;
}

const bitsIn = (bits: Bits): number[] =>
  Array.from({ length: 32 * bits.length }, (_, slot) => slot).filter(
    (slot) => (((bits[slot >>> 5] as number) >>> (slot & 31)) & 1) === 1,
  );

/** What a function of a property answers, which must be true or false. */
export function truth(answer: unknown): boolean {
  if (answer === true || answer === false) return answer;
  throw new TypeError(`It answers ${show(answer)}.`);
}

/** A property as a predicate, which answers as `answerOf` does. */
function groupOf(model: Model, claim: Claim): PredicateGroup {
  const property = claim.property as Extract<Property, { readonly holds: unknown }>;
  const holds = property.holds as (...all: unknown[]) => unknown;
  const isWitness = property.kind === "witness";
  const when = "when" in property ? (property.when as (...all: unknown[]) => unknown) : undefined;
  return {
    name: claim.name,
    choices: claim.choices,
    isOfSteps: subjectOf(property.kind) === "step",
    functions: functionsOf(claim.name, property),
    recipe: (...all: unknown[]) => {
      if (when !== undefined && !truth(when(...all))) return answers.nothing;
      if (truth(holds(...all))) return answers.holds;
      return isWitness ? answers.nothing : answers.fails;
    },
    reference: (digits, choice) => {
      const states = digits.map((its) => model.layout.decode(its));
      return answerOf(model, claim, states, choice);
    },
  };
}
