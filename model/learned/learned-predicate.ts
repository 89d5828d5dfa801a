import { SpecError } from "../../spec/index.ts";
import type { Digits, State } from "../layout.ts";
import type { Model } from "../model.ts";
import { OnlyVariables } from "../only-variables.ts";
import { type Decision, type Leaf, newDecision } from "./decision.ts";
import { impure, isCompared } from "./distrust.ts";
import { type KnownDigits, possibleLeaves } from "./known-digits.ts";
import { Lesson, type Run } from "./lessons.ts";
import { distrustIfInner, remembers } from "./learned-action.ts";
import { notKnown, type Predicate, type PredicateGroup } from "./predicates.ts";
import type { OnlyAnswers } from "./recording/notes.ts";
import type { Recorded } from "./recording/asked.ts";
import type { Recorder } from "./recording/record.ts";
import { Worth } from "./worth.ts";

/** What the predicates of a group have in common. */
export interface LearnedGroup {
  readonly group: PredicateGroup;
  readonly isOpaque: boolean;
  /** Whether the functions are proved to do the same each time. */
  readonly isProved: boolean;
  /** Whether a callback that the recipe hands over is proved to leave nothing behind but its answer. */
  readonly onlyAnswers: OnlyAnswers;
  /** The runs from which was learned. */
  readonly lesson: Lesson;
}

export const learnedGroupOf = (
  model: Model,
  group: PredicateGroup,
  isDistrusted: boolean,
): LearnedGroup => ({
  group,
  isOpaque: isDistrusted || remembers(model, group.functions),
  isProved: model.proofs.areLasting(group.functions),
  onlyAnswers: model.proofs.onlyAnswers(group.functions),
  lesson: new Lesson(model.packing),
});

/** A predicate, learned as it is asked. It is asked of one state, or of two: before, after. */
export class LearnedPredicate implements Predicate {
  readonly id: number;
  readonly name: string;
  readonly choice: readonly unknown[];
  readonly isOfSteps: boolean;
  /** Slots of a state after a step follow those of the one before. */
  readonly decision: Decision;
  readonly #model: Model;
  readonly #recorder: Recorder;
  readonly #group: LearnedGroup;
  /** Among those of its group. */
  readonly #position: number;
  readonly #worth = new Worth();
  /** Runs of its recipe. */
  #runs = 0;
  #isOpaque: boolean;
  #slots: ReadonlySet<number> | undefined;

  constructor(model: Model, recorder: Recorder, group: LearnedGroup, position: number, id: number) {
    const slots = new Set<number>();
    this.id = id;
    this.name = group.group.name;
    this.choice = group.group.choices[position] as readonly unknown[];
    this.isOfSteps = group.group.isOfSteps;
    this.decision = newDecision(slots);
    this.#model = model;
    this.#recorder = recorder;
    this.#group = group;
    this.#position = position;
    this.#isOpaque = group.isOpaque;
    this.#slots = group.isOpaque ? undefined : slots;
  }

  /** Answered by the reference semantics alone: it does not ask the same twice. */
  get isOpaque(): boolean {
    return this.#isOpaque;
  }

  get slots(): ReadonlySet<number> | undefined {
    return this.#slots;
  }

  /** Whether runs of its recipe are not kept any more. */
  get isForgetful(): boolean {
    return this.#worth.isOver;
  }

