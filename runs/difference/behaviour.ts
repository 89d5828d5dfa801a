import { otherThan, type Sides } from "./aligned.ts";
import { type MustEnd, type SilentQuotient, silentQuotient } from "./silent-quotient.ts";
import type { StateGraph } from "./state-graph.ts";

/** What a look for a behaviour that only one version has came to. */
export type BehaviourDifference =
  | FoundBehaviour
  /** All that the one does, as the page contract sees it, the other does too. */
  | { readonly kind: "none" }
  /** None was found, and not all could be looked at: all behaviours of so many steps were, if it is known of how many. */
  | { readonly kind: "not found"; readonly reason: string; readonly upTo?: number };

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
  readonly mustEnd: MustEnd;
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
 * The shortest behaviour of each version that the other does not have, seen through the page contract: which states pages go
 * through, and whether they are discarded, whatever else happens in between. Each state of the one is looked at with all
 * those states together that the other may be in when the same has been seen.
 */
export async function behaviourDifferences(
  graphs: Sides<StateGraph>,
  limits: LookLimits,
): Promise<Sides<BehaviourDifference>> {
  const views = commonViews(graphs);
  const quotient = await silentQuotient(graphs, views.seen, limits.mustEnd);
  if (typeof quotient === "string") {
    const notFound = { kind: "not found", reason: quotient } as const;
    return [notFound, notFound];
  }
  const shown: Shown = { ...views, quotient, initial: [graphs[0].initial, graphs[1].initial] };
  const onlyIn = (side: 0 | 1): Promise<BehaviourDifference> =>
    new Product(graphs[side], side, shown, limits).run();
  return [await onlyIn(0), await onlyIn(1)];
}

/** What is seen of two versions, numbered alike in both. */
interface Views {
  readonly names: readonly string[];
  readonly views: readonly (readonly string[])[];
  /** Of each state of a version the view that it has. */
  readonly seen: Sides<Uint32Array>;
}

/** Their states as well, by what they can show. */
interface Shown extends Views {
  readonly quotient: SilentQuotient;
  /** How many states of a version are initial. */
  readonly initial: Sides<number>;
}

function commonViews([one, other]: Sides<StateGraph>): Views {
  if (one.pages === undefined || other.pages === undefined) {
    throw new Error("There are no pages to look at.");
  }
  const keys = new Map(one.pages.views.map((view, at) => [view.join("|"), at]));
  const views = [...one.pages.views];
  const numbers = other.pages.views.map((view) => keys.get(view.join("|")) ?? views.push(view) - 1);
  const seen = other.pages.seen.map((view) => numbers[view] as number);
  return { names: one.pages.names, views, seen: [one.pages.seen, seen] };
}

/** Blocks of states that a version may be in when something has been seen. */
interface Candidate {
  readonly number: number;
  readonly blocks: ReadonlySet<number>;
  /** Whether these are all: not, if steps of some of them, or of those before, are not known. */
  readonly isWhole: boolean;
}

/** The sets of blocks of a version, each once: what is called a subset construction, made as far as it is asked for. */
class Candidates {
  readonly #side: 0 | 1;
  readonly #shown: Shown;
  readonly #known = new Map<string, Candidate>();
  readonly #behind = new Map<number, ReadonlyMap<number, Candidate>>();
  readonly #covers = new Map<string, boolean>();

  constructor(side: 0 | 1, shown: Shown) {
    this.#side = side;
    this.#shown = shown;
  }

