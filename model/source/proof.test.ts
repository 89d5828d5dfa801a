import { match } from "ts-pattern";
import { describe, expect, test } from "vitest";
import {
  buddies,
  declare,
  each,
  type IndexSet,
  interchangeable,
  oneOf,
  optional,
  ordered,
  range,
  sequence,
  type Spec,
  subset,
} from "../../spec/index.ts";
import { linuxFreePageReporting } from "../../spec/protocols/linux-free-page-reporting/claims.ts";
import { pageRing } from "../../spec/protocols/page-ring/claims.ts";
import { s390GuestPageHinting } from "../../spec/protocols/s390-guest-page-hinting/claims.ts";
import { twoPhaseCommit } from "../../spec/protocols/two-phase-commit/claims.ts";
import { allFunctionsOf, instantiate } from "../index.ts";
import { type Proof, proofsOf } from "./proof.ts";

// biome-ignore lint/suspicious/noExplicitAny: functions of a spec of its own, whose types are not the point
type Any = any;

const page = interchangeable("page", 3);
const slot = ordered("slot", 3);
const frame = buddies("frame", { levels: 1 });
const block = frame.blocks("block");
const low = buddies("low", { levels: 2, trees: 2, ordered: "halves" });
const half = low.blocks("half");
const all = buddies("all", { levels: 1, trees: 2, ordered: "halves and trees" });
const any = all.blocks("any");

const { action, spec } = declare({
  constants: { most: 2 },
  state: {
    at: each(page, oneOf("a", "b")),
    many: each(page, range(0, 5)),
    next: each(page, optional(page)),
    lists: each(slot, sequence(page, 3)),
    set: subset(page),
    count: range(0, 9),
    list: sequence(page, 3),
    owner: each(block, oneOf("free", "used")),
    content: each(frame, oneOf("empty", "data")),
    lowest: each(low, oneOf("empty", "data")),
    halves: each(half, oneOf("free", "used")),
    sgl: sequence(half, 3),
    from: optional(low),
    anyOf: each(any, oneOf("free", "used")),
    allOf: each(all, oneOf("empty", "data")),
  },
});

/** What is proved of an effect or a condition that is called with a state, one page and the constants. */
function proofOf(its: (state: Any, p: Any, constants: Any) => unknown, of: IndexSet = page): Proof {
  const acts = action("it", { forAny: of, effect: its as never });
  const protocol: Spec = spec({ name: "toy", title: "", actions: { acts } });
  return proofsOf(protocol).of({ name: "it", its: its as never, choices: [of], states: 1 });
}

test("a function that two specs share is proved of each by what their states are made of", () => {
  const told = interchangeable("told", 2);
  const untold = ordered("untold", 2);
  const first = (state: Any): boolean => state.at[0] === "a";
  const proofIn = (of: IndexSet): Proof => {
    const words = declare({ constants: {}, state: { at: each(of, oneOf("a", "b")) } });
    const acts = words.action("it", { when: first as never, effect: () => {} });
    const protocol: Spec = words.spec({ name: "toy", title: "", actions: { acts } });
    return proofsOf(protocol).of({ name: "it", its: first, choices: [], states: 1 });
  };
  const observedIn = (of: IndexSet): number => proofIn(of).observed.length;
  expect([told, untold, told].map(observedIn)).toEqual([1, 0, 1]);
  expect(proofIn(told).unproved).toBe(undefined);
});

describe("every function is proved of", () => {
  test.each([pageRing, twoPhaseCommit, linuxFreePageReporting, s390GuestPageHinting])(
    "$name",
    (protocol) => {
      const { proofs } = instantiate(protocol);
      const doubts = allFunctionsOf(protocol).flatMap((its) => {
        const { unproved, observed, memories } = proofs.of(its);
        return [unproved, ...observed, ...memories].filter((why) => why !== undefined);
      });
      expect(doubts).toEqual([]);
    },
  );
});

