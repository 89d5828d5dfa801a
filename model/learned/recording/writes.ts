import type { Digits } from "../../layout.ts";
import type { Write } from "./asked.ts";

/** The digits after writes. */
export function applied(digits: Digits, writes: readonly Write[]): number[] {
  const result = digits.slice();
  for (const write of writes) {
    if (write.kind === "set") {
      result[write.slot] = write.digit;
    } else if (write.kind === "copy") {
      result[write.slot] = digits[write.from] as number;
    } else if (write.kind === "add") {
      result[write.slot] = (result[write.slot] as number) + write.by;
    } else {
      const { slot, max, width } = write.sequence;
      const length = result[slot] as number;
      const end = slot + 1 + max * width;
      if (write.kind === "remove") {
        const at = slot + 1 + write.place * width;
        result.copyWithin(at, at + width, end);
        result.fill(0, end - width, end);
        result[slot] = length - 1;
      } else {
        if (write.kind === "prepend") result.copyWithin(slot + 1 + width, slot + 1, end - width);
        const at = slot + 1 + (write.kind === "append" ? length * width : 0);
        write.digits.forEach((digit, i) => {
          result[at + i] = digit;
        });
        result[slot] = length + 1;
      }
    }
  }
  return result;
}

/** Every slot that writes may change. */
export function writtenSlots(writes: readonly Write[]): ReadonlySet<number> {
  const slots = new Set<number>();
  for (const write of writes) {
    if (!("sequence" in write)) slots.add(write.slot);
    else {
      const { slot, max, width } = write.sequence;
      for (let at = slot; at <= slot + max * width; at++) slots.add(at);
    }
  }
  return slots;
}
