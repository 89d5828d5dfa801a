import type { Step } from "./system.ts";

/** A step between two nodes. */
export interface Edge {
  /** The position of the step among those of the system. */
  readonly step: number;
  readonly to: number;
}

/** What behaviours are made of: they go along edges, or stay in a node for ever where that is allowed. */
export interface Arena {
  readonly starts: readonly number[];
  readonly edges: readonly (readonly Edge[])[];
  /** Which steps are possible in a node; of what is fair, those count. */
  readonly possible: readonly ReadonlySet<number>[];
  readonly mayStay: (node: number) => boolean;
}

/** Weak: one of these steps is taken again and again if one is possible for ever; strong: if again and again. */
export interface Obligation {
  readonly kind: "weak" | "strong";
  readonly steps: ReadonlySet<number>;
}

/** What a loop has to be like: where it is, and which sets of nodes it visits. */
export interface Loops {
  readonly within: (node: number) => boolean;
  readonly visiting: readonly ((node: number) => boolean)[];
}

/** A lasso with a stem and a loop of so many steps; to stay for ever is a loop of one. */
export interface Shape {
  readonly stem: number;
  readonly loop: number;
  readonly stays: boolean;
}

/** How many steps it takes to come to each node. */
export function distancesOf({ starts, edges }: Arena): ReadonlyMap<number, number> {
  const distances = new Map<number, number>(starts.map((node) => [node, 0]));
  for (const [node, distance] of distances) {
    for (const { to } of edges[node] ?? []) {
      if (!distances.has(to)) distances.set(to, distance + 1);
    }
  }
  return distances;
}

/** Whether there is a fair behaviour that is in such loops in the end. */
export function hasFairLoop(
  arena: Arena,
  nodes: ReadonlySet<number>,
  loops: Loops,
  fairness: readonly Obligation[],
): boolean {
  const inside = new Set([...nodes].filter(loops.within));
  if ([...inside].some((node) => staysFairly(arena, node, loops, fairness))) return true;
  return componentsOf(arena, inside).some((members) => {
    const edges = [...members].flatMap((node) =>
      (arena.edges[node] as readonly Edge[]).filter(({ to }) => members.has(to)),
    );
    if (edges.length === 0) return false;
    if (!loops.visiting.every((isIn) => [...members].some(isIn))) return false;
    const unmet = fairness.filter(({ steps }) => !edges.some(({ step }) => steps.has(step)));
    const isOpen = ({ steps }: Obligation, node: number): boolean => isPossible(arena, node, steps);
    const isHurt = unmet.some(
      (one) => one.kind === "weak" && [...members].every((node) => isOpen(one, node)),
    );
    if (isHurt) return false;
    const strong = unmet.filter(({ kind }) => kind === "strong");
    const rest = [...members].filter((node) => !strong.some((one) => isOpen(one, node)));
    // What is never taken here must not be possible again and again: not at all, from some moment on.
    return rest.length === members.size || hasFairLoop(arena, new Set(rest), loops, fairness);
  });
}

/** Whether it is fair to stay in a node for ever. */
function staysFairly(
  arena: Arena,
  node: number,
  { visiting }: Loops,
  fairness: readonly Obligation[],
): boolean {
  return (
    arena.mayStay(node) &&
    visiting.every((isIn) => isIn(node)) &&
    !fairness.some(({ steps }) => isPossible(arena, node, steps))
  );
}

function isPossible({ possible }: Arena, node: number, steps: ReadonlySet<number>): boolean {
  for (const step of possible[node] as ReadonlySet<number>) if (steps.has(step)) return true;
  return false;
}

/** Sets of nodes that all lead to each other, inside some nodes (Kosaraju: who is left last is visited first). */
function componentsOf(arena: Arena, inside: ReadonlySet<number>): readonly ReadonlySet<number>[] {
  const ahead = new Map<number, readonly number[]>();
  const behind = new Map<number, number[]>([...inside].map((node) => [node, []]));
  for (const node of inside) {
    const next = (arena.edges[node] as readonly Edge[]).map(({ to }) => to);
    ahead.set(
      node,
      next.filter((to) => inside.has(to)),
    );
    for (const to of next) behind.get(to)?.push(node);
  }
  const left = lastLeftFirst(inside, ahead);
  const done = new Set<number>();
  return left.flatMap((root) => {
    if (done.has(root)) return [];
    const members = new Set([root]);
    done.add(root);
    for (const node of members) {
      for (const before of behind.get(node) as readonly number[]) {
        if (done.has(before)) continue;
        done.add(before);
        members.add(before);
      }
    }
    return [members];
  });
}

