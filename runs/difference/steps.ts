import type { Aligned, Sides } from "./aligned.ts";

/** An action of which one version takes steps that the other does not. */
export interface ActionDifference {
  readonly action: string;
  /** How many steps only the one takes, and only the other. */
  readonly steps: Sides<number>;
  /** How many of these begin in a state that both reach. */
  readonly fromCommon: Sides<number>;
  /** How many states only the one comes to, by such a step first. */
  readonly states: Sides<number>;
}

/** What one version does and the other does not, state by state and step by step. */
export interface StepsDifference {
  /** Actions that only the one has, and only the other. */
  readonly actions: Sides<readonly string[]>;
  /** Actions that are the same step for step under another name: the old one and the new. */
  readonly renamed: readonly Sides<string>[];
  /** Whether all is known of both. Otherwise only steps from those states are compared whose steps are known in both. */
  readonly isWhole: boolean;
  /** How many states both reach, and how many only the one, and only the other: none, where not all is known. */
  readonly common: number;
  readonly states: Sides<number>;
  /** In the order of the actions, those of the version before first; only those that differ. */
  readonly byAction: readonly ActionDifference[];
}

/** The steps of a version: of each action the pairs of states before and behind it. */
type Taken = ReadonlyMap<string, ReadonlySet<number>>;

/**
 * Compares steps by the states before and behind them, as far as the variables of both tell them. Undefined where not all
 * states are known, and one has variables of its own: a state of the other may then stand for some that are not known.
 */
export function stepsDifference(its: Aligned): StepsDifference | undefined {
  const isWhole = its.graphs.every(({ expanded, size }) => expanded === size);
  if (!isWhole && its.ownVariables.some(({ length }) => length > 0)) return undefined;
  const known = (side: 0 | 1): ReadonlySet<number> =>
    new Set(its.numbers[side].subarray(0, its.graphs[side].expanded));
  const compared = isWhole ? undefined : within(known(0), known(1));
  const taken: Sides<Taken> = [takenBy(its, 0, compared), takenBy(its, 1, compared)];
  const names: Sides<readonly string[]> = [actionsOf(its, 0), actionsOf(its, 1)];
  const missing = (side: 0 | 1): readonly string[] =>
    (names[side] as readonly string[]).filter((name) => !names[side === 0 ? 1 : 0].includes(name));
  const renamed = renamedIn(taken, [missing(0), missing(1)]);
  const isRenamed = (side: 0 | 1, name: string): boolean =>
    renamed.some((pair) => pair[side] === name);
  const reached: Sides<ReadonlySet<number>> =
    compared === undefined
      ? [new Set(its.numbers[0]), new Set(its.numbers[1])]
      : [compared, compared];
  const only: Sides<ReadonlySet<number>> = [
    without(reached[0], reached[1]),
    without(reached[1], reached[0]),
  ];
  const firstBy: Sides<ReadonlyMap<string, number>> = [
    firstReached(its, 0, only[0]),
    firstReached(its, 1, only[1]),
  ];
  const all = [...new Set([...names[0], ...names[1]])];
  const byAction = all.flatMap((action): readonly ActionDifference[] => {
    if (isRenamed(0, action) || isRenamed(1, action)) return [];
    const steps = ([0, 1] as const).map((side) =>
      without(taken[side].get(action) ?? nothing, taken[side === 0 ? 1 : 0].get(action) ?? nothing),
    ) as unknown as Sides<ReadonlySet<number>>;
    if (steps[0].size + steps[1].size === 0) return [];
    const fromCommon = (side: 0 | 1): number =>
      [...steps[side]].filter((step) => {
        const from = Math.floor(step / its.count);
        return !only[side].has(from);
      }).length;
    return [
      {
        action,
        steps: [steps[0].size, steps[1].size],
        fromCommon: [fromCommon(0), fromCommon(1)],
        states: [firstBy[0].get(action) ?? 0, firstBy[1].get(action) ?? 0],
      },
    ];
  });
  return {
    actions: [
      missing(0).filter((name) => !isRenamed(0, name)),
      missing(1).filter((name) => !isRenamed(1, name)),
    ],
    renamed,
    isWhole,
    common: reached[0].size - only[0].size,
    states: [only[0].size, only[1].size],
    byAction,
  };
}

const nothing: ReadonlySet<number> = new Set();

const without = (some: ReadonlySet<number>, others: ReadonlySet<number>): ReadonlySet<number> =>
  new Set([...some].filter((one) => !others.has(one)));

const within = (some: ReadonlySet<number>, others: ReadonlySet<number>): ReadonlySet<number> =>
  new Set([...some].filter((one) => others.has(one)));

const actionsOf = ({ graphs }: Aligned, side: 0 | 1): readonly string[] => [
  ...new Set(graphs[side].steps.map(({ action }) => action)),
];

/** What a version takes; from some states, if they are given. */
function takenBy(
  { graphs, numbers, count }: Aligned,
  side: 0 | 1,
  compared: ReadonlySet<number> | undefined,
): Taken {
  const { expanded, first, target, label, steps } = graphs[side];
  const taken = new Map<string, Set<number>>();
  for (let state = 0; state < expanded; state++) {
    const from = numbers[side][state] as number;
    if (compared !== undefined && !compared.has(from)) continue;
    for (let at = first[state] as number; at < (first[state + 1] as number); at++) {
      const to = numbers[side][target[at] as number] as number;
      // A step that changes only what the other version does not have changes nothing here.
      if (from === to) continue;
      const action = steps[label[at] as number]?.action as string;
      const its = taken.get(action) ?? new Set();
      taken.set(action, its.add(from * count + to));
    }
  }
  return taken;
}

/** Of the states that only one version reaches, how many each action came to first. */
function firstReached(
  { graphs, numbers }: Aligned,
  side: 0 | 1,
  only: ReadonlySet<number>,
): ReadonlyMap<string, number> {
  const { expanded, first, target, label, steps } = graphs[side];
  const met = new Set<number>();
  const found = new Map<string, number>();
  for (let state = 0; state < expanded; state++) {
    for (let at = first[state] as number; at < (first[state + 1] as number); at++) {
      const to = numbers[side][target[at] as number] as number;
      if (!only.has(to) || met.has(to)) continue;
      met.add(to);
      const action = steps[label[at] as number]?.action as string;
      found.set(action, (found.get(action) ?? 0) + 1);
    }
  }
  return found;
}

/**
 * Of the actions that only one version has, those that take the very steps of one that only the other has. Those that are
 * never taken are not: nothing says that they are the same.
 */
function renamedIn(
  taken: Sides<Taken>,
  [gone, come]: Sides<readonly string[]>,
): readonly Sides<string>[] {
  const free = new Set(come);
  return gone.flatMap((old) => {
    const before = taken[0].get(old) ?? nothing;
    const found = [...free].find((name) => isSame(before, taken[1].get(name) ?? nothing));
    if (before.size === 0 || found === undefined) return [];
    free.delete(found);
    return [[old, found] as const];
  });
}

const isSame = (one: ReadonlySet<number>, other: ReadonlySet<number>): boolean =>
  one.size === other.size && [...one].every((step) => other.has(step));
