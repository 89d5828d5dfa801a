import { type Action, AssertedIn, AssertionFailure, SpecError } from "../../spec/index.ts";
import type { Digits, State } from "../layout.ts";
import type { Model } from "../model.ts";
import { OnlyVariables } from "../only-variables.ts";
import type { SpecFunction } from "../source/proof.ts";
import type { AnyFunction } from "../source/written.ts";
import type { Step } from "../steps.ts";
import { type Decision, type Leaf, newDecision } from "./decision.ts";
import { Distrust, impure, isCompared } from "./distrust.ts";
import { Lesson, type Run } from "./lessons.ts";
import type { Recorded } from "./recording/asked.ts";
import type { OnlyAnswers } from "./recording/notes.ts";
import type { Recorder } from "./recording/record.ts";
import { applied } from "./recording/writes.ts";
import { Worth } from "./worth.ts";

/** A step of a model, and what is known of it. */
export interface LearnedStep {
  readonly step: Step;
  /** In the steps of the model. */
  readonly position: number;
  /** Among the steps of its action. */
  readonly choice: number;
  readonly when: Decision;
  readonly effect: Decision;
  /** Taken by the reference semantics alone: it does not ask the same twice. */
  readonly isOpaque: boolean;
}

/** What becomes of a state by a step that is possible. */
export type Taken =
  /** The state after it. The leaf is that of the effect; undefined if nothing of the run was kept. */
  | { readonly kind: "state"; readonly digits: Digits; readonly leaf: Leaf | undefined }
  | { readonly kind: "assertion"; readonly name: string };

/** Told of each assertion that the effect of a step was seen to evaluate, by its name. */
export type OnAsserted = (name: string) => void;

type Learning = { -readonly [Key in keyof LearnedStep]: LearnedStep[Key] };

/** An action: its condition and effect for each choice, learned as its steps are taken. */
export class LearnedAction {
  readonly name: string;
  readonly steps: readonly LearnedStep[];
  /** Runs of its condition and its effect. */
  recipeRuns = 0;
  /** Steps that were taken. */
  taken = 0;
  /** The runs from which was learned. */
  readonly lesson: Lesson;
  readonly #model: Model;
  readonly #recorder: Recorder;
  readonly #action: Action;
  /** Runs that were kept. */
  #learned = 0;
  readonly #worth = { when: new Worth(), effect: new Worth() };
  /** Whether its condition and its effect are proved to do the same each time. */
  readonly #isProved: boolean;
  readonly #onlyAnswers: { readonly when: OnlyAnswers; readonly effect: OnlyAnswers };

