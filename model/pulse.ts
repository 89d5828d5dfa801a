import type { Spec } from "../spec/index.ts";

/** A kind of function of the spec; all but the first and the last of them have the name of what they belong to. */
type Called = "initial" | "when" | "effect" | "property" | "explain" | "mayEnd";

/** Tells somebody in another thread which function of a spec is running. */
export class Pulse {
  /** [0] counts calls of the spec's functions, [1] is the place in `places`. */
  readonly cells: Int32Array;
  readonly places: readonly string[];
  readonly #positions: Readonly<Record<Called, ReadonlyMap<string, number>>>;

  constructor(spec: Spec, cells: Int32Array = new Int32Array(2)) {
    const places: string[] = [];
    const at = (what: string): number => places.push(what) - 1;
    const initial = new Map([["", at(`${spec.name}: the initial state`)]]);
    const when = new Map<string, number>();
    const effect = new Map<string, number>();
    for (const name of Object.keys(spec.actions)) {
      when.set(name, at(`the condition of ${name}`));
      effect.set(name, at(`the effect of ${name}`));
    }
    const properties = Object.keys(spec.properties);
    const property = new Map(properties.map((name) => [name, at(`property ${name}`)]));
    const mayEnd = new Map([["", at("mayEnd")]]);
    const explain = new Map(properties.map((name) => [name, at(`the explain of ${name}`)]));
    this.cells = cells;
    this.places = places;
    this.#positions = { initial, when, effect, property, explain, mayEnd };
  }

  /** That a function is about to be called. A part of a property is named after it: "name: part". */
  enter(what: Called, name = ""): void {
    const { cells } = this;
    cells[0] = ((cells[0] as number) + 1) | 0;
    cells[1] = this.#positionOf(what, name);
  }

  #positionOf(what: Called, name: string): number {
    const known = this.#positions[what].get(name);
    if (known !== undefined) return known;
    const [property = name] = name.split(":");
    const { property: properties, mayEnd } = this.#positions;
    return properties.get(property) ?? (mayEnd.get("") as number);
  }
}