describe("elements are treated alike", () => {
  const alike: Record<string, (s: Any, p: Any, constants: Any) => unknown> = {
    "where they are compared, kept and looked up": (s, p) => {
      if (s.next[p] !== p && s.at[p] === "a") s.next[p] = p;
    },
    "where all of them are asked": (s, p) => s.at.every((v: Any, q: Any) => v === "a" || q === p),
    "where they are counted": (s) => s.at.filter((v: Any) => v === "a").length === 2,
    "where values are added up in a loop": (s) => {
      let sum = 0;
      for (const many of s.many) sum += many;
      s.count = sum;
    },
    "where each gets its own": (s) => {
      for (const q of s.at.keys()) if (s.at[q] === "a") s.many[q] = 0;
    },
    "where all get the same": (s, p) => {
      for (const q of s.at.keys()) s.next[q] = p === q ? "none" : "none";
    },
    "where a loop ends with the one answer that it has": (s) => {
      for (const v of s.at) if (v === "b") return true;
      return false;
    },
    "where an order is the state's own": (s) => {
      const [first] = s.list;
      if (first !== undefined) s.at[first] = "b";
      for (const q of s.list) {
        if (s.at[q] === "a") break;
        s.many[q] += 1;
      }
      s.list.push(...s.list.splice(0, 1));
    },
    "where a helper is asked": (s, p) => helper(s, p) && own(s, p),
    "where subsets are": (s, p) => {
      if (s.set.has(p)) s.set.delete(p);
      else s.set.add(p);
      return s.set.size > 1;
    },
    "where all are copied, in whatever way": (s, p) => {
      s.at = [...s.at];
      s.at = s.at.slice();
      s.at = Array.from(s.at).slice();
      s.many = s.many.map((many: Any, q: Any) => (q === p || s.at[q] === "a" ? 0 : many));
      s.next = Array.from(s.next, (_: Any, q: Any) => q);
      s.content = s.content.map(() => "empty");
      s.set = new Set(s.set);
    },
    "where cases are told apart": (s, p) =>
      match(s.at[p])
        .with("a", () => true)
        .with("b", () => false)
        .otherwise(() => false),
  };
  const own = (s: Any, p: Any): boolean => s.next[p] === "none";

  test.each(Object.entries(alike))("%s", (_, its) => {
    expect(proofOf(its)).toMatchObject({ unproved: undefined, observed: [], memories: [] });
  });

  test("where blocks are split and merged", () => {
    const its = (s: Any, b: Any): void => {
      const buddy = block.buddy(b);
      const parent = block.parent(b);
      if (buddy === undefined || parent === undefined || s.owner[buddy] !== "free") return;
      for (const part of block.around(b)) if (part === parent) break;
      for (const f of block.frames(b)) s.content[f] = block.order(b) > 0 ? "data" : "empty";
    };
    expect(proofOf(its, block)).toMatchObject({ unproved: undefined, observed: [] });
  });
});

