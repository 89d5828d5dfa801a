import type { Digits, Layout } from "../layout.ts";
import { mix, mixed } from "../mix.ts";
import type { GroupAction } from "./group-action.ts";
import type { Numbering } from "./numbering.ts";

/** The largest number of values that the digits of one element together have for `sorterOf`. */
const mostKeys = 65_536;

/**
 * The short way where all that is exchanged is interchangeable, only indexed by, and never named: the
 * elements are sorted by what their own digits, together a key, say of them. The form is the same as by
 * the long way; undefined if two elements differ and their colours do not. Of elements that move it is written to
 * `to`, if given, where they go.
 */
export function sorterOf(
  layout: Layout,
  { first, sizes }: Numbering,
  action: GroupAction,
): ((digits: Digits, to?: Int32Array) => Digits | undefined) | undefined {
  const { own, ownFrom, sums } = action;
  const most = Math.max(0, ...sizes);
  const keys = new Int32Array(most);
  const targets = new Int32Array(most);
  const present = new Int32Array(most);
  const hashes = new Int32Array(most);

  function planOf(set: number) {
    const start = first[set] as number;
    const size = sizes[set] as number;
    const slotsOf = (element: number): Int32Array =>
      own.subarray(ownFrom[element], ownFrom[element + 1]);
    const origins = slotsOf(start);
    const radices = origins.map((slot) => layout.radices[slot] as number);
    const values = radices.reduce((product, radix) => product * radix, 1);
    const isInterchangeable = layout.sets[set]?.exchange.kind === "interchangeable";
    if (!isInterchangeable || !action.isFlat(set) || values > mostKeys) return undefined;
    return {
      set,
      start,
      size,
      /** The slots of the first element, and from each to the same one of the next element. */
      origins,
      strides: slotsOf(start + 1).map((slot, i) => slot - (origins[i] as number)),
      radices,
      /** Of each key: how many elements have it; then the place of the next one. */
      counts: new Int32Array(values),
      /** Of each key: the colour that it gives, and what this says to the root; once known. */
      isKnown: new Uint8Array(values),
      colours: new Int32Array(values),
      upward: new Int32Array(values),
    };
  }

  const exchanged = [...first.keys()].filter(
    (set) => (first[set] as number) >= 0 && (sizes[set] as number) > 1,
  );
  const plans = exchanged.map(planOf).filter((plan) => plan !== undefined);
  if (plans.length === 0 || plans.length < exchanged.length) return undefined;

  return (digits, to) => {
    let result: number[] | undefined;
    let isRead = false;
    for (let p = 0; p < plans.length; p++) {
      const plan = plans[p] as (typeof plans)[number];
      const { size, origins, strides, radices, counts, colours, upward } = plan;
      for (let element = 0; element < size; element++) keys[element] = 0;
      for (let i = 0; i < origins.length; i++) {
        const radix = radices[i] as number;
        const stride = strides[i] as number;
        for (let element = 0, slot = origins[i] as number; element < size; element++) {
          keys[element] = (keys[element] as number) * radix + (digits[slot] as number);
          slot += stride;
        }
      }
      let different = 0;
      let below = 0;
      for (let element = 0; element < size; element++) {
        const key = keys[element] as number;
        if (plan.isKnown[key] === 0) {
          if (!isRead) {
            action.read(digits);
            action.look(digits);
            isRead = true;
          }
          const colour = mix(mixed(0, plan.set, sums[plan.start + element] as number), 0);
          colours[key] = colour;
          upward[key] = mix(colour, 23);
          plan.isKnown[key] = 1;
        }
        const before = counts[key] as number;
        if (before === 0) present[different++] = key;
        counts[key] = before + 1;
        below = (below + (upward[key] as number)) | 0;
      }
      const root = mix(0, below);
      let isTie = false;
      for (let i = 0; i < different; i++) {
        const key = present[i] as number;
        const hash = mix(colours[key] as number, root);
        let rank = i;
        for (; rank > 0 && (hashes[rank - 1] as number) >= hash; rank--) {
          if (hashes[rank - 1] === hash) isTie = true;
          hashes[rank] = hashes[rank - 1] as number;
          present[rank] = present[rank - 1] as number;
        }
        hashes[rank] = hash;
        present[rank] = key;
      }
      for (let i = 0, next = 0; i < different; i++) {
        const key = present[i] as number;
        const here = counts[key] as number;
        counts[key] = next;
        next += here;
      }
      let isMoved = false;
      for (let element = 0; element < size; element++) {
        const key = keys[element] as number;
        const target = counts[key] as number;
        counts[key] = target + 1;
        targets[element] = target;
        if (target !== element) isMoved = true;
      }
      for (let i = 0; i < different; i++) counts[present[i] as number] = 0;
      if (isTie) return undefined;
      if (!isMoved) continue;
      for (let element = 0; to !== undefined && element < size; element++) {
        to[plan.start + element] = plan.start + (targets[element] as number);
      }
      result ??= digits.slice();
      for (let i = 0; i < origins.length; i++) {
        const origin = origins[i] as number;
        const stride = strides[i] as number;
        for (let element = 0, slot = origin; element < size; element++) {
          result[origin + (targets[element] as number) * stride] = digits[slot] as number;
          slot += stride;
        }
      }
    }
    return result ?? digits;
  };
}
