import type { Digits, Model } from "../model/index.ts";
import { Bits } from "./liveness/bits.ts";
import { Budget } from "./liveness/budget.ts";
import { checkLabels, type Explored } from "./liveness/explored.ts";
import { Renamings } from "./liveness/renamings.ts";
import type { Visited } from "./visited.ts";

/**
 * The states of a whole search as a graph, by the reference semantics. Of them the first ones are initial. `look`
 * is called now and then, and throws `Interrupted` where it has to end.
 */
export function graphByReference(
  model: Model,
  visited: Visited,
  initial: number,
  look: () => void,
): Explored {
  checkLabels(model);
  const { size: states } = visited;
  const stateOf = (id: number) => model.layout.decode(visited.digitsOf(id));
  const first = new Uint32Array(states + 1);
  const target: number[] = [];
  const label: number[] = [];
  const renamings = new Renamings(model);
  const renamedBy: number[] = [];
  for (let id = 0; id < states; id++) {
    look();
    const digits = visited.digitsOf(id);
    const state = model.layout.decode(digits);
    for (const [position, step] of model.steps.entries()) {
      if (!model.isEnabled(state, step)) continue;
      const after: Digits = model.encode(model.apply(state, step), step.label);
      if (String(after) === String(digits)) continue;
      const { digits: canonical, renaming } = renamings.canonical(after);
      target.push(visited.idOf(canonical) as number);
      label.push(position);
      renamedBy.push(renaming);
    }
    first[id + 1] = target.length;
  }
  return {
    graph: {
      states,
      initial: Array.from({ length: initial }, (_, state) => state),
      first,
      target: Uint32Array.from(target),
      label: Uint16Array.from(label),
      budget: new Budget(Infinity, look),
    },
    where: (claim, { predicate }, choice) =>
      Bits.where(states, (id) => {
        look();
        return model.ask(claim, predicate, stateOf(id), ...choice);
      }),
    possible: (step) =>
      Bits.where(states, (id) => {
        look();
        return model.isEnabled(stateOf(id), step);
      }),
    digitsOf: (id) => visited.digitsOf(id),
    ...(model.symmetry.order > 1n && {
      orbits: { renamedBy: Uint32Array.from(renamedBy), renamings },
    }),
  };
}
