/** Canonical forms against brute force: every exchange of a group is tried. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { buddies, type IndexSet, interchangeable, ordered, type Shape } from "../../spec/index.ts";
import { type Digits, type Layout, layoutOf, type Permutation } from "../layout.ts";
import { packingOf } from "../packing.ts";
import { few } from "../../toys/share.ts";
import { op } from "../wasm/code.ts";
import { formsOf } from "./compiled/forms.ts";
import type { Value } from "../wasm/hash-code.ts";
import { type Symmetry, symmetryOf } from "./group.ts";

const weak = vi.hoisted(() => ({ bits: 32 }));

/** The hash, of which tests may keep fewer bits: with none, every two elements look alike to it. */
vi.mock("../mix.ts", async (original) => {
  const { mix } = await original<typeof import("../mix.ts")>();
  const weakened = (a: number, b: number): number =>
    weak.bits === 0 ? 7 : mix(a, b) >> (32 - weak.bits);
  return { mix: weakened, mixed: (a: number, b: number, c: number) => weakened(weakened(a, b), c) };
});

/** The same of the hash as code. */
vi.mock("../wasm/hash-code.ts", async (original) => {
  const { HashCode } = await original<typeof import("../wasm/hash-code.ts")>();
  const shiftSigned = 0x75;
  class WeakHashCode extends HashCode {
    override mix(a: Value, b: Value): Value {
      const { bits } = weak;
      const full = super.mix(a, b);
      if (typeof full === "number") return full;
      return () => {
        if (bits > 0)
          this.push(full)
            .i32(32 - bits)
            .op(shiftSigned);
        else this.push(full).op(op.drop).i32(7);
      };
    }
  }
  return { HashCode: WeakHashCode };
});

afterEach(() => {
  weak.bits = 32;
});

/** Sets, and variables that are laid out over them. */
interface Ground {
  readonly name: string;
  readonly sets: readonly IndexSet[];
  readonly state: Readonly<Record<string, { readonly shape: Shape }>>;
  /** The order of the group, known otherwise. */
  readonly order: number;
}

const words: Shape = { kind: "words", words: ["a", "b"] };
/** Whole numbers from 0. */
const upTo = (max: number): Shape => ({ kind: "whole", min: 0, max });
const index = (set: IndexSet): Shape => ({ kind: "index", set });
const optional = (of: Shape): Shape => ({ kind: "optional", of });
const each = (set: IndexSet, of: Shape): Shape => ({ kind: "each", set, of });
const subset = (set: IndexSet): Shape => ({ kind: "subset", set });
const sequence = (of: Shape, max: number): Shape => ({ kind: "sequence", of, max });
const record = (fields: Readonly<Record<string, Shape>>): Shape => ({ kind: "record", fields });

const variables = (shapes: Readonly<Record<string, Shape>>): Ground["state"] =>
  Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, { shape }]));

