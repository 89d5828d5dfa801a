import type { Model, State } from "../model/index.ts";

/** A state on one line, for an error message. */
export function described(model: Model, state: State): string {
  return model.layout.variables
    .map(
      (name) =>
        `${name} = ${JSON.stringify(state[name], (_, value) => (value instanceof Set ? [...value] : value))}`,
    )
    .join(", ");
}
