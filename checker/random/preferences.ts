import type { Model, State, Step } from "../../model/index.ts";
import type { Dice } from "./dice.ts";

/** Steps of one action by one actor. */
interface Group {
  readonly action: number;
  readonly actor: number;
  readonly steps: readonly Step[];
}

/** The steps of a model, by who takes them. */
export class Groups {
  readonly all: readonly Group[];
  /** The actions that have any step, by name. */
  readonly actions: readonly string[];
  readonly actors: number;

  constructor(model: Model) {
    this.actions = [...new Set(model.steps.map(({ action }) => action))];
    const actors = [...new Set(model.steps.map(({ actor }) => actor))];
    this.actors = actors.length;
    const groups = new Map<string, { action: number; actor: number; steps: Step[] }>();
    for (const step of model.steps) {
      const [action, actor] = [this.actions.indexOf(step.action), actors.indexOf(step.actor)];
      const key = `${action} ${actor}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { action, actor, steps: [step] });
      else group.steps.push(step);
    }
    this.all = [...groups.values()];
  }
}

/** How much likelier an action is than another, in a run; and an actor, in a stretch of it. */
const ofActions = [1, 16, 256] as const;
const ofActors = [1, 8, 64] as const;
/** By how many of four quarters of the actions are taken oftener. */
const ofSeldom = [1, 4, 16, 64] as const;
const longestStretch = 24;

/**
 * Which steps a run takes. With all alike, runs are alike too, and what needs one thing often, or an actor to stand still in
 * the midst of something, hardly ever comes about. So each run likes some actions better than others from its beginning to its
 * end, rather those that are seldom taken; and for a few steps at a time some actors.
 */
export class Preferences {
  readonly #model: Model;
  readonly #groups: Groups;
  readonly #dice: Dice;
  readonly #liked: readonly number[];
  #actors: readonly number[] = [];
  #left = 0;

  /** `seldom` has two bits for each of the actions of the groups: how many quarters of them were taken oftener. */
  constructor(model: Model, groups: Groups, seldom: bigint, dice: Dice) {
    this.#model = model;
    this.#groups = groups;
    this.#dice = dice;
    this.#liked = groups.actions.map(
      (_, action) =>
        oneOf(ofActions, dice) * (ofSeldom[Number((seldom >> BigInt(2 * action)) & 3n)] as number),
    );
  }

  /** The steps that are possible in a state; usually only the first is asked for, so that few conditions are run. */
  *steps(state: State): Generator<Step> {
    if (this.#left === 0) {
      this.#left = 1 + (this.#dice() % longestStretch);
      this.#actors = Array.from({ length: this.#groups.actors }, () => oneOf(ofActors, this.#dice));
    }
    this.#left--;
    const groups = [...this.#groups.all];
    const weights = groups.map(
      ({ action, actor }) => (this.#liked[action] as number) * (this.#actors[actor] as number),
    );
    let total = weights.reduce((sum, weight) => sum + weight, 0);
    while (groups.length > 0) {
      let at = 0;
      for (let rest = this.#dice() % total; rest >= (weights[at] as number); at++)
        rest -= weights[at] as number;
      const { steps } = groups[at] as Group;
      total -= weights[at] as number;
      const last = groups.pop() as Group;
      const lastWeight = weights.pop() as number;
      if (at < groups.length) [groups[at], weights[at]] = [last, lastWeight];
      const start = steps.length === 1 ? 0 : this.#dice() % steps.length;
      for (let offset = 0; offset < steps.length; offset++) {
        const step = steps[(start + offset) % steps.length] as Step;
        if (this.#model.isEnabled(state, step)) yield step;
      }
    }
  }
}

const oneOf = (values: readonly number[], dice: Dice): number =>
  values[dice() % values.length] as number;