const grounds: readonly Ground[] = [
  ...[1, 2, 3, 4, 5].flatMap((size) => {
    const node = interchangeable("node", size) as IndexSet;
    const order = factorial(size);
    const ground = (name: string, shapes: Readonly<Record<string, Shape>>): Ground => ({
      name: `${size} interchangeable, ${name}`,
      sets: [node],
      state: variables(shapes),
      order,
    });
    return [
      ground("a word each", { word: each(node, words) }),
      ground("each pointing at one", { next: each(node, index(node)) }),
      ground("each pointing at one or none, and a queue", {
        next: each(node, optional(index(node))),
        queue: sequence(index(node), 3),
      }),
      ground("a set of others each", { neighbours: each(node, subset(node)) }),
      ground("two pointers each in a record", {
        links: each(node, record({ left: index(node), right: index(node) })),
      }),
      ground("a word each, a queue and a holder, if there is one", {
        word: each(node, words),
        queue: sequence(index(node), 2),
        holder: optional(index(node)),
      }),
    ];
  }),
  ...[
    { levels: 1, trees: 1, order: 2 },
    { levels: 1, trees: 2, order: 8 },
    { levels: 1, trees: 3, order: 48 },
    { levels: 2, trees: 1, order: 8 },
    { levels: 2, trees: 2, order: 128 },
    { levels: 3, trees: 1, order: 128 },
    { levels: 0, trees: 3, isOrdered: true, order: 6 },
    { levels: 1, trees: 4, isOrdered: true, order: 24 },
    { levels: 2, trees: 3, isOrdered: true, order: 6 },
  ].flatMap(({ order, isOrdered, ...shape }): Ground[] => {
    const frame = isOrdered
      ? buddies("frame", { ...shape, ordered: "halves" })
      : buddies("frame", shape);
    const block = frame.blocks("block") as unknown as IndexSet;
    const leaf = frame as unknown as IndexSet;
    const ground = (name: string, shapes: Readonly<Record<string, Shape>>): Ground => ({
      name: `${shape.trees} trees of ${shape.levels} levels${isOrdered ? ", ordered" : ""}, ${name}`,
      sets: [leaf, block],
      state: variables(shapes),
      order,
    });
    return [
      ground("a word for each frame and block", { of: each(leaf, words), at: each(block, words) }),
      ground("a list of blocks, and the frame each frame points at", {
        list: sequence(index(block), 2),
        next: each(leaf, optional(index(leaf))),
      }),
      ground("each block pointing at a block", { next: each(block, index(block)) }),
    ];
  }),
  (() => {
    const [page, cpu] = [
      interchangeable("page", 4) as IndexSet,
      interchangeable("cpu", 3) as IndexSet,
    ];
    return {
      name: "pages and cpus that refer to each other",
      sets: [page, cpu],
      state: variables({
        holder: each(page, optional(index(cpu))),
        wants: each(cpu, subset(page)),
        queue: sequence(record({ page: index(page), cpu: index(cpu) }), 2),
      }),
      order: 24 * 6,
    };
  })(),
  (() => {
    const cpu = interchangeable("cpu", 2) as IndexSet;
    const frame = buddies("frame", { levels: 1, trees: 2 });
    const block = frame.blocks("block") as unknown as IndexSet;
    return {
      name: "cpus that hold blocks, and blocks with queues of cpus",
      sets: [cpu, frame as unknown as IndexSet, block],
      state: variables({
        waiting: each(block, sequence(index(cpu), 2)),
        users: optional(each(frame as unknown as IndexSet, subset(cpu))),
        holds: each(cpu, optional(record({ block: index(block), why: words }))),
        last: optional(subset(block)),
      }),
      order: 2 * 8,
    };
  })(),
  (() => {
    const [page, slot] = [interchangeable("page", 4) as IndexSet, ordered("slot", 3) as IndexSet];
    return {
      name: "pages in ordered slots",
      sets: [page, slot],
      state: variables({
        at: each(page, optional(index(slot))),
        in: each(slot, optional(index(page))),
      }),
      order: 24,
    };
  })(),
  ...(() => {
    const page = interchangeable("page", 3) as IndexSet;
    const cpu = interchangeable("cpu", 2) as IndexSet;
    const none = interchangeable("none", 0) as IndexSet;
    const slot = ordered("slot", 2) as IndexSet;
    const ground = (name: string, shapes: Readonly<Record<string, Shape>>): Ground => ({
      name,
      sets: [page, none, cpu, slot],
      state: variables(shapes),
      order: 12,
    });
    return [
      ground("pages and cpus that are only indexed by", {
        ofNone: each(none, words),
        page: each(page, record({ word: words, step: upTo(2) })),
        count: each(page, upTo(2_000)),
        cpu: each(cpu, optional(words)),
        amongNone: subset(none),
        lent: subset(page),
        by: each(slot, subset(cpu)),
      }),
      ground("values that are indexed by pages and not always there", {
        last: optional(each(page, words)),
        log: sequence(each(page, upTo(1)), 2),
        cpu: each(cpu, words),
        counts: each(cpu, record({ one: upTo(2_000), other: upTo(2_000) })),
      }),
      ground("names that are not always there, and pages that are indexed with cpus", {
        amongNone: subset(none),
        ofNone: each(none, index(page)),
        table: each(page, each(cpu, words)),
        seen: each(page, record({ count: upTo(2_000), by: subset(cpu) })),
        log: sequence(record({ of: each(page, words), at: optional(index(cpu)) }), 2),
        last: optional(each(cpu, optional(index(page)))),
        turn: optional(record({ page: index(page), slot: index(slot) })),
      }),
      ground("sets of cpus for each page, of which some look alike", {
        sets: each(slot, each(page, subset(cpu))),
        of: each(cpu, optional(each(page, words))),
      }),
    ];
  })(),
];

