import type { Claim, Knowledge, KnownDigits, Model, Predicate, Step } from "../../model/index.ts";
import { notKnown } from "../../model/index.ts";
import { answers, concerns } from "../claims.ts";
import { mostClasses, type WholeHead } from "./head.ts";
import { endOfList, judged } from "./inner-loop.ts";
import type { PropertyKnowledge, Unlisted } from "./property-knowledge.ts";
import { SlotSet } from "./slot-set.ts";

/** A class of steps. */
interface StepClass {
  readonly actor: string | undefined;
  /** The slots that they write; undefined: any. */
  readonly written: SlotSet | undefined;
  /** Predicates whose answer is known for all steps of the class, and is nothing to be told. */
  readonly knownOfSteps: ReadonlySet<number>;
  readonly knownOfStates: ReadonlySet<number>;
}

export interface StepClassesOptions {
  readonly model: Model;
  /** The properties of states and steps that are asked, by name. */
  readonly claims: ReadonlyMap<string, Claim>;
  readonly knowledge: PropertyKnowledge;
  readonly head: WholeHead;
  /** The memory in which the lists stand. */
  readonly words: Uint32Array;
  /** What is known of the functions of the spec. */
  readonly learned: Knowledge;
}

/**
 * The classes of steps, by what they write. Each has a list of predicates to ask of a new state, and one of those to
 * ask of the step itself; the generated code finds them in memory, by the number of the class.
 */
export class StepClasses {
  readonly #options: StepClassesOptions;
  readonly #actorOf: ReadonlyMap<string, string>;
  /** Some step of each actor. */
  readonly #stepOf: ReadonlyMap<string | undefined, Step>;
  /** The predicates of the properties that are asked. */
  readonly #judged: readonly Predicate[];
  /** Those that look at what is written, by the slots; as of when they last looked further. */
  readonly #touched = new Map<string, ReadonlySet<Predicate>>();
  #touchedAt = 0;
  readonly #classes: StepClass[] = [];
  readonly #numbers = new Map<string, number>();
  /** The addresses of the lists. */
  readonly #lists = new Map<string, number>();
  #listEnd: number;
  /** There was no room for a list. */
  #isFull = false;
  /** The classes of the actions that are compiled. */
  readonly #compiled = new Map<number, ReadonlySet<number>>();

  constructor(options: StepClassesOptions) {
    const { model, head, claims, learned } = options;
    this.#options = options;
    this.#judged = learned.predicates.filter(({ name }) => claims.has(name));
    this.#listEnd = head.lists;
    this.#actorOf = new Map(
      model.steps.map(({ action }) => {
        const { actor } = model.spec.actions[action] as { actor: string | { name: string } };
        return [action, typeof actor === "string" ? actor : actor.name];
      }),
    );
    this.#stepOf = new Map(
      model.steps.map((step) => [this.#actorOf.get(step.action) as string, step]),
    );
  }

