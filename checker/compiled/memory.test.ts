import { expect, test } from "vitest";
import { instantiate } from "../../model/index.ts";
import { protocols } from "../../toys/protocols.ts";
import { check } from "../index.ts";
import { clearMemory, takeBack } from "./memory.ts";
import { few, oneIn } from "../../toys/share.ts";

const bytes = 2 ** 25;
const isClear = (memory: WebAssembly.Memory): boolean =>
  new BigUint64Array(memory.buffer).every((word) => word === 0n);

test.each(oneIn(6, protocols).map(({ spec }) => [spec.name, spec] as const))(
  "%s: a search leaves its memory clear to the next one",
  (_, spec) => {
    const before = clearMemory(bytes, 0, false);
    takeBack(before, []);
    // States of one word and of several, orbits, tables that are enlarged, graphs.
    for (const symmetry of [true, false]) {
      for (const maxStates of [10, few(10_000, 40_000)]) {
        check(instantiate(spec, { symmetry }), {
          engine: "compiled",
          audit: "none",
          memoryBytes: bytes,
          maxStates,
        });
        const after = clearMemory(bytes, 0, false);
        expect(after).toBe(before);
        expect(isClear(after)).toBe(true);
        takeBack(after, []);
      }
    }
  },
);

test("one of another size is not taken, nor one that is in use", () => {
  const one = clearMemory(bytes, 0, false);
  expect(clearMemory(bytes, 0, false)).not.toBe(one);
  takeBack(one, []);
  expect(clearMemory(2 * bytes, 0, false)).not.toBe(one);
  expect(clearMemory(bytes, 0, true)).not.toBe(one);
  expect(clearMemory(bytes, 0, false)).toBe(one);
});

test("what takes long to clear is not kept", () => {
  const one = clearMemory(2 ** 27, 0, false);
  takeBack(one, [[0, 2 ** 26]]);
  expect(clearMemory(2 ** 27, 0, false)).not.toBe(one);
});
