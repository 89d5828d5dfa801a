import type { State } from "../model/index.ts";
import type { Formula, Predicate } from "../spec/index.ts";

/** A behaviour that goes round in the end, moment by moment. */
export interface Moments {
  readonly states: readonly State[];
  /** The action of the step that is taken at each moment; undefined where the behaviour stays for ever. */
  readonly actions: readonly (string | undefined)[];
  /** The moment that follows the last one. */
  readonly loopsTo: number;
}

/**
 * Whether a formula of linear time is true of a behaviour when it begins, by definition: it is judged at each
 * moment, its parts before itself.
 */
export function isTrueOf(
  formula: Formula,
  { states, actions, loopsTo }: Moments,
  ask: (predicate: Predicate, state: State) => boolean,
): boolean {
  const last = states.length - 1;

  /**
   * What is true now if `goal` is, or if `meanwhile` is and it is true at the next moment. Beginning with
   * `start` everywhere, what a moment takes from those after it has come round after two passes.
   */
  function backwards(meanwhile: readonly boolean[], goal: readonly boolean[], start: boolean) {
    const truth = states.map(() => start);
    for (let position = 2 * last + 1; position >= 0; position--) {
      const moment = position % (last + 1);
      const next = moment === last ? loopsTo : moment + 1;
      truth[moment] = goal[moment] === true || (meanwhile[moment] === true && truth[next] === true);
    }
    return truth;
  }

  const throughout = (value: boolean): readonly boolean[] => states.map(() => value);

  function at(its: Formula): readonly boolean[] {
    switch (its.kind) {
      case "now":
        return states.map((state) => ask(its.holds, state));
      case "taken":
        return actions.map((action) => action === its.action);
      case "not":
        return at(its.of).map((value) => !value);
      case "next": {
        const of = at(its.of);
        return of.map((_, moment) => of[moment === last ? loopsTo : moment + 1] as boolean);
      }
      case "always":
        return backwards(at(its.of), throughout(false), true);
      case "eventually":
        return backwards(throughout(true), at(its.of), false);
      case "until":
        return backwards(at(its.left), at(its.right), false);
      case "weak until":
        return backwards(at(its.left), at(its.right), true);
      case "and":
        return both(its, (left, right) => left && right);
      case "or":
        return both(its, (left, right) => left || right);
      case "implies":
        return both(its, (left, right) => !left || right);
    }
  }

  function both(
    its: { readonly left: Formula; readonly right: Formula },
    combine: (left: boolean, right: boolean) => boolean,
  ): readonly boolean[] {
    const right = at(its.right);
    return at(its.left).map((value, moment) => combine(value, right[moment] as boolean));
  }

  return at(formula)[0] as boolean;
}