/** What code makes of a state: its form, and the size of its orbit, if it settles it. */
interface ByCode {
  readonly isSettled: boolean;
  readonly form: Digits;
  readonly size: bigint | undefined;
}

const memory = new WebAssembly.Memory({ initial: 4, maximum: 4 });
const table = new WebAssembly.Table({ initial: 0, element: "anyfunc" });

/** What code makes of states of a layout, one at a time. */
function codeOf(symmetry: Symmetry, layout: Layout): (digits: Digits) => ByCode {
  const packing = packingOf(layout.radices);
  const words = new Uint32Array(memory.buffer).fill(0xabcd_abcd); // of whatever was there before
  const at = 2 ** 17;
  const end = at + 8 * packing.words;
  const forms = formsOf(symmetry.grounds, packing, {
    memory,
    table,
    options: { maximumPages: 4, isShared: false },
    at: 0,
    bytes: at,
    entryBytes: end - at,
  });
  return (digits) => {
    packing.write(digits, words, at / 4);
    const exchanges = forms?.exchanges(at) ?? 0n;
    const isSettled = forms?.replace(at, end) === end;
    const size = exchanges > 0n ? symmetry.order / exchanges : undefined;
    return { isSettled, form: packing.read(words, at / 4), size };
  };
}

/** Enough states that a mistake in one of a hundred is found, few enough for a group of 144. */
const samples = few(20, 60);

describe.each([
  { bits: 32, hash: "the hash as it is" },
  { bits: 3, hash: "a hash of three bits, which makes different elements look alike" },
  { bits: 0, hash: "a hash that tells nothing apart" },
])("with $hash", ({ bits }) => {
  test.each(grounds)(
    "$name: one form and the right size for every orbit",
    ({ sets, state, order }) => {
      weak.bits = bits;
      const random = randomFrom(bits + order);
      const layout = layoutOf(state, {}, sets);
      const symmetry = symmetryOf(layout, {});
      const group = closureOf(symmetry.generators, layout);
      const byCode = codeOf(symmetry, layout);
      const found: ByCode[] = [];
      const expected: ByCode[] = [];
      // The blind search of all orders of all elements is for small groups.
      if (bits === 0 && order > 24) return expect(group.length).toBe(order);

      expect([symmetry.order, group.length]).toEqual([BigInt(order), order]);
      for (let sample = 0; sample < samples; sample++) {
        const digits = layout.encode(randomValue(allOf(state), random) as never);
        const orbit = new Set(group.map((exchange) => layout.permute(digits, exchange).join()));
        const before = [...digits];
        const canonical = symmetry.canonical(digits);
        const to = new Int32Array(symmetry.elements);
        expect(symmetry.canonicalBy(digits, to)).toEqual(canonical);
        expect(layout.permute(digits, symmetry.permutationOf(to))).toEqual(canonical);
        const size = symmetry.orbitOf(digits);
        const elsewhere = layout.permute(digits, group[random(group.length)] as Permutation);

        expect({ value: layout.decode(digits), size }).toEqual({
          value: layout.decode(digits),
          size: BigInt(orbit.size),
        });
        expect(orbit).toContain(canonical.join());
        expect(digits).toEqual(before);
        expect(symmetry.canonical(elsewhere)).toEqual(canonical);
        expect(symmetry.orbitOf(elsewhere)).toBe(size);

        const its = byCode(digits);
        found.push(its);
        expected.push(
          its.isSettled
            ? { isSettled: true, form: canonical, size }
            : { isSettled: false, form: digits, size: undefined },
        );
      }
      expect(found).toEqual(expected);
      const settled = found.filter(({ isSettled }) => isSettled).length;
      // Where every hash is the same, colours settle few.
      if (bits === 32 && order > 1) expect(settled).toBeGreaterThan(samples / 4);
      return undefined;
    },
  );
});

