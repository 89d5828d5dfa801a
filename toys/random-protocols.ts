/**
 * For tests: random specs that read and change their state in the ways in which protocols do, by array
 * methods, loops, helpers and assignments, through values nested in one another. A spec may leave its
 * domains or fail an assertion. The same number makes the same spec.
 */
import {
  assert,
  declare,
  each,
  type IndexSet,
  interchangeable,
  oneOf,
  optional,
  ordered,
  range,
  record,
  type Spec,
  sequence,
  subset,
} from "../spec/index.ts";

// biome-ignore lint/suspicious/noExplicitAny: states of random specs have no static type
export type Plain = any;
/** Picks a whole number from 0 up to a bound, which is not among them. */
export type Pick = (below: number) => number;

export function pickFrom(number: number): Pick {
  let seed = number >>> 0;
  return (below) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
}

/** A domain of a random spec. */
type Sort =
  | { readonly kind: "word"; readonly words: readonly string[] }
  | { readonly kind: "whole"; readonly min: number; readonly max: number }
  | { readonly kind: "index"; readonly set: IndexSet; readonly size: number }
  | { readonly kind: "each"; readonly set: IndexSet; readonly size: number; readonly of: Sort }
  | { readonly kind: "record"; readonly fields: Readonly<Record<string, Sort>> }
  | { readonly kind: "sequence"; readonly of: Sort; readonly max: number }
  | { readonly kind: "subset"; readonly set: IndexSet; readonly size: number }
  | { readonly kind: "optional"; readonly of: Sort };

/** Elements that were chosen, by their sets. */
type Chosen = ReadonlyMap<IndexSet, number>;
type Test = (value: Plain, chosen: Chosen) => boolean;
type Count = (value: Plain, chosen: Chosen) => number;
type Make = (chosen: Chosen) => Plain;
/** Changes the value at a place: in place, or by assigning another. */
type Change = (get: () => Plain, set: (value: Plain) => void, chosen: Chosen) => void;

interface Set {
  readonly set: IndexSet;
  readonly size: number;
}

const isScalar = ({ kind }: Sort): boolean =>
  kind === "word" || kind === "whole" || kind === "index";

const domainOf = (sort: Sort): unknown => {
  switch (sort.kind) {
    case "word":
      return oneOf(...(sort.words as [string]));
    case "whole":
      return range(sort.min, sort.max);
    case "index":
      return sort.set;
    case "each":
      return each(sort.set, domainOf(sort.of) as never);
    case "record":
      return record(
        Object.fromEntries(
          Object.entries(sort.fields).map(([name, of]) => [name, domainOf(of)]),
        ) as never,
      );
    case "sequence":
      return sequence(domainOf(sort.of) as never, sort.max);
    case "subset":
      return subset(sort.set as IndexSet<string>);
    case "optional":
      return optional(domainOf(sort.of) as never);
  }
};