  /** The number of the class of steps of an action that write these slots (undefined: any). */
  classOf(
    action: string,
    written: ReadonlySet<number> | undefined,
    before: KnownDigits,
    after: KnownDigits,
  ): number {
    const { model } = this.#options;
    const actor = this.#actorOf.get(action);
    const any = this.#anyOf(actor);
    if (written === undefined) return any;
    const knownOfSteps = new Set<number>();
    const knownOfStates = new Set<number>();
    const slots = new SlotSet(model.layout.slots);
    for (const slot of written) slots.add(slot);
    for (const predicate of this.#touchedBy(slots)) {
      // Of a step only those are asked that are of steps.
      const { id, isOfSteps } = predicate;
      if (isOfSteps && this.#isNothing(predicate, before, after)) knownOfSteps.add(id);
      if (this.#isNothing(predicate, after, after)) knownOfStates.add(id);
    }
    const key = JSON.stringify([actor, slots.key, [...knownOfSteps], [...knownOfStates]]);
    const make = (): StepClass => ({ actor, written: slots, knownOfSteps, knownOfStates });
    return this.#numberOf(key, make) ?? any;
  }

  /** Steps of an action were not taken by compiled code: those of this call are judged. */
  interpreted(action: number): void {
    const { words, head } = this.#options;
    const at = head.judged / 4 + action;
    words[at] = (words[at] as number) | judged.once;
  }

  /** An action was compiled, with steps of these classes. */
  compiled(action: number, classes: ReadonlySet<number>): void {
    this.#compiled.set(action, classes);
    this.#tellWhetherJudged(action, classes);
  }

  /**
   * Brings the lists up to date. Where predicates look at more slots and that is all, only classes that may write one of
   * these have others than before: a wide state has as many classes as slots, and at each level may be looked at further.
   */
  refresh(unlisted: Unlisted): void {
    if (unlisted !== "anything") {
      for (const [number, { written }] of this.#classes.entries()) {
        if (written?.meets(unlisted) !== false) this.#write(number);
      }
    }
    // The lists that are not used any more leave no room for others.
    if (unlisted === "anything" || this.#isFull) this.#writeAll();
    for (const [action, its] of this.#compiled) this.#tellWhetherJudged(action, its);
  }

  /** Writes all lists anew. */
  #writeAll(): void {
    this.#listEnd = this.#options.head.lists;
    this.#isFull = false;
    this.#lists.clear();
    for (const number of this.#classes.keys()) this.#write(number);
  }

  /** The predicates that may look at a slot that was written; undefined: any. */
  #touchedBy(written: SlotSet | undefined): ReadonlySet<Predicate> {
    const { knowledge } = this.#options;
    if (this.#touchedAt !== knowledge.lookedFurther) {
      this.#touched.clear();
      this.#touchedAt = knowledge.lookedFurther;
    }
    const key = written?.key ?? "any";
    let touched = this.#touched.get(key);
    if (touched === undefined) {
      touched = new Set(this.#judged.filter((predicate) => knowledge.touches(predicate, written)));
      this.#touched.set(key, touched);
    }
    return touched;
  }

  /** The class of steps of an actor of which nothing is known. */
  #anyOf(actor: string | undefined): number {
    const make = (): StepClass => ({
      actor,
      written: undefined,
      knownOfSteps: new Set(),
      knownOfStates: new Set(),
    });
    const number = this.#numberOf(JSON.stringify([actor]), make);
    if (number === undefined) throw new Error("There are too many actors.");
    return number;
  }

  /** The number of a class; undefined if there are too many. */
  #numberOf(key: string, make: () => StepClass): number | undefined {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    if (this.#classes.length >= mostClasses) return undefined;
    const number = this.#classes.push(make()) - 1;
    this.#numbers.set(key, number);
    this.#write(number);
    return number;
  }

  /** Writes the lists of a class. */
  #write(number: number): void {
    const { claims, knowledge, head, words } = this.#options;
    const its = this.#classes[number] as StepClass;
    const ofSteps: number[] = [];
    const ofStates: number[] = [];
    const touched = this.#touchedBy(its.written);
    for (const predicate of this.#judged) {
      const claim = claims.get(predicate.name) as Claim;
      if (!knowledge.isOpen(claim)) continue;
      const { id } = predicate;
      const isTouched = touched.has(predicate);
      if (isTouched && !its.knownOfStates.has(id)) ofStates.push(id);
      if (!predicate.isOfSteps || !this.#isConcerned(its.actor, claim)) continue;
      const isAskedAlways = !knowledge.hasSpoken(claim.name) || knowledge.isSuspicious(id);
      if (isAskedAlways || (isTouched && !its.knownOfSteps.has(id))) ofSteps.push(id);
    }
    const at = head.classes / 4 + 2 * number;
    const any = head.classes / 4 + 2 * this.#anyOf(its.actor);
    // Where there is no room, everything is asked.
    words[at] = this.#listAt(ofSteps) ?? (words[any] as number);
    words[at + 1] = this.#listAt(ofStates) ?? (words[any + 1] as number);
  }

  /** The address of a list, if there is room for it; equal lists stand there once. */
  #listAt(ids: readonly number[]): number | undefined {
    const { head, words, learned } = this.#options;
    const key = ids.join();
    const known = this.#lists.get(key);
    if (known !== undefined) return known;
    const found = this.#listEnd;
    const end = found + 4 * (ids.length + 1);
    if (end > head.lists + head.listBytes) {
      this.#isFull = true;
      return undefined;
    }
    const first = learned.actions.length;
    words.set([...ids.map((id) => first + id), endOfList], found / 4);
    this.#listEnd = end;
    this.#lists.set(key, found);
    return found;
  }

  /** Says whether the steps of a compiled action have to be judged at all. */
  #tellWhetherJudged(action: number, classes: ReadonlySet<number>): void {
    const { words, head } = this.#options;
    const isAsked = [...classes].some((number) => {
      const list = words[head.classes / 4 + 2 * number] as number;
      return words[list / 4] !== endOfList;
    });
    const at = head.judged / 4 + action;
    const change = (words[at] as number) & judged.change;
    words[at] = change | (isAsked ? judged.always : judged.never);
  }

  #isConcerned(actor: string | undefined, claim: Claim): boolean {
    const step = this.#stepOf.get(actor);
    return step !== undefined && concerns(this.#options.model, claim, step);
  }

  /** Whether an answer is known that would change nothing. */
  #isNothing(predicate: Predicate, before: KnownDigits, after: KnownDigits): boolean {
    const { knowledge, learned } = this.#options;
    const possible = learned.possible(predicate, before, after);
    return (
      possible !== undefined &&
      !possible.has(answers.fails) &&
      !possible.has(notKnown) &&
      (!possible.has(answers.holds) || knowledge.hasSpoken(predicate.name))
    );
  }
}
