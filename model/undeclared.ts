import { closest, type Shape, SpecError } from "../spec/index.ts";
import type { State } from "./layout.ts";

/*
 * A read of what is not declared would be undefined, which is neither this word nor that: it is an error instead.
 */

/** Names that JavaScript itself asks of any object: to write it as JSON, and to await it. */
const askedByLanguage: readonly (string | symbol)[] = ["toJSON", "then"];

/** The error of a function of a spec that reads it; undefined where JavaScript itself may be who asks. */
export function undeclared(
  what: "variable" | "field",
  name: string | symbol,
  known: readonly string[],
): SpecError | undefined {
  if (typeof name === "symbol" || askedByLanguage.includes(name)) return undefined;
  const near = closest(name, known);
  return new SpecError(
    `there is no ${what} ${name}${near === undefined ? "" : `; did you mean ${near}?`}`,
  );
}

/** A copy of a state that throws where it is asked for what is not declared in it, or in a record of it, and says so. */
export function onlyDeclared(state: State, shape: Shape, onRefusal: () => void): State {
  const watch = (value: object, what: "variable" | "field", its: Shape | undefined): object =>
    new Proxy(value, {
      get: (target, name) => {
        const found: unknown = Reflect.get(target, name, target);
        const isRecord = !Array.isArray(target) && !(target instanceof Set);
        const isKnown = name in target || shapeUnder(its, name) !== undefined; // a field of another kind of message
        const error =
          isRecord && !isKnown ? undeclared(what, name, Object.keys(target)) : undefined;
        if (error !== undefined) {
          onRefusal();
          throw error;
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

/** What is under a name in a value of a shape. */
function shapeUnder(shape: Shape | undefined, name: string | symbol): Shape | undefined {
  if (shape?.kind === "optional") return shapeUnder(shape.of, name);
  if (shape?.kind === "each" || shape?.kind === "sequence") return shape.of;
  if (shape?.kind !== "record" || typeof name !== "string") return undefined;
  return Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined;
}