  constructor(model: Model, recorder: Recorder, name: string, isDistrusted: boolean) {
    const action = model.spec.actions[name] as Action;
    const of = (its: AnyFunction, states: number): SpecFunction => ({
      name,
      its,
      choices: action.choices,
      states,
    });
    const { afterwards = [] } = action;
    const ofWhen = [of(action.when, 1)];
    const ofEffect = [of(action.effect, 1), ...afterwards.map((its) => of(its, 2))];
    const isOpaque = isDistrusted || remembers(model, [...ofWhen, ...ofEffect]);
    this.name = name;
    this.lesson = new Lesson(model.packing);
    this.#model = model;
    this.#recorder = recorder;
    this.#action = action;
    this.#isProved = model.proofs.areLasting([...ofWhen, ...ofEffect]);
    this.#onlyAnswers = {
      when: model.proofs.onlyAnswers(ofWhen),
      effect: model.proofs.onlyAnswers(ofEffect),
    };
    this.steps = model.steps
      .flatMap((step, position) => (step.action === name ? [{ step, position }] : []))
      .map((its, choice) => ({
        ...its,
        choice,
        when: newDecision(),
        effect: newDecision(),
        isOpaque,
      }));
  }

  /** Whether runs of its condition or its effect are not kept any more. */
  get isForgetful(): boolean {
    return this.#worth.when.isOver || this.#worth.effect.isOver;
  }

  /**
   * Takes one of its steps, learning it if need be; undefined if it is not possible. Of what was learned already nobody
   * is told again what it asserts. Throws a `SpecError` where the spec is at fault, and `Distrust`.
   */
  take(learned: LearnedStep, digits: Digits, onAsserted: OnAsserted): Taken | undefined {
    const before = this.#learned;
    const taken = this.#take(learned, digits, onAsserted);
    if (this.#learned > before) this.lesson.add(learned.choice, [digits]);
    return taken;
  }

  #take(learned: LearnedStep, digits: Digits, onAsserted: OnAsserted): Taken | undefined {
    if (learned.isOpaque) return this.#takeByReference(learned, digits, onAsserted);
    const condition = this.#leafOf(learned, "when", digits, onAsserted);
    if (condition?.outcome.kind !== "answer")
      return this.#takeByReference(learned, digits, onAsserted);
    if (condition.outcome.value === false) return undefined;
    const effect = this.#leafOf(learned, "effect", digits, onAsserted);
    if (effect?.outcome.kind !== "writes")
      return this.#takeByReference(learned, digits, onAsserted);
    this.taken++;
    const leaf = this.#worth.effect.isOver ? undefined : effect;
    return { kind: "state", digits: applied(digits, effect.outcome.writes), leaf };
  }

  /**
   * Makes a run again from which was learned before. Nothing is learned that a state which is reached has to bring to
   * light: an error, an assertion; nor of functions that are not proved to do the same however often they are called.
   * Throws `SpecError` and `Distrust`.
   */
  rehearse({ choice, states: [digits] }: Run): void {
    const learned = this.steps[choice];
    if (learned === undefined || digits === undefined) return;
    const before = this.#learned;
    this.#rehearse(learned, digits);
    if (this.#learned > before) this.lesson.add(choice, [digits]);
  }

  #rehearse(learned: LearnedStep, digits: Digits): void {
    if (learned.isOpaque || !this.#isProved || this.isForgetful) return;
    const condition = this.#rehearsed(learned, "when", digits);
    const isPossible = condition?.outcome.kind === "answer" && condition.outcome.value === true;
    if (isPossible) this.#rehearsed(learned, "effect", digits);
  }

  #rehearsed(learned: LearnedStep, what: "when" | "effect", digits: Digits): Leaf | undefined {
    const decision = learned[what];
    const known = decision.of(digits);
    if (known !== undefined) return known;
    let asserts = false;
    const recorded = this.#run(learned, what, digits, () => {
      asserts = true;
    });
    const { kind } = recorded.outcome;
    if (asserts || (kind !== "answer" && kind !== "writes")) return undefined;
    return this.#kept(learned, what, digits, recorded);
  }

  #takeByReference(
    { step, isOpaque }: LearnedStep,
    digits: Digits,
    onAsserted: OnAsserted,
  ): Taken | undefined {
    const model = this.#model;
    const before = model.layout.decode(digits);
    if (!isOpaque) this.#refuseUndeclared(before, step);
    if (!model.isEnabled(before, step)) return undefined;
    this.taken++;
    const run = new AssertedIn(model.assertions);
    try {
      const after = model.encode(model.apply(before, step, run), step.label);
      return { kind: "state", digits: after, leaf: undefined };
    } catch (error) {
      if (!(error instanceof AssertionFailure)) throw error;
      return { kind: "assertion", name: error.property };
    } finally {
      run.names.forEach(onAsserted);
    }
  }

  /** Throws `SpecError` if a step reads what is not declared in a run that could not be recorded. */
  #refuseUndeclared(before: State, step: Step): void {
    const only = new OnlyVariables(this.#model, before);
    only.ask(() => {
      if (this.#model.isEnabled(only.copy(), step)) only.run(step);
    });
  }

  /** What is known of a recipe in a state, or what it comes to when it is run now. */
  #leafOf(
    learned: LearnedStep,
    what: "when" | "effect",
    digits: Digits,
    onAsserted: OnAsserted,
  ): Leaf | undefined {
    const decision = learned[what];
    const worth = this.#worth[what];
    const known = worth.isOver ? undefined : decision.of(digits);
    if (known !== undefined) {
      worth.ask();
      return this.#declared(learned, what, known);
    }
    const recorded = this.#run(learned, what, digits, onAsserted);
    if (worth.isOver) return this.#onlyOnce(learned, what, digits, recorded);
    worth.ask();
    worth.run(recorded.asked.length);
    return this.#kept(learned, what, digits, recorded);
  }

  /** What a run came to that is kept; undefined if the recipe asked something else before after the same answers. */
  #kept(
    learned: LearnedStep,
    what: "when" | "effect",
    digits: Digits,
    recorded: Recorded,
  ): Leaf | undefined {
    const decision = learned[what];
    const leaf = decision.learn(recorded);
    if (leaf === undefined) {
      distrustIfInner(decision, this.name);
      (learned as Learning).isOpaque = true;
      return undefined;
    }
    this.#learned++;
    const declared = this.#declared(learned, what, leaf);
    if (isCompared(leaf, this.#isProved)) this.#compare(learned, digits, declared);
    return declared;
  }

  /** What a run came to that is not kept. */
  #onlyOnce(
    learned: LearnedStep,
    what: "when" | "effect",
    digits: Digits,
    { outcome }: Recorded,
  ): Leaf {
    const leaf = this.#declared(learned, what, { outcome, id: this.recipeRuns });
    if (isCompared(leaf, this.#isProved)) this.#compare(learned, digits, leaf);
    return leaf;
  }

  /** Throws `SpecError` where a recipe read what is not declared. */
  #declared({ step }: LearnedStep, what: "when" | "effect", leaf: Leaf): Leaf {
    const { outcome } = leaf;
    if (outcome.kind !== "undeclared") return leaf;
    const which = what === "when" ? "condition" : "effect";
    throw new SpecError(
      `${this.#model.spec.name}: the ${which} of ${step.action}: ${outcome.because}`,
    );
  }

  #run(
    { step }: LearnedStep,
    what: "when" | "effect",
    digits: Digits,
    onAsserted: OnAsserted,
  ): Recorded {
    const more = [...step.choice, this.#model.declared];
    this.#model.enter(what, this.name);
    this.recipeRuns++;
    const recipe = this.#action[what] as () => unknown;
    const onlyAnswers = this.#onlyAnswers[what];
    if (what === "effect") {
      const afterwards = (this.#action.afterwards ?? []) as readonly (() => unknown)[];
      const run = new AssertedIn(this.#model.assertions);
      const recorded = this.#recorder.change(recipe, digits, more, onlyAnswers, run, afterwards);
      run.names.forEach(onAsserted);
      return recorded;
    }
    const recorded = this.#recorder.ask(recipe, [digits], more, onlyAnswers);
    return answersBoolean(recorded) ? recorded : { ...recorded, outcome: noBoolean };
  }

  /** Never trust: what was just learned of a state is compared with what the reference semantics says of it. */
  #compare({ step }: LearnedStep, digits: Digits, { outcome }: Leaf): void {
    const model = this.#model;
    const before = model.layout.decode(digits);
    if (outcome.kind === "answer") {
      // Twice: a condition that alternates from call to call may well be back where it was.
      const answers = [model.isEnabled(before, step), model.isEnabled(before, step)];
      if (answers.some((answer) => answer !== outcome.value)) throw impure(model, this.name);
      return;
    }
    if (outcome.kind === "unrecordable" || outcome.kind === "undeclared") return;
    let expected: string;
    try {
      expected = model.encode(model.apply(before, step), step.label).join();
    } catch (error) {
      if (!(error instanceof AssertionFailure)) return; // whoever takes the step will see it
      expected = `asserts: ${error.property}`;
    }
    const found =
      outcome.kind === "writes"
        ? applied(digits, outcome.writes).join()
        : `asserts: ${outcome.name}`;
    if (found !== expected) throw impure(model, this.name);
  }
}

/** Whether functions keep something from one call to the next: what they did is not what they will do. */
export const remembers = ({ proofs }: Model, functions: readonly SpecFunction[]): boolean =>
  functions.some((its) => proofs.of(its).memories.length > 0);

/**
 * A recipe asks something else than before after the same answers. If only because of a length that it was
 * told, what was learned stands, for each path ends with that length; a callback may have handed on anything.
 */
export function distrustIfInner({ hasInner }: Decision, name: string): void {
  if (hasInner) throw new Distrust(name);
}

const noBoolean = { kind: "unrecordable", because: "it does not answer true or false" } as const;

/** What reads what is not declared is an error, whatever it answers. */
const answersBoolean = ({ outcome }: Recorded): boolean =>
  outcome.kind === "undeclared" ||
  (outcome.kind === "answer" && typeof outcome.value === "boolean");
