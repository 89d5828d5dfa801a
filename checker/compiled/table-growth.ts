/** A place has the word that stands for a state. */
export const placeBytes = 8;
/** How full a table becomes before it grows, or at most, if it must not grow any more. */
export const fullness = 0.75;
export const utmostFullness = 0.9;
export const growth = 1.5;

/** States are placed by lines of the cache of so many places. */
export const line = 8;

/** What is in the places from `from` up to `to` belongs among those from `first` up to `end`, but for a few. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly first: number;
  readonly end: number;
}

/** So few places are not worth dividing. */
const leastShared = 2 ** 16;

/**
 * The stretches in which a table is spread over a larger one, from the last to the first: those of one round
 * can be moved at the same time.
 */
export function roundsOfStretches(
  before: number,
  now: number,
  workers: number,
): readonly Stretch[][] {
  const rounds: Stretch[][] = [];
  const stretchOf = (from: number, to: number): Stretch => ({
    from,
    to,
    first: line * Math.ceil((from * now) / before / line),
    end: line * Math.floor((to * now) / before / line),
  });
  let to = before;
  while (workers > 1 && to > leastShared) {
    // So that all goes behind what is still to be moved.
    const from = line * Math.ceil((to * before) / now / line);
    const step = line * Math.ceil((to - from) / workers / line);
    const round: Stretch[] = [];
    for (let at = from; at < to; at += step) round.push(stretchOf(at, Math.min(at + step, to)));
    rounds.push(round);
    to = from;
  }
  return [...rounds, [stretchOf(0, to)]];
}
