import {
  AssertionFailure,
  enterSpec,
  isA,
  leaveSpec,
  messageOf,
  refusal,
  type SpecError,
} from "../../../spec/index.ts";
import { type Digits, type Layout, OutOfDomain, type Place } from "../../layout.ts";
import type { Asked, Outcome, Primitive, Recorded, SequenceAt, Write } from "./asked.ts";
import { printOf } from "./views/any-view.ts";

/** Whether a callback of a function that is run is proved to leave nothing behind but its answer. */
export type OnlyAnswers = (callback: Callback) => boolean;

/** A function that is called with whatever it takes: a callback of the spec, or a method of an array. */
export type Callback = (...all: unknown[]) => unknown;

/** Thrown where a run cannot be told exactly; the run is over even if the recipe catches it. */
class GaveUp extends Error {}

/**
 * A stretch of questions. What is learned in it is known in it and in what it contains, and is
 * forgotten where it ends as a decision.
 */
export interface Path {
  readonly outer: Path | undefined;
  readonly asked: Asked[];
  /** How long the lists of `Notes` that say what to forget were where it began. */
  readonly learned: number;
  readonly stages: number;
  readonly places: number;
  readonly watched: number;
  /** The count of writes where it began. */
  readonly writes: number;
  /** The path that its questions went to. */
  joined: Path | undefined;
  isForgotten: boolean;
}

/** Something of which more and more is noted; see `Notes.reach`. */
export interface Staged {
  /** How much of it is noted in the present path, 0 for nothing. */
  stage: number;
}

/** What a test of one value asked, and whether the value passed it. */
export type Answered = { readonly asked: readonly Asked[]; readonly answer: boolean };

/** In `known`, where 0 is not known: the digit follows from other answers, or it was asked. */
const follows = 1;
const wasAsked = 2;

/**
 * The questions of a run, and what is known from their answers: what is known is not asked again.
 *
 * Views ask here for all that they hand out. Questions go to the present path. A test of one value has a
 * path of its own, entered before and either left, so that it is one question outside (a decision), or
 * joined to the path around it, so that its questions are that path's.
 *
 * A slot stands for what it holds: a digit, or the length of the sequence that begins there. Slots of a
 * second state follow the first's.
 */
export class Notes {
  /** Whether a callback is proved to leave nothing behind but its answer. */
  onlyAnswers: OnlyAnswers = () => false;
  /** Whether the run is of a function that only reads. */
  isReadOnly = true;
  /** How often something was changed; also counts what may have been. */
  writes = 0;
  /** Tells the views of this run from those of an earlier one. */
  run = 0;
  /** How many views there have been. */
  views = 0;
  /** Why the run cannot be told, if it cannot. */
  private gaveUp: string | undefined;
  /** What it read first that is not declared, if it did. */
  private undeclared: string | undefined;
  private readonly slots: number;
  private first: Digits = [];
  private second: Digits = [];
  private readonly known: Uint8Array;
  /** Of each length: what it is at least and at most. */
  private readonly atLeast: Int32Array;
  private readonly atMost: Int32Array;
  /** Of each slot: whether its digit is a number, of which a sum can be noted. */
  private readonly isWhole: Uint8Array;
  private readonly sequences = new Map<number, SequenceAt>();
  private path: Path = newPath(undefined, 0, 0, 0, 0, 0);
  /** What to forget where a path ends: a slot; or the bounds of a length as they were, then -1 - its slot. */
  private readonly learned: number[] = [];
  private readonly stages: { readonly of: Staged; readonly stage: number }[] = [];
  private readonly places: { readonly slot: number; readonly digit: number; answer: number }[] = [];
  private readonly watched: { readonly value: object; readonly was: string }[] = [];
  private readonly written: Write[] = [];
  /** Lengths that were told without a question. */
  private told: number[] = [];

  constructor(layout: Layout) {
    this.slots = layout.slots;
    this.known = new Uint8Array(2 * layout.slots);
    this.atLeast = new Int32Array(2 * layout.slots);
    this.atMost = new Int32Array(2 * layout.slots);
    this.isWhole = new Uint8Array(layout.slots);
    this.prepare(layout.root, 0);
    this.prepare(layout.root, layout.slots);
  }

