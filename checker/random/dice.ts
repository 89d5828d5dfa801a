/** Whole numbers from 0 to 2^32 - 1, the same for the same seed and run on every machine. */
export type Dice = () => number;

/** The dice of a run: of one seed each run has its own, so that none has to be made again to repeat another. */
export function diceOf(seed: number, run: number): Dice {
  // A seed may be any safe integer: its upper half counts as well.
  const high = Math.floor(seed / 2 ** 32);
  let [a, b, c, counter] = [seed | 0, high | 0, run | 0, 1 + Math.floor(run / 2 ** 32)];
  // Chris Doty-Humphrey's sfc32.
  const next = (): number => {
    const sum = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let round = 0; round < 16; round++) next();
  return next;
}
