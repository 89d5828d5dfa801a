/** Representatives by code against the canonical forms of JavaScript, of the states that protocols reach. */
import { beforeEach, expect, test, vi } from "vitest";
import { entryBytesOf, instantiate, type Model, type State } from "../../model/index.ts";
import type { Spec } from "../../spec/index.ts";
import { protocols } from "../../toys/protocols.ts";
import { headOf } from "./head.ts";
import { Representatives } from "./representatives.ts";

/** So many forms cost JavaScript what the code costs. */
const costs = vi.hoisted(() => ({ paysAt: 0 }));
vi.mock("../../model/learned/compiled/costs.ts", async (original) => ({
  ...(await original<typeof import("../../model/learned/compiled/costs.ts")>()),
  costOfForm: 1,
  get costOfForms() {
    return costs.paysAt;
  },
}));

/** The code that was made. */
const made = vi.hoisted((): unknown[] => []);
type FormsFile = typeof import("../../model/symmetry/compiled/forms.ts");
vi.mock("../../model/symmetry/compiled/forms.ts", async (original) => {
  const its = await original<FormsFile>();
  const formsOf: FormsFile["formsOf"] = (...all) => {
    const forms = its.formsOf(...all);
    made.push(forms);
    return forms;
  };
  return { ...its, formsOf };
});
beforeEach(() => {
  made.length = 0;
});

const pages = 256;
const specOf = (name: string): Spec =>
  protocols.find(({ spec }) => spec.name === name)?.spec as Spec;

/** The first states that a protocol reaches, and their successors, as they are before any is replaced. */
function reached(model: Model, most: number): readonly (readonly number[])[] {
  const seen = new Map<string, State>();
  const all: number[][] = [];
  const meet = (state: State): void => {
    const digits = model.encode(state, "the test");
    all.push(digits);
    const key = model.packing.pack(model.symmetry.canonical(digits));
    if (!seen.has(key)) seen.set(key, state);
  };
  model.initialStates().forEach(meet);
  for (const state of seen.values()) {
    if (all.length >= most) break;
    const steps = model.steps.filter((step) => model.isEnabled(state, step));
    for (const step of steps) meet(model.apply(state, step));
  }
  return all;
}

/** Representatives in a memory of their own, and what comes of states that stand one behind the other. */
function representativesOf(model: Model) {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const table = new WebAssembly.Table({ initial: 0, element: "anyfunc" });
  const words = new Uint32Array(memory.buffer);
  const head = headOf(model, 0);
  const entryBytes = entryBytesOf(model);
  const options = { model, head, memory, table, maximumPages: pages, isShared: false };
  const representatives = new Representatives(options);
  const addressOf = (i: number): number => head.end + i * entryBytes;
  const tagOf = (i: number): Uint32Array => {
    const at = (addressOf(i) >>> 2) + 2 * model.packing.words;
    return words.subarray(at, at + 2);
  };
  return (states: readonly (readonly number[])[]) => {
    states.forEach((digits, i) => {
      model.packing.write(digits, words, addressOf(i) >>> 2);
      tagOf(i).set([i, states.length - i]);
    });
    representatives.replace(addressOf(0), addressOf(states.length));
    return states.map((_, i) => ({
      form: model.packing.read(words, addressOf(i) >>> 2).join(),
      size: representatives.orbitOf(addressOf(i)),
      tag: [...tagOf(i)],
    }));
  };
}

test.each([
  ["page-ring", { pages: 5 }],
  ["page-ring", { pages: 22 }], // more exchanges than are counted in 64 bits
  ["two-phase-commit", {}],
  ["s390-guest-page-hinting", { frames: 2 }],
  ["linux-free-page-reporting", { blocks: 2, users: 2, cpus: 2, perCpuPages: 1 }],
])("%s with %o: states are replaced by what JavaScript makes of them", (name, constants) => {
  const model = instantiate(specOf(name), { constants });
  const states = reached(model, 800);
  const expected = states.map((digits, i) => ({
    form: model.symmetry.canonical(digits).join(),
    size: model.symmetry.orbitOf(digits),
    tag: [i, states.length - i],
  }));
  const byJavaScript = vi.spyOn(model.symmetry, "canonical");

  costs.paysAt = 0;
  expect(representativesOf(model)(states)).toEqual(expected);
  expect(made).toEqual([expect.anything()]);
  // Some of one protocol are left to it, wherever they stand; not many.
  expect(byJavaScript.mock.calls.length > 0).toBe(name === "s390-guest-page-hinting");
  expect(byJavaScript.mock.calls.length).toBeLessThan(states.length / 50);
});

test("code is made when so many forms were asked for that it pays, and replaces the rest", () => {
  const model = instantiate(specOf("page-ring"), { constants: { pages: 3 } });
  const states = reached(model, 120);
  const some = states.slice(0, 20);
  const formsOf = representativesOf(model);
  costs.paysAt = 50;

  const before = formsOf(some);
  expect(made).toEqual([]);
  const byJavaScript = vi.spyOn(model.symmetry, "canonical");
  expect(formsOf(some)).toEqual(before);
  expect(made).toHaveLength(1);
  expect(byJavaScript).not.toHaveBeenCalled();
});