  /** Finds the whole numbers and the sequences in what lies at a slot. */
  private prepare({ parts }: Place, at: number): void {
    if (parts.kind === "whole") this.isWhole[at] = 1;
    if (parts.kind === "optional") this.prepare(parts.of, at + 1);
    if (parts.kind === "record") {
      for (const { offset, of } of parts.fields.values()) this.prepare(of, at + offset);
    }
    if (parts.kind === "each" || parts.kind === "sequence") {
      const isSequence = parts.kind === "sequence";
      const times = isSequence ? parts.max : parts.size;
      for (let place = 0; place < times; place++) {
        this.prepare(parts.of, at + (isSequence ? 1 : 0) + place * parts.of.slots);
      }
      if (!isSequence) return;
      this.atMost[at] = parts.max;
      this.sequences.set(at, { slot: at, max: parts.max, width: parts.of.slots });
    }
  }

  /** Begins a run on one state or two. Views are made after this, and used in what `end` runs. */
  begin(
    first: Digits,
    second: Digits | undefined,
    isReadOnly: boolean,
    onlyAnswers: OnlyAnswers,
  ): void {
    this.onlyAnswers = onlyAnswers;
    this.run += 1;
    this.first = first;
    this.second = second ?? [];
    this.isReadOnly = isReadOnly;
    this.writes = 0;
    this.watched.length = 0;
    this.gaveUp = undefined;
    this.undeclared = undefined;
    this.told = [];
    this.path = newPath(undefined, 0, 0, 0, 0, 0);
  }

  /** Runs what it was begun for, and forgets what was known; never throws. */
  end(run: () => Outcome): Recorded {
    const { path } = this;
    let outcome: Outcome;
    enterSpec();
    try {
      outcome = run();
    } catch (error) {
      outcome =
        isA(AssertionFailure, error) && !this.isReadOnly
          ? { kind: "assertion", name: error.property }
          : { kind: "unrecordable", because: reasonOf(error) };
    } finally {
      leaveSpec();
    }
    const refused = refusal();
    if (refused !== undefined) outcome = { kind: "unrecordable", because: refused.message };
    if (this.gaveUp !== undefined) outcome = { kind: "unrecordable", because: this.gaveUp };
    if (this.undeclared !== undefined) outcome = { kind: "undeclared", because: this.undeclared };
    if (this.told.length > 0) {
      outcome = {
        kind: "unrecordable",
        because: "an assertion fails after a sequence became longer",
      };
    }
    this.run += 1;
    this.forget(path);
    return { asked: path.asked, outcome };
  }

  /** Ends the run as one that cannot be told. */
  giveUp(because: string): never {
    this.gaveUp ??= because;
    throw new GaveUp(because);
  }

  /** Ends the run as one that read what is not declared; it counts even where the recipe catches this. */
  refuse(error: SpecError): never {
    this.undeclared ??= error.message;
    throw error;
  }

  // ---- Questions ----

  /** The digit in a slot, unasked. */
  private answer(slot: number): number {
    return (slot < this.slots ? this.first[slot] : this.second[slot - this.slots]) as number;
  }

  /**
   * The digit in a slot, told without a question, for almost never is anything made of it: it is asked
   * for when all is done, so that states that differ in it have different paths.
   */
  tell(slot: number): number {
    this.told.push(slot);
    return this.answer(slot);
  }

  /** Asks for the lengths that were told. */
  askTold(): void {
    for (const slot of this.told) this.length(slot);
    this.told = [];
  }

  /** The digit in a slot. */
  digit(slot: number): number {
    const answer = this.answer(slot);
    if (this.known[slot] === 0) {
      this.known[slot] = wasAsked;
      this.learned.push(slot);
      this.path.asked.push({ kind: "digit", slot, answer });
    }
    return answer;
  }

  /** How long a sequence is, without asking: only for what is noted later. */
  peekLength(slot: number): number {
    return this.answer(slot);
  }

  /** How many values the sequence has whose length is in a slot. */
  length(slot: number): number {
    const answer = this.answer(slot);
    if (this.atLeast[slot] !== this.atMost[slot]) {
      this.digit(slot);
      this.learnBounds(slot, answer, answer);
    }
    return answer;
  }

