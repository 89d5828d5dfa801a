import { isA, SpecError } from "../../spec/index.ts";
import type { Digits, State } from "../layout.ts";
import type { Model } from "../model.ts";
import type { SpecFunction } from "../source/proof.ts";
import { Messages } from "./messages.ts";
import type { Asked } from "./recording/asked.ts";
import { type Recorder, recorderOf } from "./recording/record.ts";

/** The digits that each slot may have, in ascending order. */
export type Possible = readonly (readonly number[])[];

/** A function of a spec that answers true or false. */
export interface Test {
  readonly its: SpecFunction;
  /** Whether it is taken for true where it answers false. */
  readonly isNegated?: boolean;
  /** The same by the reference semantics, of the choice that is meant. */
  readonly reference: (states: readonly State[]) => boolean;
}

/** What a test came to on some states, and which slots decide that, in the order in which they were looked at. */
interface Answer {
  readonly is: boolean;
  readonly slots: readonly number[];
}

/** Nobody knows either after looks at so many slots for each of so many states. */
const mostSlots = 32;

/**
 * Asks tests of every state there could be, whether it is reached or not: one state for each way in which the digits
 * answer what is asked. Nothing is sampled; where there are too many, or a test cannot be trusted with states that are
 * never reached, there is no answer.
 */
export class EveryState {
  readonly #model: Model;
  readonly #recorder: Recorder;
  readonly #messages: Messages;

  constructor(model: Model) {
    this.#model = model;
    this.#messages = new Messages(model.layout.root);
    this.#recorder = recorderOf(model.layout);
  }

  /**
   * Whether the last of these tests is true of all states with such digits for which the others are: then the slots that
   * it takes to know, those of a second state behind those of the first. Undefined if it is not, or where nobody knows
   * after so many states.
   */
  implied(
    tests: readonly Test[],
    choice: readonly unknown[],
    possible: Possible,
    most: number,
  ): ReadonlySet<number> | undefined {
    if (!tests.every(({ its }) => this.#isHarmless(its))) return undefined;
    const seen = new Set<number>();
    const least = possible.map(([first]) => first as number);
    let digits: readonly number[] | undefined = least;
    let looked = 0;
    for (let states = 0; states < most && looked < mostSlots * most; states++) {
      digits = this.#messages.completed(digits);
      const answer = this.#answerOf(tests, choice, this.#statesOf(digits));
      if (answer?.is !== true) return undefined;
      for (const slot of answer.slots) seen.add(slot);
      looked += answer.slots.length;
      digits = following(digits, answer.slots, possible, least);
      if (digits === undefined) return seen;
    }
    return undefined;
  }

  /** One state, or those before and after a step. */
  #statesOf(digits: Digits): readonly Digits[] {
    const { slots } = this.#model.layout;
    return digits.length > slots ? [digits.slice(0, slots), digits.slice(slots)] : [digits];
  }

  /** Whether it comes to an end whatever it is given, and does nothing but answer. */
  #isHarmless(its: SpecFunction): boolean {
    const { unproved, memories, uses } = this.#model.proofs.of(its);
    return unproved === undefined && memories.length === 0 && uses?.mayBeEndless === false;
  }

  /** Undefined where the digits are those of no state, beyond the end of a sequence, say, and where a test fails. */
  #answerOf(
    tests: readonly Test[],
    choice: readonly unknown[],
    all: readonly Digits[],
  ): Answer | undefined {
    const { layout, declared } = this.#model;
    const states = all.map((digits) => layout.decode(digits));
    if (states.some((state, one) => layout.encode(state).join() !== all[one]?.join())) {
      return undefined;
    }
    const slots = new Set<number>();
    const flat = all.flat();
    for (const { its, reference, isNegated } of tests) {
      const { asked, outcome } = this.#recorder.ask(
        its.its,
        all,
        [...choice, declared],
        () => false,
      );
      if (outcome.kind !== "answer" || typeof outcome.value !== "boolean") return undefined;
      if (outcome.value !== unlessAtFault(() => reference(states))) return undefined;
      for (const slot of asked.flatMap((one) => slotsOf(one, flat))) {
        slots.add(this.#messages.decidedBy(slot));
      }
      const isTrue = outcome.value !== (isNegated === true);
      if (its === tests.at(-1)?.its) return { is: isTrue, slots: [...slots] };
      if (!isTrue) break;
    }
    return { is: true, slots: [...slots] };
  }
}

function unlessAtFault(ask: () => boolean): boolean | undefined {
  try {
    return ask();
  } catch (error) {
    if (isA(SpecError, error)) return undefined; // it is not made for states that are never reached
    throw error;
  }
}

/** The next digits that differ in what was looked at; all that was not looked at before stays the least. */
function following(
  digits: readonly number[],
  slots: readonly number[],
  possible: Possible,
  least: readonly number[],
): readonly number[] | undefined {
  for (let last = slots.length - 1; last >= 0; last--) {
    const slot = slots[last] as number;
    const larger = possible[slot]?.find((digit) => digit > (digits[slot] as number));
    if (larger === undefined) continue;
    const next = [...least];
    for (const before of slots.slice(0, last)) next[before] = digits[before] as number;
    next[slot] = larger;
    return next;
  }
  return undefined;
}

/** The slots that a question looks at, where these are the digits. */
function slotsOf(asked: Asked, digits: Digits): readonly number[] {
  switch (asked.kind) {
    case "digit":
    case "longer":
      return [asked.slot];
    case "place": {
      const { slot, width } = asked.sequence;
      const length = digits[slot] as number;
      return Array.from({ length: 1 + length * width }, (_, offset) => slot + offset);
    }
    case "decision":
      return asked.asked.flatMap((one) => slotsOf(one, digits));
    case "count":
      return asked.of.flatMap((one) => one.asked.flatMap((its) => slotsOf(its, digits)));
  }
}
