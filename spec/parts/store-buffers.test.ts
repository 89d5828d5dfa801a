import { describe, expect, test } from "vitest";
import { expectBroken, figuresOf } from "../../toys/part-checks.ts";
import { declare, each, type Index, oneOf, ordered, record, variant } from "../language/index.ts";
import { storeBuffers } from "./store-buffers.ts";

type Bit = "0" | "1";
const bit = oneOf("0", "1");

/** Two processors and two words of memory, all zero. */
function machine(capacity: number) {
  const processor = ordered("processor", 2);
  const word = ordered("word", 2);
  const buffers = storeBuffers(processor, {
    of: record({ word, value: bit }),
    capacity,
    reach: (draft: { readonly memory: Memory }, store) => {
      draft.memory[store.word] = store.value;
    },
  });
  type Memory = { [w in Index<"word">]: Bit };
  const words = declare({
    parts: [buffers],
    state: {
      memory: each(word, bit),
      first: oneOf("stores", "goes on", "is done"),
      second: oneOf("stores", "goes on", "is done"),
      saw: each(processor, oneOf("nothing", "0", "1")),
      sawNext: oneOf("nothing", "0", "1"),
    },
  });
  const storeReachesMemory = words.action(processor, {
    fairness: "weak",
    when: (state, p) => !buffers.isDrained(state, p),
    effect: (state, p) => buffers.drain(state, p),
  });
  const names = { one: processor.at(0), other: processor.at(1), x: word.at(0), y: word.at(1) };
  type State = typeof words.type.state;
  /** What a processor loads: what it has stored itself, or else what is in memory. */
  const load = (state: State, p: Index<"processor">, w: Index<"word">): Bit =>
    buffers.load(state, p, (store) => store.word === w)?.value ?? state.memory[w];
  return { ...words, ...names, buffers, load, storeReachesMemory };
}

/** Each stores 1 in a word of its own, and loads that of the other. */
function storeBuffering(capacity: number) {
  const { buffers, process, invariant, leadsTo, spec, one, other, x, y, load, ...rest } =
    machine(capacity);
  const first = process("first", { fairness: "weak" });
  const second = process("second", { fairness: "weak" });
  const made = spec({
    name: "store-buffering",
    title: "two processors store and load",
    actions: {
      storeReachesMemory: rest.storeReachesMemory,
      firstStores: first.at("stores", {
        to: "goes on",
        effect: (state) => buffers.store(state, one, { word: x, value: "1" }),
      }),
      firstLoads: first.at("goes on", {
        to: "is done",
        effect: (state) => {
          state.saw[one] = load(state, one, y);
        },
      }),
      secondStores: second.at("stores", {
        to: "goes on",
        effect: (state) => buffers.store(state, other, { word: y, value: "1" }),
      }),
      secondLoads: second.at("goes on", {
        to: "is done",
        effect: (state) => {
          state.saw[other] = load(state, other, x);
        },
      }),
    },
    invariants: {
      oneSawTheOther: invariant((state) => state.saw[one] !== "0" || state.saw[other] !== "0"),
      ownStoreIsSeen: invariant({
        when: (state) => state.first !== "stores",
        holds: (state) => load(state, one, x) === "1",
      }),
    },
    liveness: {
      storeIsSeenInTheEnd: leadsTo({
        from: (state) => state.first !== "stores",
        to: (state) => state.memory[x] === "1",
      }),
    },
    mayEnd: (state) => state.first === "is done" && state.second === "is done",
  });
  return { made, buffers, one, other };
}

/** The first stores data and then a flag; the second loads the flag and then the data. */
function messagePassing() {
  const { buffers, process, invariant, spec, one, other, x, y, load, ...rest } = machine(2);
  const first = process("first");
  const second = process("second");
  return spec({
    name: "message-passing",
    title: "a processor stores data and a flag",
    actions: {
      storeReachesMemory: rest.storeReachesMemory,
      firstStoresData: first.at("stores", {
        to: "goes on",
        effect: (state) => buffers.store(state, one, { word: x, value: "1" }),
      }),
      firstStoresFlag: first.at("goes on", {
        to: "is done",
        effect: (state) => buffers.store(state, one, { word: y, value: "1" }),
      }),
      secondLoadsFlag: second.at("stores", {
        to: "goes on",
        effect: (state) => {
          state.saw[other] = load(state, other, y);
        },
      }),
      secondLoadsData: second.at("goes on", {
        to: "is done",
        effect: (state) => {
          state.sawNext = load(state, other, x);
        },
      }),
    },
    invariants: {
      dataComesBeforeTheFlag: invariant(
        (state) => state.saw[other] !== "1" || state.sawNext !== "0",
      ),
    },
    mayEnd: () => true,
  });
}

describe("store buffers", () => {
  const wrong = { name: "changed", because: "a test" } as const;

  test("two processors that store and then load may both see nothing of the other", () => {
    expectBroken(storeBuffering(1).made, "oneSawTheOther");
  });

  test("without room in the buffers one of them sees the other", () => {
    const [one, other] = figuresOf(storeBuffering(0).made);
    expect(one).toEqual(other);
    expect(one).toMatchObject({ kind: "holds" });
  });

  test.each([
    ["one of them has", "violated", ["first"]],
    ["both have", "holds", ["first", "second"]],
  ])("with a barrier that %s it is %s", (_who, kind, fenced) => {
    const { made, buffers, one, other } = storeBuffering(1);
    const { spec } = variant(made, {
      ...wrong,
      change: {
        actions: {
          firstLoads: {
            when: (state) => !fenced.includes("first") || buffers.isDrained(state, one),
          },
          secondLoads: {
            when: (state) => !fenced.includes("second") || buffers.isDrained(state, other),
          },
        },
      },
      expects: "holds",
    });
    const [reference, compiled] = figuresOf(spec);
    expect(reference).toEqual(compiled);
    expect(reference).toMatchObject({ kind });
  });

  test("a processor sees what it has stored before memory does", () => {
    const { made } = storeBuffering(1);
    const { spec } = variant(made, {
      ...wrong,
      change: ({ invariant }) => ({
        properties: {
          oneSawTheOther: "removed",
          ownStoreIsSeen: invariant({
            when: (state) => state.first !== "stores",
            holds: (state) => state.memory.includes("1"),
          }),
        },
      }),
      expects: { breaks: ["ownStoreIsSeen"] },
    });
    expectBroken(spec, "ownStoreIsSeen");
  });

  test("a store that is never let through is not seen in the end", () => {
    const { spec } = variant(storeBuffering(1).made, {
      ...wrong,
      change: {
        actions: { storeReachesMemory: { fairness: "none" } },
        properties: { oneSawTheOther: "removed" },
      },
      expects: { breaks: ["storeIsSeenInTheEnd"] },
    });
    expectBroken(spec, "storeIsSeenInTheEnd");
  });

  test("stores do not pass each other, and would be seen if they did", () => {
    const made = messagePassing();
    const [one, other] = figuresOf(made);
    expect(one).toEqual(other);
    expect(one).toMatchObject({ kind: "holds" });

    const { spec } = variant(made, {
      ...wrong,
      change: {
        actions: {
          storeReachesMemory: {
            effect: (state, p) => {
              const youngest = state.storeBuffer[p].pop();
              if (youngest !== undefined) state.memory[youngest.word] = youngest.value;
            },
          },
        },
      },
      expects: { breaks: ["dataComesBeforeTheFlag"] },
    });
    expectBroken(spec, "dataComesBeforeTheFlag");
  });
});