  /** Whether a sequence has more than so many values. */
  longer(slot: number, than: number): boolean {
    const atLeast = this.atLeast[slot] as number;
    const atMost = this.atMost[slot] as number;
    if (than < atLeast) return true;
    if (than >= atMost) return false;
    const answer = this.answer(slot) > than;
    this.path.asked.push({ kind: "longer", slot, than, answer });
    if (answer) this.learnBounds(slot, than + 1, atMost);
    else this.learnBounds(slot, atLeast, than);
    return answer;
  }

  /** Takes for known, in the present path, that a sequence is longer. */
  assumeLonger(slot: number, than: number): void {
    if (than >= (this.atLeast[slot] as number)) {
      this.learnBounds(slot, than + 1, this.atMost[slot] as number);
    }
  }

  private learnBounds(slot: number, atLeast: number, atMost: number): void {
    this.learned.push(this.atLeast[slot] as number, this.atMost[slot] as number, -1 - slot);
    this.atLeast[slot] = atLeast;
    this.atMost[slot] = atMost;
    if (atLeast === atMost) this.follow(slot);
  }

  /** That a digit follows from what was answered. */
  private follow(slot: number): void {
    if (this.known[slot] !== 0) return;
    this.known[slot] = follows;
    this.learned.push(slot);
  }

  /** The first place of a digit in a sequence of one slot a place. */
  place(slot: number, digit: number): number {
    for (const known of this.places) {
      if (known.slot === slot && known.digit === digit) return known.answer;
    }
    if (this.atMost[slot] === 0) return -1;
    const length = this.answer(slot);
    let answer = 0;
    while (answer < length && this.answer(slot + 1 + answer) !== digit) answer += 1;
    if (answer === length) answer = -1;
    this.path.asked.push({ kind: "place", sequence: this.sequenceAt(slot), digit, answer });
    this.places.push({ slot, digit, answer });
    if (answer >= 0) {
      this.assumeLonger(slot, answer);
      this.follow(slot + 1 + answer);
    }
    return answer;
  }

  /** The sequence whose length is in a slot. */
  sequenceAt(slot: number): SequenceAt {
    return this.sequences.get(slot) as SequenceAt;
  }

  /** Notes how many of several tests came to true, their questions being one. */
  count(of: readonly Answered[]): void {
    if (of.every(({ asked }) => asked.length === 0)) return;
    let answer = 0;
    for (const one of of) if (one.answer) answer += 1;
    this.path.asked.push({ kind: "count", of, answer });
  }

  /** Notes what a path that was left came to. */
  decision(asked: readonly Asked[], answer: Primitive): void {
    if (asked.length > 0) this.path.asked.push({ kind: "decision", asked, answer });
  }

  /** Asks again the first so many questions of another path, unless the answers are known here. */
  repeat(asked: readonly Asked[], upTo = asked.length): void {
    for (let position = 0; position < upTo; position++) {
      const question = asked[position] as Asked;
      if (question.kind === "digit") this.digit(question.slot);
      else if (question.kind === "longer") this.longer(question.slot, question.than);
      else if (question.kind === "place") this.place(question.sequence.slot, question.digit);
      else this.path.asked.push(question);
    }
  }

  // ---- Paths ----

  /**
   * Begins a path inside the present one. What was told may matter there, and a path that is left is known by its
   * questions alone: so these are asked before.
   */
  enter(): Path {
    this.askTold();
    this.path = newPath(
      this.path,
      this.learned.length,
      this.stages.length,
      this.places.length,
      this.watched.length,
      this.writes,
    );
    return this.path;
  }

  /** Ends a path whose questions are asked by the path around it. */
  join(path: Path): void {
    const outer = path.outer as Path;
    for (const question of path.asked) outer.asked.push(question);
    path.joined = outer;
    this.path = outer;
  }

  /** Ends a path that nothing outside depends on but its answer. */
  leave(path: Path): void {
    this.forget(path);
    path.isForgotten = true;
    this.path = path.outer as Path;
  }

  /** Makes up for having left a path whose questions belong here after all. */
  rejoin(path: Path): void {
    this.repeat(path.asked);
    path.joined = this.path;
  }

