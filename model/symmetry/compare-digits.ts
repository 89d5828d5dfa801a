import type { Digits } from "../layout.ts";

/** The order of two states by their digits: below 0 if the first comes first, 0 if they are the same. */
export function compareDigits(a: Digits, b: Digits): number {
  for (let slot = 0; slot < a.length; slot++) {
    const difference = (a[slot] as number) - (b[slot] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}
