import type { Model, State } from "../model/index.ts";
import type { Shape } from "../spec/index.ts";
import { insideOf, type Part, textOf } from "./parts.ts";

/** Copies of states that note which of their parts are looked at. */
export interface Recorder {
  /** What was looked at so far, in order, each part of each state once. */
  reads(): readonly Read[];
  /** A state to hand to a predicate; `of` is told apart in the reads. */
  watched(state: State, of: number): State;
  /** A state to hand to an effect, which may write to it. What it reads is noted as it is by then. */
  draft(state: State): State;
}

/** A part of the state number `of` that was looked at. */
export interface Read extends Part {
  readonly of: number;
}

/** A read, and whether it is of what is written to, which may be read again as something else. */
interface Noted extends Read {
  readonly isOfDraft?: true;
}

/**
 * A recorder that keeps only the reads that matter: once `every` has found an element that fails,
 * or `some`, `find` or `includes` one that fits, what was seen of those before it decided nothing. Of what an effect
 * reads again, `keeps` says which time counts.
 */
export function recorderOf(model: Model, keeps: "first" | "last" = "last"): Recorder {
  const log: Noted[] = [];

  function wrap(shape: Shape, value: unknown, variable: string, path: string, of: number): unknown {
    const inside = insideOf(shape);
    if (inside === undefined || typeof value !== "object" || value === null) {
      log.push({ of, variable, path, text: textOf(shape, value, path) });
      return value;
    }
    // A copy, because a proxy must show the properties of a frozen target as they are.
    const copy = (Array.isArray(value) ? [...value] : { ...value }) as object;
    return new Proxy(copy, {
      get: (target, key, self) => {
        const found = typeof key === "string" ? inside(key) : undefined;
        const inner: unknown = Reflect.get(target, key, self);
        if (found !== undefined && inner !== undefined) {
          return wrap(found.shape, inner, variable, path + found.step, of);
        }
        return Array.isArray(target) && typeof key === "string" && key in quantifiers
          ? quantifiers[key as keyof typeof quantifiers].bind(undefined, self as readonly unknown[])
          : inner;
      },
    });
  }

  /** A copy that is written to, part by part: whatever is read of it once is the same object from then on. */
  function draftOf(shape: Shape, value: unknown, variable: string, path: string): unknown {
    const inside = insideOf(shape);
    if (inside === undefined || typeof value !== "object" || value === null) {
      return structuredClone(value);
    }
    const copy = (Array.isArray(value) ? [] : {}) as object;
    for (const [key, inner] of Object.entries(value)) {
      const found = inside(key);
      const part = found && draftOf(found.shape, inner, variable, path + found.step);
      Reflect.set(copy, key, found === undefined ? inner : part);
    }
    return new Proxy(copy, {
      get: (target, key, self) => {
        const found = typeof key === "string" ? inside(key) : undefined;
        const inner: unknown = Reflect.get(target, key, self);
        if (found !== undefined && insideOf(found.shape) === undefined) {
          const at = path + found.step;
          const text = textOf(found.shape, inner, at);
          log.push({ of: 0, variable, path: at, text, isOfDraft: true });
        }
        return Array.isArray(target) && typeof key === "string" && key in quantifiers
          ? quantifiers[key as keyof typeof quantifiers].bind(undefined, self as readonly unknown[])
          : inner;
      },
    });
  }

  /** Looks at one element after the other until `isFound`; the position of that one, or -1. */
  function search(
    elements: readonly unknown[],
    isFound: (value: unknown, at: number) => boolean,
  ): number {
    const start = log.length;
    for (let at = 0; at < elements.length; at++) {
      const thisOne = log.length;
      if (isFound(elements[at], at)) {
        log.splice(start, thisOne - start);
        return at;
      }
    }
    return -1;
  }

  type Test = (value: unknown, index: number, all: readonly unknown[]) => unknown;
  const quantifiers = {
    every: (all: readonly unknown[], test: Test) =>
      search(all, (value, at) => !test(value, at, all)) < 0,
    some: (all: readonly unknown[], test: Test) =>
      search(all, (value, at) => !!test(value, at, all)) >= 0,
    find: (all: readonly unknown[], test: Test) => {
      let found: unknown;
      search(all, (value, at) => {
        const fits = !!test(value, at, all);
        if (fits) found = value;
        return fits;
      });
      return found;
    },
    findIndex: (all: readonly unknown[], test: Test) =>
      search(all, (value, at) => !!test(value, at, all)),
    includes: (all: readonly unknown[], wanted: unknown) =>
      search(all, (value) => value === wanted) >= 0,
  };

  return {
    reads: () => {
      const keyOf = ({ of, path }: Read): string => `${of} ${path}`;
      // Not before: what a quantifier forgets again counts for nothing, and what was there before it does.
      const last = new Map(log.map((read) => [keyOf(read), read]));
      const seen = new Set<string>();
      return log
        .filter((read) => keeps === "first" || !read.isOfDraft || last.get(keyOf(read)) === read)
        .filter((read) => !seen.has(keyOf(read)) && seen.add(keyOf(read)))
        .map(({ isOfDraft: _isOfDraft, ...read }) => read);
    },
    watched: (state, of) => {
      const watched = {};
      for (const [variable, value] of Object.entries(state)) {
        const shape = model.spec.state[variable]?.shape;
        if (shape === undefined) continue;
        Object.defineProperty(watched, variable, {
          enumerable: true,
          get: () => wrap(shape, value, variable, variable, of),
        });
      }
      return watched;
    },
    draft: (state) => {
      const draft = {};
      for (const [variable, { shape }] of Object.entries(model.spec.state)) {
        let value = draftOf(shape, state[variable], variable, variable);
        Object.defineProperty(draft, variable, {
          enumerable: true,
          get: () => {
            if (insideOf(shape) === undefined) {
              const text = textOf(shape, value, variable);
              log.push({ of: 0, variable, path: variable, text, isOfDraft: true });
            }
            return value;
          },
          set: (written: unknown) => {
            value = written;
          },
        });
      }
      return draft;
    },
  };
}