  /** Those in which it may be when nothing but a view was seen; undefined if there is none. */
  initial(view: number): Candidate | undefined {
    const { quotient, initial } = this.#shown;
    const { block, seen } = quotient;
    const blocks = [...block[this.#side].subarray(0, initial[this.#side])].filter(
      (its) => seen[its] === view,
    );
    return blocks.length === 0 ? undefined : this.#closed(blocks, true);
  }

  /** By what is seen next: those in which it may be then. */
  behind(its: Candidate): ReadonlyMap<number, Candidate> {
    const known = this.#behind.get(its.number);
    if (known !== undefined) return known;
    const { next, seen } = this.#shown.quotient;
    const reached = new Map<number, Set<number>>();
    for (const block of its.blocks) {
      for (const to of next[block] as readonly number[]) {
        const view = seen[to] as number;
        if (view === seen[block]) continue;
        const blocks = reached.get(view) ?? new Set();
        reached.set(view, blocks.add(to));
      }
    }
    const behind = new Map(
      [...reached].map(([view, blocks]) => [view, this.#closed([...blocks], its.isWhole)]),
    );
    this.#behind.set(its.number, behind);
    return behind;
  }

  /** Whether one of them can show just what a state of the version that it is compared with can, as far as that is known. */
  hasLike(its: Candidate, state: number): boolean {
    return its.blocks.has(this.#shown.quotient.block[otherThan(this.#side)][state] as number);
  }

  /** Whether all that cannot be shown from the other cannot be shown from the one either. */
  covers(one: Candidate, other: Candidate): boolean {
    if (one === other) return true;
    if (one.blocks.size > other.blocks.size || (other.isWhole && !one.isWhole)) return false;
    const key = `${one.number} ${other.number}`;
    const known = this.#covers.get(key);
    if (known !== undefined) return known;
    const covers = [...one.blocks].every((block) => other.blocks.has(block));
    this.#covers.set(key, covers);
    return covers;
  }

  /** With all blocks to which steps lead that are not seen. */
  #closed(from: readonly number[], isWhole: boolean): Candidate {
    const { next, seen, isOpen } = this.#shown.quotient;
    const closed = new Set(from);
    let isKnown = isWhole;
    for (const block of closed) {
      if (isOpen[block]) isKnown = false;
      for (const to of next[block] as readonly number[]) {
        if (seen[to] === seen[block]) closed.add(to);
      }
    }
    const key = `${isKnown} ${Uint32Array.from(closed).sort().join()}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const candidate = { number: this.#known.size, blocks: closed, isWhole: isKnown };
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
  readonly #shown: Shown;
  readonly #seen: Uint32Array;
  readonly #other: Candidates;
  readonly #limits: LookLimits;
  /** Of each state, the candidates that it was met with: of which none covers another that was met later. */
  readonly #met = new Map<number, Candidate[]>();
  readonly #queue: Pair[] = [];
  /** The depth of the first pair of which not everything is known, and why. */
  #open: { readonly depth: number; readonly reason: string } | undefined;
  /** Of each state after how many steps, at least, not everything is known: infinite if all is. */
  readonly #known: readonly number[];

  constructor(one: StateGraph, side: 0 | 1, shown: Shown, limits: LookLimits) {
    this.#one = one;
    this.#shown = shown;
    this.#seen = shown.seen[side];
    this.#other = new Candidates(otherThan(side), shown);
    this.#limits = limits;
    this.#known = stepsKnown(one);
  }

  async run(): Promise<BehaviourDifference> {
    for (let state = 0; state < this.#one.initial; state++) {
      const others = this.#other.initial(this.#seen[state] as number);
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

  #opensAt(depth: number): void {
    if (depth < (this.#open?.depth ?? Infinity)) this.#open = { depth, reason: "state limit" };
  }

  /**
   * A pair need not be looked at where the other can show just what the state can, nor where the state was met before with fewer
   * candidates: an antichain is enough.
   */
  #add(pair: Pair): void {
    if (this.#other.hasLike(pair.others, pair.state)) {
      this.#opensAt(pair.depth + (this.#known[pair.state] as number));
      return;
    }
    const met = this.#met.get(pair.state) ?? [];
    if (met.some((others) => this.#other.covers(others, pair.others))) return;
    met.push(pair.others);
    this.#met.set(pair.state, met);
    this.#queue.push(pair);
  }

  /** Takes all steps of the one; what only it can show, if there is anything. */
  #lookFrom(pair: Pair): FoundBehaviour | undefined {
    const { expanded, first, target } = this.#one;
    const { state, others, depth } = pair;
    if (state >= expanded) {
      this.#opensAt(depth);
      return undefined;
    }
    const seen = this.#seen[state] as number;
    for (let edge = first[state] as number; edge < (first[state + 1] as number); edge++) {
      const to = target[edge] as number;
      const view = this.#seen[to] as number;
      const next = view === seen ? others : this.#other.behind(others).get(view);
      const following = { state: to, from: pair, edge, depth: depth + 1 };
      if (next !== undefined) this.#add({ ...following, others: next });
      else if (others.isWhole) return this.#found({ ...following, others }, seen, view);
      else this.#opensAt(depth);
    }
    return undefined;
  }

  #found(pair: Pair, seen: number, view: number): FoundBehaviour {
    const edges: number[] = [];
    let at: Pair = pair;
    for (; at.from !== undefined && at.edge !== undefined; at = at.from) edges.push(at.edge);
    const change = (to: readonly string[]): readonly PageChange[] =>
      this.#changes(this.#viewOf(seen), to);
    return {
      kind: "found",
      initial: at.state,
      steps: edges.toReversed().map((edge) => this.#one.label[edge] as number),
      isShortest: this.#open === undefined || this.#open.depth >= pair.depth - 1,
      change: change(this.#viewOf(view)),
      instead: [...this.#other.behind(pair.others).keys()].map((next) =>
        change(this.#viewOf(next)),
      ),
    };
  }

  #viewOf(number: number): readonly string[] {
    return this.#shown.views[number] as readonly string[];
  }

  /** An initial state in which the other cannot begin. */
  #foundAt(initial: number): FoundBehaviour {
    const view = this.#viewOf(this.#seen[initial] as number);
    const change = view.map((to, p) => ({ page: this.#shown.names[p] as string, from: "", to }));
    return { kind: "found", initial, steps: [], isShortest: true, change, instead: [] };
  }

  #changes(from: readonly string[], to: readonly string[]): readonly PageChange[] {
    return to.flatMap((its, p) =>
      its === from[p]
        ? []
        : [{ page: this.#shown.names[p] as string, from: from[p] as string, to: its }],
    );
  }
}

/** Of each state how many steps lead, at least, to one whose steps are not known. */
function stepsKnown({ size, expanded, first, target }: StateGraph): readonly number[] {
  const known = Array.from({ length: size }, (_, state) => (state < expanded ? Infinity : 0));
  const before: number[][] = Array.from({ length: size }, () => []);
  for (let state = 0; state < expanded && expanded < size; state++) {
    for (let at = first[state] as number; at < (first[state + 1] as number); at++) {
      before[target[at] as number]?.push(state);
    }
  }
  const queue = known.flatMap((its, state) => (its === 0 ? [state] : []));
  for (const state of queue) {
    for (const from of before[state] ?? []) {
      if (known[from] !== Infinity) continue;
      known[from] = (known[state] as number) + 1;
      queue.push(from);
    }
  }
  return known;
}
