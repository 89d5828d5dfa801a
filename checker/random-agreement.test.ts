/**
 * Both engines on random specs that read and change their state in every way that is supported. What
 * was learned is compiled as soon as it can be, where otherwise so small a search compiles next to nothing.
 */
import { expect, test, vi } from "vitest";
import { instantiate } from "../model/index.ts";
import { SpecError } from "../spec/index.ts";
import { comparable } from "../toys/compared.ts";
import { check } from "./index.ts";
import { randomProtocol } from "../toys/random-protocols.ts";

vi.mock("../model/learned/compiled/costs.ts", () => ({
  costOfWalk: 1,
  costOfCall: 1,
  costOfNode: 0,
  costOfModule: 0,
}));

const timeout = 600_000;
/** Random specs with more states are left out. */
const most = 300;

/** Compares the engines on specs with numbers from `from` on; how often they came to what. */
function compare(from: number, count: number, symmetry: boolean): Readonly<Record<string, number>> {
  const answers: Record<string, number> = {};
  for (let number = from; number < from + count; number++) {
    const model = () => instantiate(randomProtocol(number, symmetry), { symmetry });
    if (isLarge(number, symmetry)) continue;
    const expected = comparable("reference", model());
    expect({ number, ...answerOf(comparable("compiled", model())) }).toEqual({
      number,
      ...answerOf(expected),
    });
    const kind = typeof expected === "string" ? expected : expected.kind;
    answers[kind] = (answers[kind] ?? 0) + 1;
  }
  return answers;
}

const answerOf = (answer: ReturnType<typeof comparable>): object =>
  typeof answer === "string" ? { answer } : answer;

function isLarge(number: number, symmetry: boolean): boolean {
  const model = instantiate(randomProtocol(number, symmetry), { symmetry: false });
  try {
    return check(model, { engine: "reference", maxStates: most }).statistics.distinctStates >= most;
  } catch (error) {
    if (error instanceof SpecError) return false;
    throw error;
  }
}

test("200 random specs without symmetry: both engines agree", { timeout }, () => {
  const { violated, vacuous, "spec at fault": faults } = compare(0, 200, false);
  expect(violated).toBeGreaterThan(100);
  expect(vacuous).toBeGreaterThan(10);
  expect(faults).toBeGreaterThan(2);
});

test("120 random specs with symmetry: both engines agree", { timeout }, () => {
  const { violated, "spec at fault": faults } = compare(10_000, 120, true);
  expect(violated).toBeGreaterThan(50);
  expect(faults).toBeGreaterThan(4);
});
