import type { SeenPages, StateGraph } from "./state-graph.ts";

/** What a look for a behaviour that only one version has came to. */
export type BehaviourDifference =
  | FoundBehaviour
  /** All that the one does, as the page contract sees it, the other does too. */
  | { readonly kind: "none" }
  /** None was found, and not all could be looked at: all behaviours of so many steps were, if it is known of how many. */
  | { readonly kind: "not found"; readonly reason: string; readonly upTo: number };

/** A behaviour that only one version has, seen through the page contract. */
export interface FoundBehaviour {
  readonly kind: "found";
  /** Which of the initial states it begins in, and which steps it takes, by their positions. */
  readonly initial: number;
  readonly steps: readonly number[];
  /** Whether no other has fewer steps. */
  readonly isShortest: boolean;
  /** What the last step changes that the other version cannot change there. */
  readonly change: readonly PageChange[];
  /** What the other version can show next instead, by the changes of each. */
  readonly instead: readonly (readonly PageChange[])[];
}

/** "frame 0" from "free" to "isolated" */
export interface PageChange {
  readonly page: string;
  readonly from: string;
  readonly to: string;
}

/** When a look ends early. */
export interface LookLimits {
  /** The most pairs of a state and what the other version may be in. */
  readonly maxPairs: number;
  /** Asked often, with a chance for whoever waits: why to end, if it is to end. */
  readonly mustEnd: () => Promise<string | undefined>;
}

/** Why two versions cannot be compared through the page contract; undefined if they can. */
export function whyNotComparable([one, other]: readonly [StateGraph, StateGraph]):
  | string
  | undefined {
  const without = [one, other].filter(({ pages }) => pages === undefined);
  if (without.length === 2) return "neither says which states pages are in";
  if (without[0] !== undefined) return `${without[0].title} has no pages`;
  const [these, those] = [one.pages, other.pages].map((pages) => pages?.names ?? []);
  if (these?.join() === those?.join()) return undefined;
  return `the pages are others: ${these?.length} (${these?.[0]}, ...) and ${those?.length} (${those?.[0]}, ...)`;
}

/**
 * The shortest behaviour of the one version that the other does not have, seen through the page contract: which states
 * pages go through, and whether they are discarded, whatever else happens in between. Each state of the one is looked at with all
 * those states together that the other may be in when the same has been seen.
 */
export async function onlyOf(
  one: StateGraph,
  other: StateGraph,
  limits: LookLimits,
): Promise<BehaviourDifference> {
  if (one.pages === undefined || other.pages === undefined) {
    throw new Error("There are no pages to look at.");
  }
  return new Product(one, one.pages, new Candidates(other, one.pages.views), limits).run();
}

/** States that a version may be in when something has been seen. */
interface Candidate {
  readonly number: number;
  readonly states: Uint32Array;
  /** Whether these are all: not, if steps of some of them, or of those before, are not known. */
  readonly isWhole: boolean;
}

/** The sets of states of a version, each once: what is called a subset construction, made as far as it is asked for. */
class Candidates {
  readonly #graph: StateGraph;
  /** Of each state what is seen in it: the position in the views of the version that it is compared with. */
  readonly #seen: Uint32Array;
  readonly #views: readonly (readonly string[])[];
  readonly #known = new Map<string, Candidate>();
  readonly #behind = new Map<number, ReadonlyMap<number, Candidate>>();

  constructor(graph: StateGraph, views: readonly (readonly string[])[]) {
    const { views: own, seen } = graph.pages as SeenPages;
    const all = [...views];
    const keys = new Map(views.map((view, at) => [view.join("|"), at]));
    const numbers = own.map((view) => {
      const known = keys.get(view.join("|"));
      return known ?? all.push(view) - 1;
    });
    this.#graph = graph;
    this.#views = all;
    this.#seen = seen.map((view) => numbers[view] as number);
  }

  /** A view by its number. */
  view(number: number): readonly string[] {
    return this.#views[number] as readonly string[];
  }