  /** What it answers, learning it if need be; throws a `SpecError` where the spec is at fault, and `Distrust`. */
  ask(states: readonly Digits[]): number {
    if (this.#isOpaque) return this.#byReference(states);
    const worth = this.#worth;
    if (!worth.isOver) worth.ask();
    const [before, after] = states as readonly [Digits, Digits?];
    const known = worth.isOver ? undefined : this.decision.of(before, after);
    const leaf = known ?? this.#learn(states);
    if (leaf?.outcome.kind === "undeclared") {
      const { spec } = this.#model;
      throw new SpecError(`${spec.name}: property ${this.name}: ${leaf.outcome.because}`);
    }
    if (leaf === undefined) return this.#byReference(states);
    const answer = answerAt(leaf);
    if (answer !== notKnown) return answer;
    this.#refuseUndeclared(states);
    return this.#byReference(states);
  }

  /** What was learned that it answers; undefined if nothing was. */
  known(states: readonly Digits[]): number | undefined {
    if (this.#isOpaque) return undefined;
    const [before, after] = states as readonly [Digits, Digits?];
    const leaf = this.decision.of(before, after);
    const answer = leaf === undefined ? notKnown : answerAt(leaf);
    return answer === notKnown ? undefined : answer;
  }

  /** What it may answer, given what is known of the states; undefined if that cannot be told. */
  possible(before: KnownDigits, after: KnownDigits): ReadonlySet<number> | undefined {
    if (this.#isOpaque || this.#worth.isOver) return undefined;
    const { slots, radices } = this.#model.layout;
    const leaves = possibleLeaves(this.decision, radices, (slot) =>
      slot < slots ? before(slot) : after(slot - slots),
    );
    return leaves && new Set([...leaves].map(answerAt));
  }

  /** As `LearnedAction.rehearse`. */
  rehearse({ states }: Run): void {
    const { isProved } = this.#group;
    if (
      this.#isOpaque ||
      !isProved ||
      this.isForgetful ||
      states.length !== 1 + Number(this.isOfSteps)
    )
      return;
    const [before, after] = states as readonly [Digits, Digits?];
    if (this.decision.of(before, after) !== undefined) return;
    const recorded = this.#run(states);
    if (recorded.outcome.kind === "answer") this.#kept(states, recorded);
  }

  #run(states: readonly Digits[]): Recorded {
    const { group, onlyAnswers } = this.#group;
    this.#model.enter("property", this.name);
    const more = [...this.choice, this.#model.declared];
    this.#runs++;
    return this.#recorder.ask(group.recipe, states, more, onlyAnswers);
  }

  /** Runs the recipe; undefined if it does not ask what it asked before. */
  #learn(states: readonly Digits[]): Leaf | undefined {
    const recorded = this.#run(states);
    this.#worth.run(recorded.asked.length);
    return this.#kept(states, recorded);
  }

  /** What a run came to; undefined if the recipe asked something else before after the same answers. */
  #kept(states: readonly Digits[], recorded: Recorded): Leaf | undefined {
    const { isOver } = this.#worth;
    const leaf = isOver
      ? { outcome: recorded.outcome, id: this.#runs }
      : this.decision.learn(recorded);
    // Where it looks is not kept either.
    if (isOver) this.#slots = undefined;
    if (leaf === undefined) {
      distrustIfInner(this.decision, this.name);
      this.#isOpaque = true;
      this.#slots = undefined;
      return undefined;
    }
    if (!isOver) this.#group.lesson.add(this.#position, states);
    const answer = answerAt(leaf);
    if (leaf.outcome.kind === "undeclared") return leaf;
    if (answer === notKnown)
      this.#slots = undefined; // the reference semantics may look at anything
    else if (isCompared(leaf, this.#group.isProved) && this.#byReference(states) !== answer) {
      throw impure(this.#model, this.name);
    }
    return leaf;
  }

  #decoded(states: readonly Digits[]): readonly State[] {
    return states.map((digits) => this.#model.layout.decode(digits));
  }

  #byReference(states: readonly Digits[]): number {
    return this.#group.group.reference(this.#decoded(states), this.choice);
  }

  /** Throws `SpecError` if it reads what is not declared in a run that could not be recorded. */
  #refuseUndeclared(states: readonly Digits[]): void {
    const decoded = this.#decoded(states);
    const only = new OnlyVariables(this.#model, decoded[0] as State);
    only.ask(() =>
      this.#group.group.reference(
        decoded.map((its) => only.copy(its)),
        this.choice,
      ),
    );
  }
}

/** What a predicate comes to at a leaf. */
export const answerAt = ({ outcome }: Leaf): number =>
  outcome.kind === "answer" ? Number(outcome.value) : notKnown;
