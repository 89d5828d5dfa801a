/**
 * Toys: small specs that a reader holds in the head, with counts known from closed forms or from
 * other model checkers. For tests of the engine; nothing that is shipped imports them.
 */
import {
  buddies,
  declare,
  each,
  type Index,
  interchangeable,
  oneOf,
  optional,
  ordered,
  range,
  type Spec,
  subset,
} from "../spec/index.ts";

/**
 * Dining philosophers who all take the left fork first. That each holds one fork is a deadlock,
 * unless they may starve: then it is a legal end.
 */
export function philosophers(count: number, { mayStarve }: { mayStarve: boolean }): Spec {
  const philosopher = ordered("philosopher", count);
  const { action, spec } = declare({
    constants: {},
    state: { philosopher: each(philosopher, oneOf("thinks", "has left fork", "eats")) },
  });
  const neighbour = (self: Index<"philosopher">, distance: 1 | -1) =>
    philosopher.at((philosopher.position(self) + distance + count) % count);

  /** The neighbour to the left uses the fork, as the right one, only while eating. */
  const philosopherTakesLeftFork = action(philosopher, {
    when: (state, self) =>
      state.philosopher[self] === "thinks" && state.philosopher[neighbour(self, -1)] !== "eats",
    effect: (state, self) => {
      state.philosopher[self] = "has left fork";
    },
  });
  /** It is the left one of the neighbour to the right. */
  const philosopherTakesRightFork = action(philosopher, {
    when: (state, self) =>
      state.philosopher[self] === "has left fork" &&
      state.philosopher[neighbour(self, 1)] === "thinks",
    effect: (state, self) => {
      state.philosopher[self] = "eats";
    },
  });
  const philosopherPutsForksDown = action(philosopher, {
    when: (state, self) => state.philosopher[self] === "eats",
    effect: (state, self) => {
      state.philosopher[self] = "thinks";
    },
  });
  return spec({
    name: "philosophers",
    title: "who all take the left fork first",
    actions: { philosopherTakesLeftFork, philosopherTakesRightFork, philosopherPutsForksDown },
    ...(mayStarve && {
      mayEnd: (state) => state.philosopher.every((does) => does === "has left fork"),
    }),
  });
}

/** The towers of Hanoi: disc 0 is the smallest. */
export function hanoi(discs: number): Spec {
  const disc = ordered("disc", discs);
  const peg = oneOf("left", "middle", "right");
  const { action, spec, witness } = declare({ constants: {}, state: { peg: each(disc, peg) } });

  const discMoves = action("player", {
    forAny: [disc, peg],
    when: (state, moved, to) =>
      state.peg[moved] !== to &&
      state.peg.every(
        (on, other) =>
          disc.position(other) >= disc.position(moved) || (on !== state.peg[moved] && on !== to),
      ),
    effect: (state, moved, to) => {
      state.peg[moved] = to;
    },
  });
  return spec({
    name: "hanoi",
    title: "the towers of Hanoi",
    actions: { discMoves },
    witnesses: { towerIsOnTheRight: witness((state) => state.peg.every((on) => on === "right")) },
  });
}

/** Sliding tiles on a board; 0 is the gap, which starts in a corner. */
export function slidingTiles(width: number, height: number): Spec {
  const cell = ordered("cell", width * height);
  const { action, spec } = declare({
    constants: {},
    state: { tile: each(cell, range(0, width * height - 1)) },
  });
  const column = (of: number): number => of % width;
  const row = (of: number): number => Math.floor(of / width);

  const tileSlides = action("player", {
    forAny: [cell, cell],
    when: (state, from, gap) => {
      const [a, b] = [cell.position(from), cell.position(gap)];
      const distance = Math.abs(column(a) - column(b)) + Math.abs(row(a) - row(b));
      return distance === 1 && state.tile[gap] === 0;
    },
    effect: (state, from, gap) => {
      state.tile[gap] = state.tile[from];
      state.tile[from] = 0;
    },
  });
  return spec({
    name: "sliding-tiles",
    title: "tiles slide into the gap",
    initial: (state) => {
      for (const position of state.tile.keys()) state.tile[position] = cell.position(position);
    },
    actions: { tileSlides },
  });
}

/** Cells that count up from 0 to `values` - 1, each for itself, under any symmetry. */
function countingCells(cell: ReturnType<typeof interchangeable<"cell">>, values: number): Spec {
  const { action, spec } = declare({
    constants: {},
    state: { cell: each(cell, range(0, values - 1)) },
  });
  const cellCounts = action("anyone", {
    forAny: cell,
    when: (state, which) => state.cell[which] < values - 1,
    effect: (state, which) => {
      state.cell[which] += 1;
    },
  });
  return spec({
    name: "counting-cells",
    title: "each cell counts up for itself",
    actions: { cellCounts },
    mayEnd: (state) => state.cell.every((value) => value === values - 1),
  });
}

/** `cells` interchangeable cells that count up from 0 to `values` - 1. */
export function freeCells(cells: number, values: number): Spec {
  return countingCells(interchangeable("cell", cells), values);
}

/** Interchangeable buddy trees of 2^levels cells each that count up from 0 to `values` - 1. */
export function buddyTrees(levels: number, values: number, trees = 1): Spec {
  return countingCells(buddies("cell", { levels, trees }), values);
}

