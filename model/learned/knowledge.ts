import type { Digits } from "../layout.ts";
import type { Model } from "../model.ts";
import type { Decision } from "./decision.ts";
import { Diagrams } from "./diagrams.ts";
import { Distrust, impure } from "./distrust.ts";
import type { KnownDigits } from "./known-digits.ts";
import { LearnedAction, type LearnedStep, type Taken } from "./learned-action.ts";
import { type Lesson, type Lessons, type LessonsOf, runsIn } from "./lessons.ts";
import { type LearnedGroup, LearnedPredicate, learnedGroupOf } from "./learned-predicate.ts";
import { type Predicate, type PredicateGroup, predicateGroupsOf } from "./predicates.ts";
import { recorderOf } from "./recording/record.ts";

/** The decision of one function with one choice, and what it is of. */
export interface DecisionOf {
  readonly what: "when" | "effect" | "predicate";
  /** The label of a step, or the name of a predicate. */
  readonly name: string;
  readonly choice: readonly unknown[];
  readonly decision: Decision;
}

type StepOf = readonly [action: LearnedAction, step: LearnedStep];

/**
 * What is known of a spec's functions: a decision for each condition, effect and predicate with each choice. It is empty
 * at first, and learned by taking steps and by asking; or taken for what it is by `decisions` and `diagrams`.
 */
export class Knowledge {
  readonly model: Model;
  /** In the order of the spec. */
  readonly actions: readonly LearnedAction[];
  readonly predicates: readonly LearnedPredicate[];
  /** The predicates by the groups that they were given in. */
  readonly groups: readonly (readonly LearnedPredicate[])[];
  readonly #groups: readonly LearnedGroup[];
  readonly #distrusted: ReadonlySet<string>;
  /** In the order of the model. */
  readonly #steps: readonly StepOf[];

  constructor(model: Model, groups: readonly PredicateGroup[], distrusted: ReadonlySet<string>) {
    const recorder = recorderOf(model.layout);
    this.model = model;
    this.#distrusted = distrusted;
    this.actions = Object.keys(model.spec.actions).map(
      (name) => new LearnedAction(model, recorder, name, distrusted.has(name)),
    );
    let ids = 0;
    const predicatesIn = (group: LearnedGroup): readonly LearnedPredicate[] =>
      group.group.choices.map(
        (_, position) => new LearnedPredicate(model, recorder, group, position, ids++),
      );
    this.#groups = groups.map((group) => learnedGroupOf(model, group, distrusted.has(group.name)));
    this.groups = this.#groups.map(predicatesIn);
    this.predicates = this.groups.flat();
    this.#steps = this.actions
      .flatMap((action) => action.steps.map((learned): StepOf => [action, learned]))
      .toSorted(([, one], [, other]) => one.position - other.position);
  }

  /** What becomes of a state by the step at a position; see `LearnedAction.take`. */
  take(position: number, digits: Digits): Taken | undefined {
    const [action, learned] = this.#steps[position] as StepOf;
    return action.take(learned, digits, () => {});
  }

  /** What a predicate answers of a state, or of the states before and after a step; see `LearnedPredicate.ask`. */
  ask({ id }: Predicate, states: readonly Digits[]): number {
    return (this.predicates[id] as LearnedPredicate).ask(states);
  }

  /** What a predicate may answer, given what is known of the states; undefined if that cannot be told. */
  possible(
    { id }: Predicate,
    before: KnownDigits,
    after: KnownDigits,
  ): ReadonlySet<number> | undefined {
    return (this.predicates[id] as LearnedPredicate).possible(before, after);
  }

  /** From which runs was learned what is known. */
  lessons(): Lessons {
    const of = this.#lessons().map(({ lesson, ...its }) => ({ ...its, ...lesson.noted() }));
    return { radices: this.model.layout.radices, of };
  }

  /** How many runs these are. */
  get lessonRuns(): number {
    return this.#lessons().reduce((sum, { lesson }) => sum + lesson.runs, 0);
  }

  /** The lessons that are worth keeping. */
  #lessons(): readonly (Omit<LessonsOf, "choices" | "words"> & { readonly lesson: Lesson })[] {
    const ofActions = this.actions.map(({ name, lesson, isForgetful }) => ({
      what: "action" as const,
      name,
      states: 1,
      lesson,
      isForgetful,
    }));
    const ofGroups = this.#groups.map(({ group, lesson }, position) => ({
      what: "predicate" as const,
      name: group.name,
      states: group.isOfSteps ? 2 : 1,
      lesson,
      isForgetful: this.groups[position]?.some((its) => its.isForgetful) === true,
    }));
    return [...ofActions, ...ofGroups].flatMap(({ isForgetful, ...its }) =>
      isForgetful || its.lesson.runs === 0 ? [] : [its],
    );
  }

  /**
   * Makes the runs of lessons again, and learns from what comes of them now. What is not of this model is left out.
   * Throws `SpecError` and `Distrust`, as taking steps does.
   */
  rehearse({ radices, of }: Lessons): void {
    const { layout, packing } = this.model;
    if (radices.join() !== layout.radices.join()) return;
    for (const its of of) {
      const action = this.actions.find(({ name }) => its.what === "action" && name === its.name);
      const group = this.groups.find(
        ([first]) => its.what === "predicate" && first?.name === its.name,
      );
      for (const run of runsIn(its, layout, packing)) {
        if (action !== undefined) action.rehearse(run);
        else group?.[run.choice]?.rehearse(run);
      }
    }
  }

  /** Steps in their order: the condition, the effect; then predicates. Those left to the reference semantics are not there. */
  decisions(): readonly DecisionOf[] {
    const ofSteps = this.#steps.flatMap(([, { step, when, effect, isOpaque }]) =>
      isOpaque
        ? []
        : [
            { what: "when" as const, name: step.label, choice: step.choice, decision: when },
            { what: "effect" as const, name: step.label, choice: step.choice, decision: effect },
          ],
    );
    const ofPredicates = this.predicates.flatMap(({ name, choice, decision, isOpaque }) =>
      isOpaque ? [] : [{ what: "predicate" as const, name, choice, decision }],
    );
    return [...ofSteps, ...ofPredicates];
  }

  /** The decisions as they are now, drawn so that what is equal is one node. */
  diagrams(): Diagrams<DecisionOf> {
    return new Diagrams(this.model.layout.radices, this.decisions());
  }

  /** What to make of an action or a property that does not do what was learned of it. */
  errorOf(recipe: string): Error {
    const decisions = [
      ...this.actions
        .filter(({ name }) => name === recipe)
        .flatMap(({ steps }) => steps.flatMap(({ when, effect }) => [when, effect])),
      ...this.predicates.filter(({ name }) => name === recipe).map(({ decision }) => decision),
    ];
    // Without callbacks there is nothing by which a pure recipe could hand something on.
    return decisions.some(({ hasInner }) => hasInner) && !this.#distrusted.has(recipe)
      ? new Distrust(recipe)
      : impure(this.model, recipe);
  }
}

/**
 * Knowledge of a model, still empty, with these groups of predicates; every predicate of every property if left
 * out. Distrusted recipes, actions or groups by their names, are left to the reference semantics.
 */
export const learn = (
  model: Model,
  groups: readonly PredicateGroup[] = predicateGroupsOf(model),
  distrusted: ReadonlySet<string> = new Set(),
): Knowledge => new Knowledge(model, groups, distrusted);
