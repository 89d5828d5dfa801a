import type { Model, State, Step } from "../model/index.ts";
import {
  type Action,
  AssertedIn,
  attempt,
  closest,
  runEffects,
  type Shape,
  SpecError,
} from "../spec/index.ts";

/**
 * Asks about a state so that a read of what is not declared shows: it reads as undefined otherwise, which is neither
 * this word nor that.
 */
export class OnlyVariables {
  readonly #model: Model;
  readonly #state: State;
  #isRefused = false;

  constructor(model: Model, state: State) {
    this.#model = model;
    this.#state = state;
  }

  /**
   * Throws `SpecError` if what is asked reads a variable, or a field of a record, that is not declared. Where anything
   * else fails, it is because a copy is watched, or whoever asks the state itself will see it.
   */
  ask(question: () => void): void {
    this.#isRefused = false;
    try {
      question();
    } catch (error) {
      if (this.#isRefused) throw error;
    }
  }

  /** A copy of a state, of this one if none is given, that refuses to be asked for what is not declared. */
  copy(of: State = this.#state): State {
    return strict(of, this.#model.layout.shape, () => {
      this.#isRefused = true;
    });
  }

  /** Runs an effect on a copy that is thrown away. */
  run(step: Step): void {
    const { spec, constants, assertions } = this.#model;
    const run = new AssertedIn(assertions);
    const action = spec.actions[step.action] as Action;
    attempt(`${spec.name}: the effect of ${step.action}`, () =>
      runEffects(action, this.copy(), this.copy(), [...step.choice, constants], run),
    );
  }
}

/** Names that JavaScript itself asks of any object: to write it as JSON, and to await it. */
const askedByLanguage: readonly string[] = ["toJSON", "then"];

/** What is under a name in a value of a shape. */
function shapeUnder(shape: Shape | undefined, name: string | symbol): Shape | undefined {
  if (shape?.kind === "optional") return shapeUnder(shape.of, name);
  if (shape?.kind === "each" || shape?.kind === "sequence") return shape.of;
  if (shape?.kind !== "record" || typeof name !== "string") return undefined;
  return Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined;
}

/** A copy of a state that refuses to be asked for what is not declared in it, or in a record of it. */
function strict(state: State, shape: Shape, onRefusal: () => void): State {
  const watch = (value: object, what: string, its: Shape | undefined): object =>
    new Proxy(value, {
      get: (target, name) => {
        const found: unknown = Reflect.get(target, name, target);
        const isRecord = !Array.isArray(target) && !(target instanceof Set);
        const isKnown =
          typeof name !== "string" ||
          name in target ||
          shapeUnder(its, name) !== undefined || // a field of another kind of message
          askedByLanguage.includes(name);
        if (isRecord && !isKnown) {
          onRefusal();
          const near = closest(name, Object.keys(target));
          throw new SpecError(
            `there is no ${what} ${name}${near === undefined ? "" : `; did you mean ${near}?`}`,
          );
        }
        if (typeof found === "function") {
          return target instanceof Set ? (found.bind(target) as unknown) : found;
        }
        return typeof found === "object" && found !== null
          ? watch(found, "field", shapeUnder(its, name))
          : found;
      },
    });
  // A copy, because a proxy of what is frozen may not answer with another proxy.
  return watch(structuredClone(state), "variable", shape) as State;
}