/** A random spec. With `isSymmetric` its sets are interchangeable, and no element is named. */
export function randomProtocol(number: number, isSymmetric: boolean): Spec {
  const pick = pickFrom(number);
  const one = <T>(list: readonly T[]): T => list[pick(list.length)] as T;
  const times = <T>(count: number, make: (at: number) => T): T[] =>
    Array.from({ length: count }, (_, at) => make(at));
  const set = (name: string): Set => {
    const size = 1 + pick(3);
    return { size, set: (isSymmetric ? interchangeable : ordered)(name, size) as IndexSet };
  };
  const sets = times(1 + pick(2), (at) => set(["page", "cpu"][at] as string));

  // ---- Domains ----

  function scalar(): Sort {
    const kind = pick(4);
    if (kind === 0) return { kind: "index", ...one(sets) };
    if (kind === 1) {
      const min = pick(4) - 2;
      return { kind: "whole", min, max: min + 1 + pick(3) };
    }
    return { kind: "word", words: ["a", "b", "c"].slice(0, 2 + pick(2)) };
  }

  function sort(depth: number): Sort {
    if (depth === 0) return scalar();
    switch (pick(8)) {
      case 0:
      case 1:
        return { kind: "each", ...one(sets), of: sort(depth - 1) };
      case 2:
      case 3:
        return { kind: "sequence", of: sort(depth - 1), max: 1 + pick(3) };
      case 4:
        return { kind: "subset", ...one(sets) };
      case 5:
        return { kind: "optional", of: sort(depth - 1) };
      case 6:
        return { kind: "record", fields: { x: sort(depth - 1), y: scalar() } };
      default:
        return scalar();
    }
  }

  // ---- Questions ----

  const element = (its: Set): ((chosen: Chosen) => number | undefined) => {
    const named = isSymmetric ? undefined : pick(its.size);
    return (chosen) => chosen.get(its.set) ?? named;
  };

  function compared(): (value: number) => boolean {
    const bound = pick(4);
    return one<(value: number) => boolean>([
      (value) => value === bound,
      (value) => value > bound,
      (value) => value < bound,
      (value) => value % 2 === 0,
    ]);
  }

  function test(of: Sort): Test {
    switch (of.kind) {
      case "word": {
        const word = one(of.words);
        return one<Test>([
          (value) => value === word,
          (value) => value !== word,
          (value) => [word, "a"].includes(value as string),
        ]);
      }
      case "whole": {
        const bound = of.min + pick(of.max - of.min + 1);
        return one<Test>([
          (value) => value === bound,
          (value) => value < bound,
          (value) => value >= bound,
          (value) => (value - of.min) % 2 === 1,
        ]);
      }
      case "index": {
        const which = element(of);
        return one<Test>([
          (value, chosen) => value === which(chosen),
          (value, chosen) => value !== which(chosen),
        ]);
      }
      case "optional": {
        const inner = test(of.of);
        return one<Test>([
          (value) => value === "none",
          (value, chosen) => value !== "none" && inner(value, chosen),
          (value, chosen) => value === "none" || inner(value, chosen),
        ]);
      }
      case "record": {
        const [x, y] = [test(of.fields["x"] as Sort), test(of.fields["y"] as Sort)];
        return one<Test>([
          (value, chosen) => x(value.x, chosen) && y(value.y, chosen),
          (value, chosen) => y(value.y, chosen) || x(value.x, chosen),
          ({ y: inner }, chosen) => y(inner, chosen),
          (value, chosen) => ({ ...value }).y === value.y && x(value.x, chosen),
        ]);
      }
      case "subset": {
        const which = element(of);
        const fits = compared();
        return one<Test>([
          (value, chosen) => value.has(which(chosen)),
          (value, chosen) => !value.has(which(chosen)),
          (value) => fits(value.size),
          (value, chosen) => [...value].every((other) => other === which(chosen)),
        ]);
      }
      default: {
        const count = counted(of);
        const fits = compared();
        const list = one(lists(of));
        return pick(3) === 0 ? (value, chosen) => fits(count(value, chosen)) : list;
      }
    }
  }

  /** Questions about a list that answer yes or no. */
  function lists(of: Extract<Sort, { kind: "each" | "sequence" }>): readonly Test[] {
    const inner = test(of.of);
    const other = test(of.of);
    const fits = compared();
    const place = pick(3);
    const which = of.kind === "each" ? element(of) : () => place;
    const at: Test = (value, chosen) => {
      const index = which(chosen);
      if (index === undefined || index >= value.length) return false;
      return inner(value[index], chosen);
    };
    const plain: Test[] = [
      at,
      (value, chosen) => value.every((it: Plain) => inner(it, chosen)),
      (value, chosen) => value.some((it: Plain) => inner(it, chosen)),
      (value, chosen) =>
        value.every(
          (it: Plain, index: number) => inner(it, chosen) || at(value, chosen) || index < 0,
        ),
      (value, chosen) =>
        value.filter((it: Plain) => inner(it, chosen)).some((it: Plain) => other(it, chosen)),
      (value, chosen) =>
        fits(value.reduce((sum: number, it: Plain) => (inner(it, chosen) ? sum + 1 : sum), 0)),
      (value, chosen) => value.map((it: Plain) => inner(it, chosen)).filter(Boolean).length > 1,
      (value, chosen) => {
        let count = 0;
        for (const it of value) {
          if (inner(it, chosen)) count += 1;
          else if (other(it, chosen)) count += 2;
        }
        return fits(count);
      },
      (value, chosen) => {
        let count = 0;
        value.every((it: Plain) => {
          if (inner(it, chosen)) count += 1;
          return true;
        });
        return fits(count);
      },
    ];
    if (isSymmetric && of.kind === "each") return plain;
    const inOrder: Test[] = [
      (value, chosen) => {
        const found = value.find((it: Plain) => inner(it, chosen));
        return found !== undefined && other(found, chosen);
      },
      (value, chosen) => fits(value.findIndex((it: Plain) => inner(it, chosen))),
      (value, chosen) => {
        const [first] = value.filter((it: Plain) => inner(it, chosen));
        return first !== undefined && other(first, chosen);
      },
      (value, chosen) => {
        for (let index = 0; index < value.length; index++) {
          if (inner(value[index], chosen)) return other(value[index], chosen);
        }
        return false;
      },
      (value, chosen) =>
        value.every(
          (it: Plain, index: number) =>
            index === 0 || inner(it, chosen) === inner(value[index - 1], chosen),
        ),
    ];
    if (of.kind === "sequence") {
      inOrder.push(
        (value) => fits(value.length),
        (value, chosen) => value.length > 0 && inner(value.at(-1), chosen),
        (value, chosen) => value[0] !== undefined && inner(value[0], chosen),
        (value, chosen) => value.slice(1).some((it: Plain) => inner(it, chosen)),
      );
      if (isScalar(of.of)) {
        const wanted = make(of.of);
        inOrder.push(
          (value, chosen) => value.includes(wanted(chosen)),
          (value, chosen) => fits(value.indexOf(wanted(chosen))),
          (value, chosen) => value.indexOf(wanted(chosen)) === value.lastIndexOf(wanted(chosen)),
        );
      }
    }
    return [...plain, ...inOrder, ...inOrder];
  }

  /** A number that a list comes to. */
  function counted(of: Extract<Sort, { kind: "each" | "sequence" }>): Count {
    const inner = test(of.of);
    const countMatching = (value: Plain, chosen: Chosen): number => {
      let count = 0;
      for (const it of value) if (inner(it, chosen)) count++;
      return count;
    };
    return one<Count>([
      (value, chosen) => value.filter((it: Plain) => inner(it, chosen)).length,
      (value) => value.length,
      countMatching,
    ]);
  }

  // ---- New values ----

  function make(of: Sort): Make {
    switch (of.kind) {
      case "word": {
        const word = one(of.words);
        return () => word;
      }
      case "whole": {
        const number = of.min + pick(of.max - of.min + 1);
        return () => number;
      }
      case "index": {
        const which = element(of);
        const first = isSymmetric ? undefined : 0;
        return (chosen) => which(chosen) ?? first;
      }
      case "each": {
        const inner = make(of.of);
        return (chosen) => Array.from({ length: of.size }, () => inner(chosen));
      }
      case "record": {
        const [x, y] = [make(of.fields["x"] as Sort), make(of.fields["y"] as Sort)];
        return (chosen) => ({ x: x(chosen), y: y(chosen) });
      }
      case "sequence": {
        const inner = make(of.of);
        const length = pick(of.max + 1);
        return (chosen) => Array.from({ length }, () => inner(chosen));
      }
      case "subset": {
        const which = element(of);
        return one<Make>([
          () => new Set(),
          (chosen) => new Set(which(chosen) === undefined ? [] : [which(chosen)]),
        ]);
      }
      case "optional": {
        const inner = make(of.of);
        return pick(3) === 0 ? () => "none" : inner;
      }
    }
  }

  // ---- Changes ----

  function change(of: Sort): Change {
    const made = make(of);
    const assigns: Change = (_, set, chosen) => {
      set(made(chosen));
    };
    switch (of.kind) {
      case "word":
      case "index":
        return assigns;
      case "whole":
        return one<Change>([
          assigns,
          (get, set) => {
            if (get() < of.max) set(get() + 1);
          },
          (get, set) => {
            set(Math.max(of.min, get() - 1));
          },
          (get, set) => {
            set(((get() - of.min + 1) % (of.max - of.min + 1)) + of.min);
          },
          (get, set) => {
            if (pickless || get() < of.max) set(get() + 1); // may leave its range
          },
        ]);
      case "optional": {
        const inner = change(of.of);
        return one<Change>([
          assigns,
          (_, set) => {
            set("none");
          },
          (get, set, chosen) => {
            if (get() !== "none") inner(get, set, chosen);
          },
          (get, set, chosen) => {
            set(get() === "none" ? made(chosen) : "none");
          },
        ]);
      }
      case "record": {
        const [x, y] = [change(of.fields["x"] as Sort), change(of.fields["y"] as Sort)];
        const into =
          (name: "x" | "y", inner: Change): Change =>
          (get, _, chosen) => {
            const it = get();
            inner(
              () => it[name],
              (value) => {
                it[name] = value;
              },
              chosen,
            );
          };
        const newY = make(of.fields["y"] as Sort);
        return one<Change>([
          into("x", x),
          into("x", x),
          into("y", y),
          assigns,
          (get, set, chosen) => {
            set({ ...get(), y: newY(chosen) });
          },
          (get, _, chosen) => {
            Object.assign(get(), { y: newY(chosen) });
          },
          (get, set, chosen) => {
            const old = get();
            set(made(chosen));
            get().x = old.x;
          },
        ]);
      }
      case "subset": {
        const which = element(of);
        return one<Change>([
          assigns,
          (get, _, chosen) => {
            const it = which(chosen);
            if (it !== undefined) get().add(it);
          },
          (get, _, chosen) => {
            get().delete(which(chosen));
          },
          (get, _, chosen) => {
            const it = which(chosen);
            if (it !== undefined && !get().delete(it)) get().add(it);
          },
          (get, set, chosen) => {
            set(new Set([...get()].filter((other) => other !== which(chosen))));
          },
          (get) => {
            get().clear();
          },
        ]);
      }
      case "each":
        return one(eachChanges(of, assigns));
      case "sequence":
        return one(sequenceChanges(of, assigns));
    }
  }

  /** What stays in its range, most of the time. */
  const pickless = pick(6) === 0;

  function eachChanges(of: Extract<Sort, { kind: "each" }>, assigns: Change): readonly Change[] {
    const which = element(of);
    const inner = change(of.of);
    const fits = test(of.of);
    const made = make(of.of);
    const into: Change = (get, _, chosen) => {
      const index = which(chosen);
      const list = get();
      if (index === undefined) return;
      inner(
        () => list[index],
        (value) => {
          list[index] = value;
        },
        chosen,
      );
    };
    const plain: Change[] = [
      into,
      into,
      into,
      (get, _, chosen) => {
        const list = get();
        for (const index of list.keys()) if (fits(list[index], chosen)) list[index] = made(chosen);
      },
      (get, _, chosen) => {
        const list = get();
        list.forEach((it: Plain, index: number) => {
          if (fits(it, chosen)) {
            inner(
              () => list[index],
              (value) => {
                list[index] = value;
              },
              chosen,
            );
          }
        });
      },
      (get, set, chosen) => {
        set(get().map((it: Plain) => (fits(it, chosen) ? made(chosen) : it)));
      },
      assigns,
    ];
    if (isSymmetric) return plain;
    const [one_, other] = [pick(of.size), pick(of.size)];
    return [
      ...plain,
      (get) => {
        const list = get();
        [list[one_], list[other]] = [list[other], list[one_]];
      },
      (get) => {
        get()[one_] = get()[other];
      },
      (get, _, chosen) => {
        const index = get().findIndex((it: Plain) => fits(it, chosen));
        if (index >= 0) get()[index] = made(chosen);
      },
    ];
  }

  function sequenceChanges(
    of: Extract<Sort, { kind: "sequence" }>,
    assigns: Change,
  ): readonly Change[] {
    const inner = change(of.of);
    const fits = test(of.of);
    const made = make(of.of);
    const place = pick(3);
    const mayOverflow = pick(8) === 0;
    const grows: Change = (get, _, chosen) => {
      if (mayOverflow || get().length < of.max) get().push(made(chosen));
    };
    const shared: Change[] = [
      assigns,
      grows,
      grows,
      grows,
      (get, _, chosen) => {
        if (get().length < of.max) get().unshift(made(chosen));
      },
      (get) => {
        get().shift();
      },
      (get) => {
        get().pop();
      },
      (get, set, chosen) => {
        set(get().filter((it: Plain) => fits(it, chosen)));
      },
      (get, set, chosen) => {
        set(get().filter((it: Plain) => !fits(it, chosen)));
      },
      (get) => {
        const list = get();
        if (list.length > 1) list.push(list.shift());
      },
      (get) => {
        if (get().length > 1) get().unshift(get().pop());
      },
      (get) => {
        get().splice(place, 1);
      },
      (get, _, chosen) => {
        if (get().length > place) get().splice(place, 1, made(chosen));
      },
      (get, _, chosen) => {
        if (get().length < of.max) get().splice(place, 0, made(chosen));
      },
      (get, _, chosen) => {
        const index = get().findIndex((it: Plain) => fits(it, chosen));
        if (index >= 0) get().splice(index, 1);
      },
      (get, set) => {
        set(get().slice(1));
      },
      (get, set, chosen) => {
        if (get().length < of.max) set([...get(), made(chosen)]);
      },
      (get) => {
        get().length = 0;
      },
      (get) => {
        get().reverse();
      },
      (get, _, chosen) => {
        const list = get();
        if (list.length > place) list[place] = made(chosen);
      },
      (get, _, chosen) => {
        const list = get();
        if (list.length <= place) return;
        inner(
          () => list[place],
          (value) => {
            list[place] = value;
          },
          chosen,
        );
      },
      (get, _, chosen) => {
        const list = get();
        for (let index = 0; index < list.length; index++) {
          if (!fits(list[index], chosen)) continue;
          inner(
            () => list[index],
            (value) => {
              list[index] = value;
            },
            chosen,
          );
        }
      },
      (get, _, chosen) => {
        // What is taken out is changed and put back.
        let taken = get().shift();
        if (taken === undefined) return;
        inner(
          () => taken,
          (value) => {
            taken = value;
          },
          chosen,
        );
        get().push(taken);
      },
      (get) => {
        const list = get();
        if (list.length > 0 && list.length < of.max) list.push(list[0]);
      },
      (get, _, chosen) => {
        const list = get();
        if (list.length < of.max && list.push(made(chosen)) > 2) list.shift();
      },
    ];
    if (!isScalar(of.of)) return shared;
    return [
      ...shared,
      (get, _, chosen) => {
        const index = get().indexOf(made(chosen));
        if (index >= 0) get().splice(index, 1);
      },
      (get, _, chosen) => {
        const it = made(chosen);
        if (!get().includes(it) && get().length < of.max) get().push(it);
      },
      ...(isSymmetric
        ? []
        : [
            (get: () => Plain): void => {
              get().sort();
            },
          ]),
    ];
  }

  // ---- The spec ----

  const variables = times(1 + pick(3), (at) => ({ name: `v${at}`, sort: sort(1 + pick(3)) }));
  const { action, invariant, spec, stepProperty, witness } = declare({
    constants: {},
    state: Object.fromEntries(variables.map((its) => [its.name, domainOf(its.sort)])) as Record<
      string,
      never
    >,
  });

  const chosenOf = (forAny: readonly Set[], rest: readonly Plain[]): Chosen =>
    new Map(forAny.map((its, at) => [its.set, rest[at] as number]));

  function condition(): Test {
    const parts = times(1 + pick(2), () => {
      const { name, sort: of } = one(variables);
      const inner = test(of);
      return (state: Plain, chosen: Chosen): boolean => inner(state[name], chosen);
    });
    const [first, second] = parts as [Test, Test?];
    if (second === undefined) return first;
    return one<Test>([
      (state, chosen) => first(state, chosen) && second(state, chosen),
      (state, chosen) => first(state, chosen) || second(state, chosen),
      (state, chosen) => first(state, chosen) === second(state, chosen),
    ]);
  }

  /** Each set at most once. */
  const choices = (): readonly Set[] => {
    const first = pick(sets.length);
    return one([[], [sets[first] as Set], sets]);
  };
  const domains = (forAny: readonly Set[]): readonly IndexSet[] => forAny.map((its) => its.set);

  function effect(forAny: readonly Set[]): (draft: Plain, ...rest: Plain[]) => void {
    const changes = times(1 + pick(2), () => {
      const { name, sort: of } = one(variables);
      const inner = change(of);
      return (draft: Plain, chosen: Chosen): void =>
        inner(
          () => draft[name],
          (value) => {
            draft[name] = value;
          },
          chosen,
        );
    });
    const only = pick(3) === 0 ? condition() : undefined;
    const claim = pick(10) === 0 ? condition() : undefined;
    return (draft, ...rest) => {
      const chosen = chosenOf(forAny, rest);
      if (claim !== undefined) assert(claim(draft, chosen), "so it is");
      for (const its of changes) its(draft, chosen);
      if (only?.(draft, chosen) === true) changes[0]?.(draft, chosen);
    };
  }

  const actors = ["someone", "someone else"];
  const actions = times(3 + pick(4), (at) => {
    const forAny = isSymmetric ? sets : choices();
    const guard = condition();
    const isAlways = pick(3) > 0;
    const definition = action(one(actors), {
      forAny: domains(forAny),
      guard: (state: Plain, ...rest: Plain[]) => isAlways || guard(state, chosenOf(forAny, rest)),
      effect: effect(forAny),
    } as never);
    return [`a${at}`, definition] as const;
  });
  const ofState = (): never => {
    const forAny = isSymmetric ? sets : choices();
    const [when, holds] = [condition(), condition()];
    const isPlain = pick(2) === 0;
    const isWeak = pick(2) === 0;
    return {
      forAny: domains(forAny),
      when: (state: Plain, ...rest: Plain[]) => isPlain || when(state, chosenOf(forAny, rest)),
      holds: (state: Plain, ...rest: Plain[]) => {
        const chosen = chosenOf(forAny, rest);
        return holds(state, chosen) || (isWeak && when(state, chosen));
      },
    } as never;
  };
  const ofStep = (): never => {
    const forAny = isSymmetric ? sets : choices();
    const [when, holds] = [condition(), condition()];
    const kind = pick(4);
    const isPlain = pick(2) === 0;
    return {
      ...(pick(2) === 0 ? { by: one(actors) } : {}),
      forAny: domains(forAny),
      when: (before: Plain, after: Plain, ...rest: Plain[]) => {
        const chosen = chosenOf(forAny, rest);
        return isPlain || when(before, chosen) !== when(after, chosen);
      },
      holds: (before: Plain, after: Plain, ...rest: Plain[]) => {
        const chosen = chosenOf(forAny, rest);
        if (kind === 0) return holds(before, chosen) || holds(after, chosen);
        if (kind === 1) return holds(before, chosen) === holds(after, chosen);
        if (kind === 2) return !when(before, chosen) || holds(after, chosen);
        return holds(before, chosen) || when(after, chosen);
      },
    } as never;
  };
  const begins = isSymmetric ? sets : choices();
  const isEnd = condition();
  return spec({
    name: "random",
    title: `number ${number}`,
    ...(pick(2) === 0 && {
      initial: { forAny: domains(begins), effect: effect(begins) } as never,
    }),
    actions: Object.fromEntries(actions) as never,
    invariants: { i0: invariant(ofState()), i1: invariant(ofState()), i2: invariant(ofState()) },
    stepProperties: { s0: stepProperty(ofStep()), s1: stepProperty(ofStep()) },
    witnesses: { w0: witness(ofState()), w1: witness(ofState()) },
    ...(pick(3) > 0 && {
      mayEnd: pick(2) === 0 || isSymmetric ? () => true : (state: Plain) => isEnd(state, new Map()),
    }),
  });
}