test("what elements have of their own counts to the last bit, whatever their colours", () => {
  const node = interchangeable("node", 3) as IndexSet;
  const counts = Array.from({ length: 7 }, (_, i) => [`count ${i}`, upTo(2_000)] as const);
  const layout = layoutOf(
    variables({ of: each(node, record(Object.fromEntries(counts))), name: optional(index(node)) }),
    {},
    [node],
  );
  weak.bits = 0;
  const symmetry = symmetryOf(layout, {});
  const byCode = codeOf(symmetry, layout);
  const alike = [...Array.from({ length: 21 }, (_, at) => at % 7), 0, 0];

  expect(byCode(alike)).toEqual({ isSettled: true, form: alike, size: 1n });
  for (let slot = 0; slot < 21; slot++) {
    const [more, last] = [alike.slice(), alike.slice()];
    more[slot] = 1_999;
    last[slot] = 2_000;
    const form = symmetry.canonical(more);
    expect(byCode(more)).toEqual({ isSettled: false, form: more, size: undefined });
    expect(symmetry.canonical(last)).not.toEqual(form);
  }
  const named = alike.with(21, 1);
  expect(byCode(named)).toEqual({ isSettled: false, form: named, size: undefined });
});

test("trees with the same in them are twins, whatever the order of what is in them", () => {
  const frame = buddies("frame", { levels: 2, trees: 3 }) as unknown as IndexSet;
  const layout = layoutOf(variables({ of: each(frame, words) }), {}, [frame]);
  const symmetry = symmetryOf(layout, {});
  const digits = [
    [0, 1, 0, 0],
    [0, 0, 1, 0],
    [0, 0, 0, 1],
  ].flat();
  const form = symmetry.canonical(digits);

  // Of three trees, each with one frame that is not like the other three.
  expect(codeOf(symmetry, layout)(digits)).toEqual({ isSettled: true, form, size: 4n ** 3n });
});

test("elements that look alike and are not are counted once: a pair that swaps, and one that stays", () => {
  const node = interchangeable("node", 5) as IndexSet;
  const layout = layoutOf(variables({ next: each(node, index(node)) }), {}, [node]);
  const symmetry = symmetryOf(layout, {});

  // 0 <-> 1 and 2 -> 3 -> 4 -> 2: 5! / (2 * 3) arrangements of it.
  expect(symmetry.orbitOf([1, 0, 3, 4, 2])).toBe(20n);
  // All stay; one cycle of five.
  expect(symmetry.orbitOf([0, 1, 2, 3, 4])).toBe(1n);
  expect(symmetry.orbitOf([1, 2, 3, 4, 0])).toBe(24n);
});

test("the sizes of the orbits of all pointers among five elements add up to all of them", () => {
  const node = interchangeable("node", 5) as IndexSet;
  const layout = layoutOf(variables({ next: each(node, index(node)) }), {}, [node]);
  const symmetry = symmetryOf(layout, {});
  const orbits = new Map<string, bigint>();
  for (let number = 0; number < 5 ** 5; number++) {
    const digits = Array.from({ length: 5 }, (_, at) => Math.floor(number / 5 ** at) % 5);
    orbits.set(symmetry.canonical(digits).join(), symmetry.orbitOf(digits));
  }

  expect(orbits.size).toBe(47); // OEIS A001372
  expect([...orbits.values()].reduce((sum, size) => sum + size, 0n)).toBe(3125n);
});

