import type { Constants } from "../../spec/index.ts";
import type { Report } from "../report-schema.ts";

/** What a search of an instance came to, whole. */
export interface Measured
  extends Pick<
    Report["statistics"],
    "distinctStates" | "generatedStates" | "seconds" | "peakMemoryBytes"
  > {
  readonly constants: Constants;
}

/** A figure that nobody has measured: no surer than it says. */
export interface Range {
  readonly low: number;
  readonly likely: number;
  readonly high: number;
}

/** Instances that differ in one constant, which grows by one from each to the next. */
export interface Ladder {
  readonly constant: string;
  readonly rungs: readonly Measured[];
}

/** What an instance will take. */
export interface Estimate {
  readonly states: Range;
  readonly generated: Range;
  readonly seconds: Range;
  readonly bytes: Range;
  /** Of which degree the number of states is a polynomial in the constant, if the instances show it. */
  readonly degree?: number | undefined;
}

/** How much surer of time and memory nobody is: what is learned is learned once, and tables grow by leaps. */
const unsureOfTime = 3;
const unsureOfMemory = 2;
/** That constants multiply is a guess: one that does nothing where another is 1 may do much where that is 3. */
const unsureOfProduct = 10;

/**
 * Estimates an instance from ladders towards it. The first has the other constants as they are wanted, or lower; each of
 * the others says by how much more there is where its constant is as it is wanted: constants are taken to multiply.
 */
export function estimateOf(
  [first, ...others]: readonly [Ladder, ...Ladder[]],
  target: Constants,
  entryBytes: number,
): Estimate {
  const along = (figure: (of: Measured) => number): Extrapolated => {
    const own = towards(first, target, figure);
    return others.reduce((all, ladder) => {
      const { low, likely, high } = towards(ladder, target, figure);
      const from = figure(levelOf(ladder, first));
      return {
        low: (all.low * low) / from / unsureOfProduct,
        likely: (all.likely * likely) / from,
        high: ((all.high * high) / from) * unsureOfProduct,
      };
    }, own);
  };
  const states = along(({ distinctStates }) => distinctStates);
  const degree = others.length === 0 ? states.degree : undefined;
  const generated =
    degree === undefined
      ? along(({ generatedStates }) => generatedStates)
      : generatedFrom(states, first, target);
  const rungs = [first, ...others].flatMap((ladder) => ladder.rungs);
  const [least, most] = [smallest(rungs), largest(rungs)];
  const perStep = rate(least, most, ({ seconds, generatedStates }) => [seconds, generatedStates]);
  const perState = Math.max(
    entryBytes,
    rate(least, most, ({ peakMemoryBytes, distinctStates }) => [peakMemoryBytes, distinctStates]),
  );
  const base = least.peakMemoryBytes;
  return {
    states,
    generated,
    seconds: {
      low: (generated.low * perStep) / unsureOfTime,
      likely: generated.likely * perStep,
      high: generated.high * perStep * unsureOfTime,
    },
    bytes: {
      low: Math.max(base, states.low * entryBytes),
      likely: base + states.likely * perState,
      high: base + states.high * perState * unsureOfMemory,
    },
    degree,
  };
}

/** Where the states are a polynomial: of each, as many steps as now, or so many more as the constant is greater. */
function generatedFrom({ likely }: Range, { constant, rungs }: Ladder, target: Constants): Range {
  const top = rungs.at(-1) as Measured;
  const low = (likely * top.generatedStates) / top.distinctStates;
  const high = (low * Number(target[constant])) / Number(top.constants[constant]);
  return { low, likely: Math.sqrt(low * high), high };
}

/** The rung of a ladder with the constant that the first ladder has in all of its own. */
function levelOf({ constant, rungs }: Ladder, first: Ladder): Measured {
  const level = first.rungs[0]?.constants[constant];
  const found = rungs.find(({ constants }) => constants[constant] === level);
  if (found === undefined)
    throw new Error(`The ladder of ${constant} does not begin where another stands.`);
  return found;
}

const smallest = (rungs: readonly Measured[]): Measured =>
  rungs.reduce((one, other) => (other.distinctStates < one.distinctStates ? other : one));
const largest = (rungs: readonly Measured[]): Measured =>
  rungs.reduce((one, other) => (other.distinctStates > one.distinctStates ? other : one));

/** How much more of the one there is for each more of the other; where that cannot be told, for each at all. */
function rate(
  least: Measured,
  most: Measured,
  of: (its: Measured) => readonly [much: number, count: number],
): number {
  const [[a, from], [b, to]] = [of(least), of(most)];
  return b > a && to > from ? (b - a) / (to - from) : b / Math.max(1, to);
}