describe("of halves that are ordered", () => {
  const alike: Record<string, readonly [of: IndexSet, its: (s: Any, b: Any) => unknown]> = {
    "the lower is told from the upper": [
      half,
      (s, b) => {
        const [lower, upper] = half.halves(b);
        if (lower === undefined || upper === undefined) return;
        s.halves[lower] = "used";
        s.sgl.push(upper);
        for (const part of half.halves(b)) {
          if (s.halves[part] === "used") break;
          s.halves[part] = "used";
        }
      },
    ],
    "a block has a first frame": [
      half,
      (s, b) => {
        s.from = half.first(b);
        for (const f of half.frames(b)) {
          if (f !== half.first(b)) s.lowest[f] = "data";
          if (low.offset(f) > 1) return;
        }
      },
    ],
    "a half is the lower one": [half, (s, b) => half.isLower(b) && s.halves[b] === "free"],
    "frames have an offset": [low, (s, f) => s.lowest[f] === "data" || low.offset(f) % 2 === 0],
    "and of trees that are, frames have a position": [
      all,
      (s, f) => {
        if (all.position(f) === 0) s.allOf[all.at(1)] = "data";
        const [lower] = any.halves(any.parent(any.of(f)) ?? any.of(f));
        if (lower !== undefined && any.first(lower) < f) s.anyOf[lower] = "used";
      },
    ],
  };
  test.each(Object.entries(alike))("%s, and nothing else is told apart", (_, [of, its]) => {
    expect(proofOf(its, of)).toMatchObject({ unproved: undefined, observed: [], memories: [] });
  });

  const told: Record<string, readonly [of: IndexSet, its: (s: Any, b: Any) => unknown]> = {
    "trees, by the name of a frame": [low, (_s, f) => f === 0],
    "trees, by the first frame of all": [low, (s) => s.lowest[0] === "data"],
    "trees, by which comes first": [low, (s) => s.lowest.indexOf("data") === 1],
    "trees, by what one leaves for the next": [
      half,
      (s) => {
        for (const b of s.halves.keys()) {
          if (!half.isLower(b)) continue;
          s.halves[b] = "used";
          break;
        }
      },
    ],
    "frames of all, as one of another set": [all, (s, f) => s.lowest[f] === "data"],
    "halves that may be swapped": [block, (s, b) => s.owner[block.halves(b)[0] as Any] === "free"],
    "the first frame of a block whose halves may be swapped": [
      block,
      (s, b) => s.content[block.frames(b)[0] as Any] === "data",
    ],
  };
  test.each(Object.entries(told))("not %s", (_, [of, its]) => {
    const { unproved, observed } = proofOf(its, of);
    expect(unproved === undefined ? observed : [unproved]).not.toEqual([]);
  });
});

describe("an element is told from another", () => {
  const names = ["zero", "one", "two"];
  const told: Record<string, (s: Any, p: Any, constants: Any) => unknown> = {
    "by a number": (_s, p) => p === 0,
    "by a number that is computed": (_s, p, { most }) => p === most - 1,
    "by its size": (_s, p) => p > 1,
    "as a text": (_s, p) => `${p}` === "1",
    "as true or false": (_s, p) => (p ? 1 : 2) === 1,
    "by a sum": (s, p) => s.count + p > 2,
    "by a case": (_s, p) => {
      switch (p) {
        case 0:
          return true;
        default:
          return false;
      }
    },
    "in a table": (_s, p) => names[p] === "one",
    "as the first of the keys": (s, p) => {
      const [first] = s.at.keys();
      return first === p;
    },
    "as the one at a place": (s) => s.at[0] === "a",
    "as the first that is found": (s) => s.many.find((many: Any) => many > 1) === 2,
    "by where it is found": (s) => s.at.indexOf("a") === 0,
    "by what is joined": (s) => s.at.join("") === "aab",
    "by the order of a list of its own": (s) => {
      const order: Any[] = [];
      for (const q of s.at.keys()) order.push(q);
      s.list = order;
    },
    "by the first in a loop": (s) => {
      for (const q of s.at.keys()) {
        if (s.at[q] === "a") {
          s.at[q] = "b";
          break;
        }
      }
    },
    "by the last in a loop": (s) => {
      for (const many of s.many) s.count = many;
    },
    "by what one leaves for the next": (s) => {
      let before = 0;
      for (const q of s.at.keys()) {
        s.many[q] = before;
        before = before + 1 + s.count;
      }
    },
    "by what is folded": (s) => s.many.reduce((sum: Any, many: Any) => 2 * sum + many, 0) > 3,
    "by where it is among those that pass": (s) =>
      s.at.filter((v: Any) => v === "a").every((_v: Any, place: Any) => place < 1),
    "by a helper": (_s, p) => isFirst(p),
    "as it is kept": (s, p) => {
      s.count = p;
    },
    "by what is kept as one": (s) => {
      s.list.push(1);
    },
    "in a subset": (s) => s.set.has(2),
    "by the first of a subset": (s) => [...s.set][0] === 1,
  };

  test.each(Object.entries(told))("%s", (_, its) => {
    const { unproved, observed } = proofOf(its);
    expect(unproved === undefined ? observed : [unproved]).not.toEqual([]);
  });
});