  /** Those in which it may be when nothing but a view was seen; undefined if there is none. */
  initial(view: number): Candidate | undefined {
    const states = Array.from({ length: this.#graph.initial }, (_, state) => state).filter(
      (state) => this.#seen[state] === view,
    );
    return states.length === 0 ? undefined : this.#closed(states, true);
  }

  /** By what is seen next: those in which it may be then. */
  behind(its: Candidate): ReadonlyMap<number, Candidate> {
    const known = this.#behind.get(its.number);
    if (known !== undefined) return known;
    const { expanded, first, target } = this.#graph;
    const reached = new Map<number, Set<number>>();
    for (const state of its.states) {
      if (state >= expanded) continue;
      for (let at = first[state] as number; at < (first[state + 1] as number); at++) {
        const to = target[at] as number;
        const view = this.#seen[to] as number;
        if (view === this.#seen[state]) continue;
        const states = reached.get(view) ?? new Set();
        reached.set(view, states.add(to));
      }
    }
    const behind = new Map(
      [...reached].map(([view, states]) => [view, this.#closed([...states], its.isWhole)]),
    );
    this.#behind.set(its.number, behind);
    return behind;
  }

  /** With all states to which steps lead that are not seen. */
  #closed(from: readonly number[], isWhole: boolean): Candidate {
    const { expanded, first, target } = this.#graph;
    const closed = new Set(from);
    let isKnown = isWhole;
    for (const state of closed) {
      if (state >= expanded) {
        isKnown = false;
        continue;
      }
      for (let at = first[state] as number; at < (first[state + 1] as number); at++) {
        const to = target[at] as number;
        if (this.#seen[to] === this.#seen[state]) closed.add(to);
      }
    }
    const states = Uint32Array.from(closed).sort();
    const key = `${isKnown} ${states.join()}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const candidate = { number: this.#known.size, states, isWhole: isKnown };
    this.#known.set(key, candidate);
    return candidate;
  }
}

/** A state of the one version, with those in which the other may be. */
interface Pair {
  readonly state: number;
  readonly others: Candidate;
  readonly from?: Pair | undefined;
  /** The position of the step in the graph. */
  readonly edge?: number | undefined;
  readonly depth: number;
}

/** One version beside all that the other may do meanwhile, nearest first. */
class Product {
  readonly #one: StateGraph;
  readonly #pages: SeenPages;
  readonly #other: Candidates;
  readonly #limits: LookLimits;
  readonly #met = new Set<number>();
  readonly #queue: Pair[] = [];
  /** The depth of the first pair of which not everything is known, and why. */
  #open: { readonly depth: number; readonly reason: string } | undefined;

  constructor(one: StateGraph, pages: SeenPages, other: Candidates, limits: LookLimits) {
    this.#one = one;
    this.#pages = pages;
    this.#other = other;
    this.#limits = limits;
  }

  async run(): Promise<BehaviourDifference> {
    for (let state = 0; state < this.#one.initial; state++) {
      const others = this.#other.initial(this.#pages.seen[state] as number);
      if (others === undefined) return this.#foundAt(state);
      this.#add({ state, others, depth: 0 });
    }
    for (let head = 0; head < this.#queue.length; head++) {
      const pair = this.#queue[head] as Pair;
      const found = this.#lookFrom(pair);
      if (found !== undefined) return found;
      const isFull = this.#queue.length > this.#limits.maxPairs;
      const reason = isFull ? "state limit" : await this.#limits.mustEnd();
      if (reason !== undefined) return this.#notFound({ depth: pair.depth, reason });
    }
    return this.#open === undefined ? { kind: "none" } : this.#notFound(this.#open);
  }

  #notFound({
    depth,
    reason,
  }: {
    readonly depth: number;
    readonly reason: string;
  }): BehaviourDifference {
    const upTo = Math.min(depth, this.#open?.depth ?? depth);
    return { kind: "not found", reason, upTo };
  }

  #add(pair: Pair): void {
    // Fewer than 2^26 states and as many candidates.
    const key = pair.others.number * this.#one.size + pair.state;
    if (this.#met.has(key)) return;
    this.#met.add(key);
    this.#queue.push(pair);
  }

  /** Takes all steps of the one; what only it can show, if there is anything. */
  #lookFrom(pair: Pair): FoundBehaviour | undefined {
    const { expanded, first, target } = this.#one;
    const { state, others, depth } = pair;
    if (state >= expanded) {
      this.#open ??= { depth, reason: "state limit" };
      return undefined;
    }
    const seen = this.#pages.seen[state] as number;
    for (let edge = first[state] as number; edge < (first[state + 1] as number); edge++) {
      const to = target[edge] as number;
      const view = this.#pages.seen[to] as number;
      const next = view === seen ? others : this.#other.behind(others).get(view);
      const following = { state: to, from: pair, edge, depth: depth + 1 };
      if (next !== undefined) this.#add({ ...following, others: next });
      else if (others.isWhole) return this.#found({ ...following, others }, seen, view);
      else this.#open ??= { depth, reason: "state limit" };
    }
    return undefined;
  }

  #found(pair: Pair, seen: number, view: number): FoundBehaviour {
    const edges: number[] = [];
    let at: Pair = pair;
    for (; at.from !== undefined && at.edge !== undefined; at = at.from) edges.push(at.edge);
    const change = (to: readonly string[]): readonly PageChange[] =>
      this.#changes(this.#other.view(seen), to);
    return {
      kind: "found",
      initial: at.state,
      steps: edges.toReversed().map((edge) => this.#one.label[edge] as number),
      isShortest: this.#open === undefined || this.#open.depth >= pair.depth - 1,
      change: change(this.#other.view(view)),
      instead: [...this.#other.behind(pair.others).keys()].map((next) =>
        change(this.#other.view(next)),
      ),
    };
  }

  /** An initial state in which the other cannot begin. */
  #foundAt(initial: number): FoundBehaviour {
    const view = this.#other.view(this.#pages.seen[initial] as number);
    const change = view.map((to, p) => ({ page: this.#pages.names[p] as string, from: "", to }));
    return { kind: "found", initial, steps: [], isShortest: true, change, instead: [] };
  }

  #changes(from: readonly string[], to: readonly string[]): readonly PageChange[] {
    return to.flatMap((its, p) =>
      its === from[p]
        ? []
        : [{ page: this.#pages.names[p] as string, from: from[p] as string, to: its }],
    );
  }
}
