/**
 * A row of cells that are switched on one after the other: as few states as there are cells, each of them as wide as all
 * the cells. What is learned of one cell helps little with the next.
 */
import { declare, each, type Index, oneOf, ordered } from "../../../spec/index.ts";

const constants = { cells: 600 };
const cell = ordered("cell", ({ cells }: typeof constants) => cells);
type Cell = Index<"cell">;

const { action, invariant, spec, type } = declare({
  constants,
  state: { row: each(cell, oneOf("off", "on")) },
});

const isNextToOneThatIsOn = (state: typeof type.state, c: Cell): boolean =>
  cell.position(c) === 0 || state.row[cell.at(cell.position(c) - 1)] === "on";

const somebodySwitchesOn = action("somebody", {
  forAny: cell,
  when: (state, c) => state.row[c] === "off" && isNextToOneThatIsOn(state, c),
  effect: (state, c) => {
    state.row[c] = "on";
  },
});

export default spec({
  name: "wide",
  title: "A row of cells is switched on, from its beginning",
  actions: { somebodySwitchesOn },
  invariants: {
    beginningIsOn: invariant({
      forAny: cell,
      when: (state, c) => state.row[c] === "on",
      holds: isNextToOneThatIsOn,
    }),
  },
  mayEnd: () => true,
});