function isFirst(p: Any): boolean {
  return p < 1;
}
const helper = (s: Any, p: Any): boolean => s.at[p] === "a";

describe("a callback leaves something behind", () => {
  /** The callback that a function hands over is recorded here, to be asked about. */
  const handedOverBy = (its: (s: Any, p: Any, constants: Any) => unknown): boolean | undefined => {
    const proof = proofOf(its);
    let handed: ((...all: Any[]) => Any) | undefined;
    const every = (callback: (...all: Any[]) => Any): boolean => {
      handed = callback;
      return true;
    };
    its({ at: { every, some: every }, list: { every } }, 0, { most: 2 });
    return handed && proof.onlyAnswers(handed as never);
  };

  test("not where it only answers, nor where it counts for itself", () => {
    expect(handedOverBy((s, p) => s.at.every((v: Any, q: Any) => v === "a" && q !== p))).toBe(true);
    expect(
      handedOverBy((s) =>
        s.at.every((v: Any) => {
          let n = 0;
          const seen = [];
          for (const one of [v, v]) {
            n += 1;
            seen.push(one);
          }
          return seen.length === n;
        }),
      ),
    ).toBe(true);
    expect(handedOverBy((s, p) => s.at.every(() => helper(s, p)))).toBe(true);
  });

  test("by a helper that it calls, a method, a native function, or what is not understood", () => {
    const list: Any[] = [];
    const keep = (v: Any): boolean => list.push(v) > 0;
    const ways: ((s: Any, p: Any) => unknown)[] = [
      (s) => s.at.every((v: Any) => keep(v)),
      (s) => {
        const own: Any[] = [];
        const put = (v: Any): boolean => own.push(v) > 0;
        return s.at.every((v: Any) => put(v)) && own.length > 1;
      },
      (s) => {
        let last = "";
        return s.at.every((v: Any) => (last = v) !== "") && last === "a";
      },
      (s) => {
        const own = new Set();
        return s.at.every((v: Any) => own.add(v).size > 0) && own.size > 1;
      },
      (s) => {
        const box = { put: (v: Any) => Object.assign(box, { v }) };
        return s.at.every((v: Any) => box.put(v) !== undefined);
      },
      (s) => s.at.every(list.push.bind(list)),
      (s) => s.at.every((v: Any) => Reflect.set(list, 0, v)),
      (s) => {
        const words = function* (): Generator {};
        const all = words();
        return s.at.every(() => all.next().done);
      },
    ];
    for (const its of ways) expect(handedOverBy(its), String(its)).not.toBe(true);
  });
});

test("what lasts from one call to the next is named", () => {
  let calls = 0;
  const seen = new Map<Any, Any>();
  expect(proofOf(() => ++calls > 3).memories).toEqual([
    expect.stringContaining("assigns calls, which lasts from one call to the next"),
  ]);
  expect(proofOf((s) => seen.set(s.count, 1)).memories).not.toEqual([]);
  expect(
    proofOf((s) => {
      try {
        return s.count > 1;
      } catch (error) {
        calls += 1;
        return error === undefined;
      }
    }).memories,
  ).toEqual([expect.stringContaining("assigns `calls`")]);
  const counter = {
    n: 0,
    tick(): number {
      return ++this.n;
    },
  };
  expect(proofOf(() => counter.tick() > 3).memories).not.toEqual([]);
  expect(proofOf((s) => /a/.test(s.at[0])).memories).toEqual([]);
  // Of what cannot be followed, what is written says as much as can be said.
  expect(
    proofOf((s) => {
      const alias = seen;
      return "x" in s && alias.set(1, 1).size > 1;
    }).memories,
  ).toEqual([expect.stringContaining("calls `alias.set`")]);
});