  /** Forgets what was learned since a path began. */
  private forget(path: Path): void {
    const { known, learned, stages } = this;
    while (learned.length > path.learned) {
      const last = learned.pop() as number;
      if (last >= 0) known[last] = 0;
      else {
        this.atMost[-1 - last] = learned.pop() as number;
        this.atLeast[-1 - last] = learned.pop() as number;
      }
    }
    while (stages.length > path.stages) {
      const { of, stage } = stages.pop() as (typeof stages)[number];
      of.stage = stage;
    }
    this.places.length = path.places;
  }

  /** Watches an object that is no view, as it may be changed behind our back. */
  watch(value: object): void {
    if (this.path.outer !== undefined) this.watched.push({ value, was: printOf(value) });
  }

  /** Whether something was changed since a path began. */
  hasChanged(path: Path): boolean {
    for (let position = path.watched; position < this.watched.length; position++) {
      const { value, was } = this.watched[position] as (typeof this.watched)[number];
      if (printOf(value) !== was) this.writes += 1;
    }
    return this.writes !== path.writes;
  }

  /** The present path. */
  here(): Path {
    return this.path;
  }

  /** Whether what was known in a path is known here. */
  isKnownHere(path: Path): boolean {
    let it = path;
    while (it.joined !== undefined) it = it.joined;
    return !it.isForgotten;
  }

  /** That so much of something is noted now, in the present path. */
  reach(of: Staged, stage: number): void {
    this.stages.push({ of, stage: of.stage });
    of.stage = stage;
  }

  /**
   * Calls a function of the spec on one value of a list; what it asks becomes one decision, unless it
   * changes something or comes to more than a primitive, or may leave more behind than its answer.
   */
  judge(call: () => unknown, onlyAnswers: boolean): unknown {
    if (!onlyAnswers) return call();
    const path = this.enter();
    let answer: unknown;
    try {
      answer = call();
    } catch (error) {
      this.join(path);
      throw error;
    }
    // Answers are told apart as keys of a map are: there, a zero has no sign.
    if (this.hasChanged(path) || !isPrimitive(answer) || Object.is(answer, -0)) this.join(path);
    else {
      this.leave(path);
      this.decision(path.asked, answer);
    }
    return answer;
  }

  // ---- Writes ----

  /** Begins the writes that the run comes to. */
  startWriting(): void {
    this.written.length = 0;
  }

  write(write: Write): void {
    this.written.push(write);
  }

  /** Writes a digit, unless it is known to be there; a sum, if the new number came from the old. */
  set(slot: number, value: number): void {
    const digit = value + 0; // a zero has no sign
    if (this.known[slot] !== 0) {
      const old = this.answer(slot);
      if (old === digit) return;
      if (this.known[slot] === wasAsked && this.isWhole[slot] === 1) {
        this.written.push({ kind: "add", slot, by: digit - old });
        return;
      }
    }
    this.written.push({ kind: "set", slot, digit });
  }

  /** Sets a run of slots. */
  setAll(at: number, digits: readonly number[]): void {
    for (let offset = 0; offset < digits.length; offset++) {
      this.set(at + offset, digits[offset] as number);
    }
  }

  /** Copies a run of slots of the base state, without asking what is in them. */
  copyAll(from: number, to: number, slots: number): void {
    for (let offset = 0; offset < slots; offset++) {
      const source = from + offset;
      if (this.known[source] !== 0) this.set(to + offset, this.answer(source));
      else this.written.push({ kind: "copy", slot: to + offset, from: source });
    }
  }

  /** Whether an optional value is known to be "none". */
  isNone(slot: number): boolean {
    return this.known[slot] !== 0 && this.answer(slot) === 0;
  }

  /** A sequence's length is at most this, as far as is known. */
  longest(slot: number): number {
    return this.atMost[slot] as number;
  }

  allWrites(): readonly Write[] {
    return this.written.slice();
  }
}

function newPath(
  outer: Path | undefined,
  learned: number,
  stages: number,
  places: number,
  watched: number,
  writes: number,
): Path {
  return {
    outer,
    asked: [],
    learned,
    stages,
    places,
    watched,
    writes,
    joined: undefined,
    isForgotten: false,
  };
}

/** Whether a value is one that a decision or an answer can be. */
export function isPrimitive(value: unknown): value is Primitive {
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
    case "undefined":
      return true;
    default:
      return value === null;
  }
}

function reasonOf(error: unknown): string {
  return isA(OutOfDomain, error) ? "a value is outside its domain" : messageOf(error);
}