test("seven elements in cycles of three and four, which no colouring tells apart", () => {
  const node = interchangeable("node", 7) as IndexSet;
  const layout = layoutOf(variables({ neighbours: each(node, subset(node)) }), {}, [node]);
  const symmetry = symmetryOf(layout, {});
  const random = randomFrom(7);
  const forms = new Set<string>();
  for (let sample = 0; sample < 20; sample++) {
    const order = shuffled(7, random);
    const neighbours = Array.from({ length: 7 }, () => new Set<number>());
    for (const cycle of [order.slice(0, 3), order.slice(3)]) {
      for (const [at, one] of cycle.entries()) {
        const other = cycle[(at + 1) % cycle.length] as number;
        neighbours[one]?.add(other);
        neighbours[other]?.add(one);
      }
    }
    const digits = layout.encode({ neighbours });
    forms.add(symmetry.canonical(digits).join());
    expect(symmetry.orbitOf(digits)).toBe(5040n / (6n * 8n)); // the dihedral groups of a triangle and a square
  }
  expect(forms.size).toBe(1);
});

test("ordered elements are never exchanged, nor those of an empty set or a set of one", () => {
  const frame = buddies("frame", { levels: 1, trees: 2, ordered: "halves and trees" });
  const sets = [
    ordered("slot", 4),
    frame,
    frame.blocks("block"),
    interchangeable("none", 0),
    interchangeable("one", 1),
  ] as IndexSet[];
  const layout = layoutOf(
    variables({ at: index(sets[0] as IndexSet), of: each(sets[3] as IndexSet, words) }),
    {},
    sets,
  );
  const symmetry = symmetryOf(layout, {});

  expect(symmetry.order).toBe(1n);
  expect(symmetry.generators).toEqual([]);
  expect(symmetry.canonical([2])).toEqual([2]);
  expect(symmetry.orbitOf([2])).toBe(1n);
});

test("of ordered halves whole trees are exchanged, all that is in them in its place", () => {
  const frame = buddies("frame", { levels: 2, trees: 3, ordered: "halves" });
  const block = frame.blocks("block");
  const sets = [frame, block] as readonly unknown[] as IndexSet[];
  const [leaf, node] = sets as [IndexSet, IndexSet];
  const layout = layoutOf(variables({ of: each(leaf, words), at: each(node, words) }), {}, sets);
  const symmetry = symmetryOf(layout, {});
  expect(symmetry.generators).toHaveLength(2);

  for (const exchange of [...symmetry.generators, symmetry.any(randomFrom(1))]) {
    const [frameTo, blockTo] = exchange as readonly [Int32Array, Int32Array];
    expect(frameTo.some((to, from) => to !== from)).toBe(true);
    const isKept = [...frameTo].every((to, from) => to % 4 === from % 4);
    expect(isKept && [...blockTo].every((to, from) => to % 7 === from % 7)).toBe(true);
    for (const [from, to] of [...blockTo].entries()) {
      const goesTo = block.frames(from as never).map((f) => frameTo[f as unknown as number]);
      expect(block.frames(to as never)).toEqual(goesTo);
    }
  }
});

test("the order of large groups is exact: beyond the whole numbers of a double", () => {
  const node = interchangeable("node", 24) as IndexSet;
  const layout = layoutOf(variables({ word: each(node, words) }), {}, [node]);
  const symmetry = symmetryOf(layout, {});

  expect(symmetry.order).toBe(620_448_401_733_239_439_360_000n);
  expect(symmetry.orbitOf(layout.encode(layout.first()).map((_, at) => at % 2))).toBe(2_704_156n);
});

test("twenty elements that are only indexed by: one form, and as many states as there are arrangements", () => {
  const node = interchangeable("node", 20) as IndexSet;
  const shapes = { word: each(node, words), step: each(node, upTo(2)), marked: subset(node) };
  const layout = layoutOf(variables(shapes), {}, [node]);
  const random = randomFrom(20);
  const samplesOfThem = Array.from({ length: 200 }, () =>
    layout.encode(randomValue(allOf(variables(shapes)), random) as never),
  );
  const symmetry = symmetryOf(layout, {});
  const forms = samplesOfThem.map((digits) => symmetry.canonical(digits));
  for (const [position, digits] of samplesOfThem.entries()) {
    const exchanged = layout.permute(digits, symmetry.any(random));
    const each20 = (of: Digits): string[] =>
      Array.from({ length: 20 }, (_, at) => `${of[at]} ${of[20 + at]} ${of[40 + at]}`);
    const counts = new Map<string, number>();
    for (const one of each20(digits)) counts.set(one, (counts.get(one) ?? 0) + 1);
    const alike = [...counts.values()].reduce((product, count) => product * exactly(count), 1n);

    expect(each20(forms[position] as Digits).sort()).toEqual(each20(digits).sort());
    expect(symmetry.canonical(exchanged)).toEqual(forms[position]);
    expect(symmetry.orbitOf(exchanged)).toBe(exactly(20) / alike);
  }
});

