import type { Claim, Model, Step } from "../../model/index.ts";
import { Interrupted } from "../limits.ts";
import { Bits } from "../liveness/bits.ts";
import { Budget } from "../liveness/budget.ts";
import { checkLabels, type Explored } from "../liveness/explored.ts";
import type { PropertyPart } from "../../spec/index.ts";
import { Renamings } from "../liveness/renamings.ts";
import { type Explorer, still } from "./explorer.ts";
import { Pace } from "./pace.ts";
import { nameOfCondition, nameOfPart } from "./predicate-groups.ts";
import type { Store } from "./store.ts";

/** So many bytes for what the inner loop hands over at a time, beside what one step may lead to. */
const mostRoomBytes = 2 ** 22;
const leastRoomBytes = 2 ** 13;

/** What the inner loop answers for a state that is not in its table. */
const notThere = 2 ** 32 - 1;

/** So many states are numbered at a time. */
const numberedAtOnce = 2 ** 20;

/** States that a predicate is asked of before it may be compiled. */
const sweptAtOnce = 2 ** 12;

export interface ExploredOptions {
  readonly explorer: Explorer;
  readonly store: Store;
  readonly model: Model;
  /** How many of the states are initial: the first ones. */
  readonly initial: number;
  readonly transitions: number;
  /** How much memory states and graph may take together, with what is done on it. */
  readonly limitBytes: number;
  /** Called now and then: says that work goes on, and throws `Interrupted` if it has to end. */
  readonly look: () => void;
}

/** The states of a whole search as a graph. Throws `Interrupted` where a limit is met. */
export function exploredOf(options: ExploredOptions): Explored {
  const { model, explorer, store } = options;
  const { length: steps } = model.steps;
  const { relation, loop } = explorer;
  const states = store.count;
  checkLabels(model);
  const taken = store.takeForGraph(leastRoomBytes + 8 * steps, mostRoomBytes + 8 * steps);
  if (taken === undefined) throw new Interrupted("memory limit");
  const { at: room, bytes: roomBytes } = taken;
  const budget = new Budget(options.limitBytes - store.bytes, options.look);

  /** Calls for ranges of at most so many states. */
  function inChunks(most: number, each: (from: number, to: number) => void): void {
    const pace = new Pace(model.pulse, most);
    for (let from = 0, to = 0; from < states; from = to) {
      budget.look();
      to = Math.min(from + pace.size, states);
      pace.go(to - from, () => each(from, to));
    }
  }

  const first = budget.list(Uint32Array, states + 1);
  const target = budget.list(Uint32Array, options.transitions);
  const label = budget.list(Uint16Array, options.transitions);
  const renamings = model.symmetry.order > 1n ? new Renamings(model) : undefined;
  const renamedBy = renamings && budget.list(Uint32Array, options.transitions);
  inChunks(numberedAtOnce, (from, to) => loop.number(from, to));
  let end = 0;
  inChunks(Math.max(1, Math.floor(roomBytes / (4 + 8 * steps))), (from, to) => {
    const renamed = renamings && explorer.linkOrbits(from, to, room, renamings);
    if (renamed === undefined) explorer.link(from, to, room);
    relation.compileWhatPays();
    const counts = new Uint32Array(explorer.memory.buffer, room, to - from);
    const pairs = new Uint32Array(explorer.memory.buffer, room + counts.byteLength);
    let pair = 0;
    for (let state = from; state < to; state++) {
      const last = pair + (counts[state - from] as number);
      for (; pair < last; pair++) {
        const renaming = renamed?.[pair] as number;
        if (renaming === still) continue;
        target[end] = pairs[2 * pair] as number;
        if (target[end] === notThere) throw new Error("A step leads to a state that is not there.");
        label[end] = pairs[2 * pair + 1] as number;
        if (renamedBy !== undefined) renamedBy[end] = renaming;
        end++;
      }
      first[state + 1] = end;
    }
  });

  /** The states of which a question is answered by 1. */
  function swept(ask: (from: number, to: number) => void): Bits {
    const holds = new Bits(states);
    inChunks(sweptAtOnce, (from, to) => {
      ask(from, to);
      const answers = new Uint8Array(explorer.memory.buffer, room, to - from);
      for (let state = from; state < to; state++) {
        if (answers[state - from] === 1) holds.add(state);
      }
    });
    return holds;
  }

  const where = (claim: Claim, part: PropertyPart, choice: readonly unknown[]): Bits =>
    swept((from, to) => explorer.sweep(nameOfPart(claim, part), choice, from, to, room));
  const possible = (step: Step): Bits =>
    swept((from, to) => explorer.sweep(nameOfCondition(step), step.choice, from, to, room));

  return {
    graph: {
      states,
      initial: Array.from({ length: options.initial }, (_, state) => state),
      first,
      target: target.subarray(0, end),
      label: label.subarray(0, end),
      budget,
    },
    where,
    possible,
    digitsOf: (state) => explorer.digitsOf(state),
    ...(renamings && renamedBy && { orbits: { renamedBy: renamedBy.subarray(0, end), renamings } }),
  };
}