interface Extrapolated extends Range {
  readonly degree?: number | undefined;
}

function towards(
  { constant, rungs }: Ladder,
  target: Constants,
  figure: (of: Measured) => number,
): Extrapolated {
  const points = rungs.map((one): Point => [Number(one.constants[constant]), figure(one)]);
  return extrapolated(points, Number(target[constant]));
}

type Point = readonly [at: number, value: number];

/**
 * Values at places that follow one another, carried on to a later place. A polynomial is known by its differences, where
 * enough points have shown that they vanish. Else the least that is taken to be possible is what grows by a factor that
 * shrinks as it did last (of two points: what does not grow any more), and the most what grows by one that grows; that of
 * a power and a factor is likely which would have foretold the last point better.
 */
export function extrapolated(points: readonly Point[], to: number): Extrapolated {
  const [lastAt, last] = points.at(-1) as Point;
  if (to <= lastAt) {
    const known = points.find(([at]) => at === to)?.[1] ?? last;
    return { low: known, likely: known, high: known };
  }
  const exact = polynomial(points, to);
  if (exact !== undefined) {
    const { value, degree } = exact;
    return { low: value, likely: value, high: value, degree };
  }
  const [power, factor] = [byPower(points, to), byFactor(points, to)];
  const before = points.slice(0, -1);
  const error = (law: Law): number => Math.abs(Math.log(law(before, lastAt) / last));
  const likely =
    before.length < 2
      ? Math.sqrt(power * factor)
      : error(byPower) < error(byFactor)
        ? power
        : factor;
  const all = [power, factor, byGrowingFactor(points, to), byShrinkingFactor(points, to)];
  return { low: Math.min(...all), likely, high: Math.max(...all) };
}

type Law = (points: readonly Point[], to: number) => number;

/** As a power of the place, by the last two points. */
const byPower: Law = (points, to) => {
  const [[before, less], [at, value]] = lastTwo(points);
  return value * (to / at) ** (Math.log(value / less) / Math.log(at / before));
};

/** By the same factor from each place to the next. */
const byFactor: Law = (points, to) => {
  const [[, less], [at, value]] = lastTwo(points);
  return value * (value / less) ** (to - at);
};

/** By a factor that grows as it grew last; it is not taken to become smaller. */
const byGrowingFactor: Law = (points, to) => {
  const [[, less], [at, value]] = lastTwo(points);
  const least = points.at(-3)?.[1];
  const growth = least === undefined ? 1 : Math.max(1, value / less / (less / least));
  const steps = to - at;
  return value * (value / less) ** steps * growth ** ((steps * (steps + 1)) / 2);
};

/** By a factor that shrinks as it shrank last, and not below one. */
const byShrinkingFactor: Law = (points, to) => {
  const [[, less], [at, value]] = lastTwo(points);
  const least = points.at(-3)?.[1];
  const shrinking = least === undefined ? 0 : Math.min(1, value / less / (less / least));
  let factor = value / less;
  let found = value;
  for (let steps = to - at; steps > 0 && factor > 1; steps--) {
    factor = Math.max(1, factor * shrinking);
    found *= factor;
  }
  return found;
};

const lastTwo = (points: readonly Point[]): readonly [Point, Point] => {
  const [one, other] = points.slice(-2);
  if (one === undefined || other === undefined) throw new Error("There are no two points.");
  return [one, other];
};

/** More points than a polynomial of this degree has coefficients, by so many, must lie on it. */
const spare = 2;

/** The polynomial that points lie on, with points to spare; undefined where they lie on none. */
function polynomial(
  points: readonly Point[],
  to: number,
): { readonly value: number; readonly degree: number } | undefined {
  const first = points[0]?.[0] ?? 0;
  const rows = [points.map(([, value]) => value)];
  for (let row = rows[0] ?? []; row.length > spare; ) {
    row = row.slice(1).map((value, at) => value - (row[at] ?? 0));
    if (row.every((value) => value === 0)) {
      const value = rows.reduce(
        (sum, [own = 0], degree) => sum + own * choose(to - first, degree),
        0,
      );
      return { value, degree: rows.length - 1 };
    }
    rows.push(row);
  }
  return undefined;
}

const choose = (of: number, count: number): number =>
  Array.from({ length: count }).reduce<number>((all, _, at) => (all * (of - at)) / (at + 1), 1);
