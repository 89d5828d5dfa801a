/**
 * Specs whose symmetry is false in one orbit of many only: cells that count up, and one step that singles a cell out
 * where their values, in whatever order, are particular ones. What is true of them is known from how they are made.
 */

/** How many cells there are, and how many values each has. */
export interface Size {
  readonly cells: number;
  readonly values: number;
}

/** Two shapes for each size: many cells of few values, and few cells of many; up to 1.6 million states. */
export const sizes: readonly (readonly [Size, Size])[] = [
  [
    { cells: 8, values: 3 },
    { cells: 4, values: 10 },
  ],
  [
    { cells: 10, values: 3 },
    { cells: 4, values: 16 },
  ],
  [
    { cells: 9, values: 4 },
    { cells: 4, values: 22 },
  ],
  [
    { cells: 13, values: 3 },
    { cells: 4, values: 35 },
  ],
];

/** A way to single out a cell: lines, and what must be true of `c` to be the one. */
interface Look {
  readonly lines: readonly string[];
  readonly isOne: string;
}

/** Each singles out the first or the last cell, or one of several by its place, its name or its number. */
export const looks: readonly Look[] = [
  { lines: ["const [first] = state.cell.keys();"], isOne: "c === first" },
  { lines: ["const all = [...state.cell.keys()];"], isOne: "c === all.at(-1)" },
  { lines: ["const at = state.cell.findIndex((value) => value >= 0);"], isOne: "c === at" },
  { lines: ["const [[first]] = state.cell.entries();"], isOne: "c === first" },
  { lines: ["const members = new Set(state.cell.keys());"], isOne: "c === [...members][0]" },
  { lines: ["let last;", "state.cell.forEach((_, at) => { last = at; });"], isOne: "c === last" },
  { lines: [], isOne: "Number(c) === 0" },
  { lines: [], isOne: "String(c) === '0'" },
  { lines: [], isOne: "state.cell.every((_, other) => c <= other)" },
  {
    lines: ["const names = state.cell.map((_, at) => at).join();"],
    isOne: "names.startsWith(`${c},`)",
  },
  {
    lines: ["const best = state.cell.reduce((least, _, at) => Math.min(least, at), 1000);"],
    isOne: "c === best",
  },
  {
    lines: [
      "let first;",
      "for (const at of state.cell.keys()) {",
      "  first = at;",
      "  break;",
      "}",
    ],
    isOne: "c === first",
  },
];

export interface OneOrbit {
  readonly source: string;
  /** The invariant `nobodyIsStruck` is violated after so many steps, and nothing else is. */
  readonly after: number;
  /** How many states there are, without those behind the step. */
  readonly states: number;
}

/**
 * The values of the one orbit: half of the cells are at one value, and the others above. A search that looks at one
 * state of the orbit only sees the cell that is singled out at one of them.
 */
function orbitOf({ cells, values }: Size, number: number): readonly number[] {
  const low = number % (values - 1);
  return Array.from({ length: cells }, (_, at) => (at < Math.floor(cells / 2) ? low : values - 1));
}

/** The spec for a look; by its number the cell is struck at the one value or at the other. */
export function oneOrbit(size: Size, number: number): OneOrbit {
  const { lines, isOne } = looks[number % looks.length] as Look;
  const orbit = orbitOf(size, number);
  const low = orbit[0] as number;
  const high = size.values - 1;
  const struckAt = number % 2 === 0 ? high : low;
  const source = `import { declare, interchangeable, oneOf, range, each } from "hintproof";

const cell = interchangeable("cell", ${size.cells});

const { action, invariant, spec } = declare({
  constants: {},
  state: { cell: each(cell, range(0, ${high})), struck: oneOf("no", "yes") },
});

const cellCounts = action("cell", {
  forAny: cell,
  when: (state, c) => state.struck === "no" && state.cell[c] < ${high},
  effect: (state, c) => {
    state.cell[c] += 1;
  },
});

const isTheOrbit = (state) =>
  state.cell.filter((value) => value === ${low}).length === ${orbit.filter((value) => value === low).length} &&
  state.cell.every((value) => value === ${low} || value === ${high});

const lightningStrikes = action("lightning", {
  forAny: cell,
  when: (state, c) => {
    if (state.struck === "yes" || !isTheOrbit(state)) return false;
${lines.map((line) => `    ${line}`).join("\n")}
    return state.cell[c] === ${struckAt} && ${isOne};
  },
  effect: (state) => {
    state.struck = "yes";
  },
});

const nobodyIsStruck = invariant((state) => state.struck === "no");

export default spec({
  name: "one-orbit",
  title: "an exchange that changes something in one orbit only",
  actions: { cellCounts, lightningStrikes },
  invariants: { nobodyIsStruck },
  mayEnd: () => true,
});
`;
  const after = orbit.reduce((sum, value) => sum + value, 0) + 1;
  return { source, after, states: size.values ** size.cells };
}