test("the form of a state does not depend on which states were asked for before", () => {
  for (const { sets, state } of grounds) {
    const layout = layoutOf(state, {}, sets);
    const random = randomFrom(3);
    const asked = Array.from({ length: 12 }, () =>
      layout.encode(randomValue(allOf(state), random) as never),
    );
    const [one, other] = [symmetryOf(layout, {}), symmetryOf(layout, {})];
    const forward = asked.map((digits) => one.canonical(digits));
    const backward = asked.toReversed().map((digits) => other.canonical(digits));

    expect(backward.toReversed()).toEqual(forward);
  }
});

/** Every exchange that can be composed of some, by trying until there are no new ones. */
function closureOf(generators: readonly Permutation[], { sets }: Layout): readonly Permutation[] {
  const identity = sets.map(({ size }) => {
    const length = typeof size === "number" ? size : size({} as never);
    return Int32Array.from({ length }, (_, element) => element);
  });
  const known = new Map<string, Permutation>([[identity.join("|"), identity]]);
  for (const one of known.values()) {
    for (const generator of generators) {
      const both = one.map((to, set) => to.map((element) => generator[set]?.[element] as number));
      if (!known.has(both.join("|"))) known.set(both.join("|"), both);
    }
  }
  return [...known.values()];
}

type Random = (below: number) => number;

function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const allOf = (state: Ground["state"]): Shape =>
  record(Object.fromEntries(Object.entries(state).map(([name, { shape }]) => [name, shape])));

function randomValue(shape: Shape, random: Random): unknown {
  const size = (set: IndexSet): number =>
    typeof set.size === "number" ? set.size : set.size({} as never);
  const list = (length: number, of: Shape): unknown[] =>
    Array.from({ length }, () => randomValue(of, random));
  if (shape.kind === "words") return shape.words[random(shape.words.length)];
  // Small numbers, or no two of them would ever be alike.
  if (shape.kind === "whole") return random(Math.min(shape.max as number, 3) + 1);
  if (shape.kind === "index") return random(size(shape.set));
  // Every second time pointers are an arrangement, in which all elements look alike.
  if (
    shape.kind === "each" &&
    shape.of.kind === "index" &&
    shape.of.set === shape.set &&
    random(2) === 0
  ) {
    return shuffled(size(shape.set), random);
  }
  if (shape.kind === "each") return list(size(shape.set), shape.of);
  if (shape.kind === "sequence") return list(random((shape.max as number) + 1), shape.of);
  if (shape.kind === "subset") {
    return new Set(
      Array.from({ length: size(shape.set) }, (_, element) => element).filter(
        () => random(2) === 0,
      ),
    );
  }
  if (shape.kind === "optional") return random(3) === 0 ? "none" : randomValue(shape.of, random);
  if (shape.kind === "record") {
    return Object.fromEntries(
      Object.entries(shape.fields).map(([name, of]) => [name, randomValue(of, random)]),
    );
  }
  return 0;
}

function shuffled(length: number, random: Random): number[] {
  const order = Array.from({ length }, (_, at) => at);
  for (let last = length - 1; last > 0; last--) {
    const other = random(last + 1);
    [order[last], order[other]] = [order[other] as number, order[last] as number];
  }
  return order;
}

function exactly(factorialOf: number): bigint {
  return factorialOf < 2 ? 1n : BigInt(factorialOf) * exactly(factorialOf - 1);
}

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}
