import { describe, expect, test } from "vitest";
import { packingOf } from "../../packing.ts";
import type { Arm, Diagram, Test } from "../diagram.ts";
import { FirstLook } from "./first-look.ts";

const radices = [4, 3, 2];
let ids = 0;
const end = (result: number): Diagram => ({ kind: "end", id: ids++, result });
const no = end(0);
const yes = end(1);
const ask = (test: Test, isTotal: boolean, ...arms: readonly Arm[]): Diagram => ({
  kind: "ask",
  id: ids++,
  test,
  arms,
  isTotal,
});
const digit = (slot: number): Test => ({ kind: "digit", slot, values: radices[slot] as number });
/** Comes to `to` where the digit has this value, to 0 elsewhere. */
const only = (slot: number, value: number, to = yes): Diagram => {
  const others = Array.from({ length: radices[slot] as number }, (_, i) => i);
  return ask(
    digit(slot),
    true,
    { answers: others.filter((i) => i !== value), to: no },
    { answers: [value], to },
  );
};

const packing = packingOf(radices);

/** The actions to be called in a state, of so many. */
function calledBy(look: FirstLook, actions: number, digits: readonly number[]): readonly number[] {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  packing.write(digits, new Uint32Array(memory.buffer), 0);
  const options = { maximumPages: 1, isShared: false };
  const module = new WebAssembly.Module(look.module(options, memory, 64).build());
  const table = new WebAssembly.Table({ initial: 1, element: "anyfunc" });
  const { exports } = new WebAssembly.Instance(module, { env: { memory, table } });
  const mask = (exports["look"] as (state: number) => bigint)(0);
  return Array.from({ length: actions }, (_, i) => i).filter((i) => (mask >> BigInt(i)) & 1n);
}

/** The same, by the conditions of all their choices. */
function called(
  actions: readonly (readonly (Diagram | undefined)[])[],
  digits: readonly number[],
): readonly number[] {
  const look = new FirstLook(packing);
  actions.forEach((conditions, action) => look.compiled(action, conditions));
  return calledBy(look, actions.length, digits);
}

describe("the first look", () => {
  test("leaves out what one digit rules out, whichever is asked first", () => {
    const actions = [[only(0, 2)], [only(0, 1), only(0, 2)], [only(1, 0, only(0, 3))]];
    expect(called(actions, [2, 0, 0])).toEqual([0, 1]);
    expect(called(actions, [1, 0, 0])).toEqual([1]);
    expect(called(actions, [3, 0, 0])).toEqual([2]);
    expect(called(actions, [3, 1, 0])).toEqual([]);
  });

  test("leaves nothing out of which too little is known", () => {
    const partly = ask(digit(0), false, { answers: [0, 1], to: no }, { answers: [2], to: yes });
    expect(called([[partly]], [1, 0, 0])).toEqual([]);
    // That it is 3 was never seen.
    expect(called([[partly]], [3, 0, 0])).toEqual([0]);
    const behind = ask(digit(1), false, { answers: [0], to: only(0, 2) });
    expect(called([[behind]], [1, 0, 0])).toEqual([0]);
    expect(called([[only(0, 2), undefined]], [1, 0, 0])).toEqual([0]);
    expect(called([[only(0, 2, end(2))]], [2, 0, 0])).toEqual([0]);
  });

  test("leaves an action alone of which one choice asks for something else", () => {
    expect(called([[only(0, 2), only(1, 1)]], [1, 1, 0])).toEqual([0]);
    expect(called([[only(0, 2), no]], [1, 1, 0])).toEqual([]);
  });

  test("leaves out what is never possible, until more is known of it", () => {
    const look = new FirstLook(packing);
    expect(calledBy(look, 2, [0, 0, 0])).toEqual([0, 1]);
    look.compiled(0, [no, no]);
    look.compiled(1, [only(0, 2)]);
    expect(calledBy(look, 2, [0, 0, 0])).toEqual([]);
    look.compiled(0, [no, only(1, 0)]);
    look.compiled(1, [only(0, 2), only(1, 0)]);
    expect(calledBy(look, 2, [0, 0, 0])).toEqual([0, 1]);
  });
});
