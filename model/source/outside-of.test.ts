import { expect, it } from "vitest";
import { usesFromOutside } from "./outside-of.ts";

const limit = 3;
const helper = (n: number): number => n + limit;
const memory = { lists: { take: helper }, size: 4 };
const shadowed = 5;
const proxy = new Proxy({ take: helper }, {});
const hidden = {
  get take() {
    throw new Error("nobody asks a getter");
  },
};

it("names what a function uses from outside, members of plain data as far as they are written", () => {
  const uses = usesFromOutside();
  const its = (state: { size: number; limit: number[] }): number => {
    const own = state.limit.map((shadowed) => memory.lists.take(shadowed)).length;
    return own + helper(memory.size) + Math.max(state.size, { size: limit }.size);
  };
  expect(uses(its)).toEqual([
    { name: "memory.lists.take", value: helper },
    { name: "helper", value: helper },
    { name: "memory.size", value: 4 },
    { name: "limit", value: 3 },
  ]);
  expect(uses(() => shadowed)).toEqual([{ name: "shadowed", value: 5 }]);
  expect(uses((n: number) => n)).toEqual([]);
});

it("asks no getter and no proxy", () => {
  const uses = usesFromOutside();
  expect(uses(() => [proxy.take, hidden.take])).toEqual([
    { name: "proxy", value: proxy },
    { name: "hidden", value: hidden },
  ]);
});