/** The same of trees whose halves are ordered. */
export function orderedBuddyTrees(levels: number, values: number, trees: number): Spec {
  return countingCells(buddies("cell", { levels, trees, ordered: "halves" }), values);
}

/** An undirected graph whose edges come and go; its orbits are the graphs up to isomorphism. */
export function undirectedGraph(nodes: number): Spec {
  const node = interchangeable("node", nodes);
  const { action, invariant, spec } = declare({
    constants: {},
    state: { neighbours: each(node, subset(node)) },
  });
  const edgeAppears = action("anyone", {
    forAny: [node, node],
    when: (state, a, b) => a !== b && !state.neighbours[a].has(b),
    effect: (state, a, b) => {
      state.neighbours[a].add(b);
      state.neighbours[b].add(a);
    },
  });
  const edgeDisappears = action("anyone", {
    forAny: [node, node],
    when: (state, a, b) => state.neighbours[a].has(b),
    effect: (state, a, b) => {
      state.neighbours[a].delete(b);
      state.neighbours[b].delete(a);
    },
  });
  return spec({
    name: "undirected-graph",
    title: "the edges of an undirected graph come and go",
    actions: { edgeAppears, edgeDisappears },
    invariants: {
      edgesGoBothWays: invariant({
        forAny: [node, node],
        holds: (state, a, b) => state.neighbours[a].has(b) === state.neighbours[b].has(a),
      }),
    },
    ...(nodes < 2 && { mayEnd: () => true }),
  });
}

/** Die Hard: measure four gallons with jugs of three and five, which the spec may claim impossible. */
export function dieHard({ claimsImpossible }: { claimsImpossible: boolean }): Spec {
  const [threeGallons, fiveGallons] = [range(0, 3), range(0, 5)];
  const { action, invariant, spec, witness } = declare({
    constants: {},
    state: { small: threeGallons, big: fiveGallons },
  });
  const heroFillsSmall = action("hero", {
    effect: (state) => {
      state.small = 3;
    },
  });
  const heroFillsBig = action("hero", {
    effect: (state) => {
      state.big = 5;
    },
  });
  const heroEmptiesSmall = action("hero", {
    effect: (state) => {
      state.small = 0;
    },
  });
  const heroEmptiesBig = action("hero", {
    effect: (state) => {
      state.big = 0;
    },
  });
  const heroPoursSmallIntoBig = action("hero", {
    effect: (state) => {
      const poured = Math.min(state.small, 5 - state.big);
      state.small -= poured;
      state.big += poured;
    },
  });
  const heroPoursBigIntoSmall = action("hero", {
    effect: (state) => {
      const poured = Math.min(state.big, 3 - state.small);
      state.big -= poured;
      state.small += poured;
    },
  });
  return spec({
    name: "die-hard",
    title: "two jugs and a tap",
    actions: {
      heroFillsSmall,
      heroFillsBig,
      heroEmptiesSmall,
      heroEmptiesBig,
      heroPoursSmallIntoBig,
      heroPoursBigIntoSmall,
    },
    witnesses: { fourGallonsAreMeasured: witness((state) => state.big === 4) },
    ...(claimsImpossible && {
      invariants: { fourGallonsAreOutOfReach: invariant((state) => state.big !== 4) },
    }),
  });
}

/** Peterson's mutual exclusion, each label of TLA+ Examples' Peterson.tla (PlusCal) a step. */
export function peterson(): Spec {
  const process = ordered("process", 2);
  const { action, invariant, spec, witness } = declare({
    constants: {},
    state: {
      at: each(process, oneOf("a0", "a1", "a2", "a3", "cs", "a4")),
      wants: each(process, oneOf("no", "yes")),
      turn: optional(process),
    },
  });
  const otherThan = (self: Index<"process">) => process.at(1 - process.position(self));

  return spec({
    name: "peterson",
    title: "two processes, never both in the critical section",
    initial: (state) => {
      state.turn = process.at(0);
    },
    actions: {
      processGetsReady: action(process, {
        when: (state, self) => state.at[self] === "a0",
        effect: (state, self) => {
          state.at[self] = "a1";
        },
      }),
      processWants: action(process, {
        when: (state, self) => state.at[self] === "a1",
        effect: (state, self) => {
          state.at[self] = "a2";
          state.wants[self] = "yes";
        },
      }),
      processGivesTurnAway: action(process, {
        when: (state, self) => state.at[self] === "a2",
        effect: (state, self) => {
          state.at[self] = "a3";
          state.turn = otherThan(self);
        },
      }),
      processEnters: action(process, {
        when: (state, self) =>
          state.at[self] === "a3" && (state.wants[otherThan(self)] === "no" || state.turn === self),
        effect: (state, self) => {
          state.at[self] = "cs";
        },
      }),
      processLeaves: action(process, {
        when: (state, self) => state.at[self] === "cs",
        effect: (state, self) => {
          state.at[self] = "a4";
        },
      }),
      processWantsNoMore: action(process, {
        when: (state, self) => state.at[self] === "a4",
        effect: (state, self) => {
          state.at[self] = "a0";
          state.wants[self] = "no";
        },
      }),
    },
    invariants: { atMostOneIsInside: invariant((state) => !state.at.every((at) => at === "cs")) },
    witnesses: { oneWaitsForTheOther: witness((state) => state.at.every((at) => at === "a3")) },
  });
}