/** Nodes in the opposite of the order in which a walk depth first leaves them. */
function lastLeftFirst(
  inside: ReadonlySet<number>,
  ahead: ReadonlyMap<number, readonly number[]>,
): readonly number[] {
  const seen = new Set<number>();
  const left: number[] = [];
  for (const root of inside) {
    const path: { readonly node: number; at: number }[] = [];
    const enter = (node: number): void => {
      if (seen.has(node)) return;
      seen.add(node);
      path.push({ node, at: 0 });
    };
    enter(root);
    for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
      const next = (ahead.get(last.node) as readonly number[])[last.at++];
      if (next !== undefined) enter(next);
      else left.push((path.pop() as typeof last).node);
    }
  }
  return left.reverse();
}

/** The nodes that a node leads to, with itself. */
export function reach(
  from: number,
  next: (node: number) => readonly number[],
): ReadonlySet<number> {
  const reached = new Set([from]);
  for (const node of reached) for (const to of next(node)) reached.add(to);
  return reached;
}

/** So many edges are looked at for a shortest lasso. */
const mostEffort = 100_000;

/** So many bits there are to note what a loop has met. */
const mostConditions = 30;

/**
 * The shortest fair lasso (of those, with the shortest stem) with a loop like these, found by going round from
 * every node and noting what has been met; undefined if there is none, or if it is too much to find out.
 */
export function shortestLasso(
  arena: Arena,
  distances: ReadonlyMap<number, number>,
  loops: Loops,
  fairness: readonly Obligation[],
): Shape | "too much" | undefined {
  let best: Shape | undefined;
  let effort = mostEffort;
  if (loops.visiting.length + 2 * fairness.length > mostConditions) return "too much";
  const conditions = conditionsOf(arena, loops, fairness);
  for (const [root, stem] of distances) {
    if (!loops.within(root)) continue;
    const most = best === undefined ? Number.POSITIVE_INFINITY : best.stem + best.loop - stem;
    // Roots come nearest first: one that is no shorter in all has no shorter stem either.
    if (most <= 1) break;
    if (staysFairly(arena, root, loops, fairness)) {
      best = { stem, loop: 1, stays: true };
      continue;
    }
    const loop = shortestLoop(root, most);
    if (loop === "too much") return loop;
    if (loop !== undefined) best = { stem, loop, stays: false };
  }
  return best;

  function shortestLoop(root: number, most: number): number | "too much" | undefined {
    const seen = new Set<string>();
    let level: { readonly node: number; readonly met: number }[] = [
      { node: root, met: conditions.at(root) },
    ];
    for (let length = 1; level.length > 0 && length < most; length++) {
      const next: typeof level = [];
      for (const { node, met } of level) {
        for (const { step, to } of arena.edges[node] as readonly Edge[]) {
          if (effort-- === 0) return "too much";
          if (!loops.within(to)) continue;
          const now = met | conditions.by(step) | conditions.at(to);
          if (to === root && conditions.areMet(now)) return length;
          const key = `${to} ${now}`;
          if (seen.has(key)) continue;
          seen.add(key);
          next.push({ node: to, met: now });
        }
      }
      level = next;
    }
    return undefined;
  }
}

/** What a loop has met so far, as bits: a set visited, a step taken, a moment at which none is possible, or one is. */
function conditionsOf(arena: Arena, { visiting }: Loops, fairness: readonly Obligation[]) {
  const count = visiting.length;
  const bitOf = (position: number, which: number): number => 1 << (count + 2 * position + which);
  return {
    at: (node: number): number => {
      let bits = 0;
      for (const [position, isIn] of visiting.entries()) if (isIn(node)) bits |= 1 << position;
      for (const [position, { kind, steps }] of fairness.entries()) {
        const notes = isPossible(arena, node, steps) === (kind === "strong");
        if (notes) bits |= bitOf(position, 1);
      }
      return bits;
    },
    by: (step: number): number => {
      let bits = 0;
      for (const [position, { steps }] of fairness.entries()) {
        if (steps.has(step)) bits |= bitOf(position, 0);
      }
      return bits;
    },
    areMet: (bits: number): boolean =>
      visiting.every((_, position) => (bits & (1 << position)) !== 0) &&
      fairness.every(({ kind }, position) => {
        const isTaken = (bits & bitOf(position, 0)) !== 0;
        const isNoted = (bits & bitOf(position, 1)) !== 0;
        return isTaken || isNoted === (kind === "weak");
      }),
  };
}

/** The obligations that a spec declares, over steps by their positions. */
export function obligationsOf(
  steps: readonly Step[],
  fairnessOf: (action: string) => "none" | "weak" | "strong",
  isFairAsAWhole: boolean,
): readonly Obligation[] {
  const each = steps.flatMap(({ action }, position): readonly Obligation[] => {
    const kind = fairnessOf(action);
    return kind === "none" ? [] : [{ kind, steps: new Set([position]) }];
  });
  const all = { kind: "weak" as const, steps: new Set(steps.keys()) };
  return isFairAsAWhole ? [...each, all] : each;
}
