import type { Claim, Model } from "../../model/index.ts";
import { Bits } from "../liveness/bits.ts";
import { checkLabels, type Explored, graphBytes } from "../liveness/explored.ts";
import type { Graph } from "../liveness/graph.ts";
import type { Part } from "../liveness/parts.ts";
import type { Explorer } from "./explorer.ts";
import type { Store } from "./store.ts";

/** So many bytes for what the kernel hands over at a time. */
const roomBytes = 2 ** 22;

/** States that a predicate is asked of before it may be compiled. */
const sweptAtOnce = 2 ** 12;

export interface ExploredOptions {
  readonly explorer: Explorer;
  readonly store: Store;
  readonly model: Model;
  /** How many of the states are initial: the first ones. */
  readonly initial: number;
  readonly transitions: number;
  /** How much memory the graph may take, beside that for the states. */
  readonly limitBytes: number;
  /** Called now and then: says that work goes on, and throws if it has to end. */
  readonly beat: () => void;
}

/** The states of a whole search as a graph; undefined if there is no room left in the memory to build it. */
export function exploredOf(options: ExploredOptions): Explored | undefined {
  const { model, explorer, store, beat } = options;
  const { length: steps } = model.steps;
  const { relation, kernel } = explorer;
  const states = store.count;
  checkLabels(model);
  const numbersBytes = kernel.number === undefined ? 0 : 4 * store.places;
  const at = store.take(numbersBytes + roomBytes);
  if (at === undefined) return undefined;
  kernel.number?.(at);
  const room = at + numbersBytes;

  /** Calls for ranges of states. */
  function inChunks(size: number, each: (from: number, to: number) => void): void {
    for (let from = 0; from < states; from += size) {
      beat();
      each(from, Math.min(from + size, states));
    }
  }

  if (graphBytes(states, options.transitions) > options.limitBytes) return undefined;
  const lists = listsFor(states, options.transitions);
  if (lists === undefined) return undefined;
  const { first, target, label } = lists;
  let end = 0;
  inChunks(Math.max(1, Math.floor(roomBytes / (4 + 8 * steps))), (from, to) => {
    explorer.link(from, to, room);
    relation.compileWhatPays();
    const counts = new Uint32Array(explorer.memory.buffer, room, to - from);
    const pairs = new Uint32Array(explorer.memory.buffer, room + counts.byteLength);
    let pair = 0;
    for (let state = from; state < to; state++) {
      const last = end + (counts[state - from] as number);
      for (; end < last; end++) {
        target[end] = pairs[pair++] as number;
        label[end] = pairs[pair++] as number;
      }
      first[state + 1] = end;
    }
  });

  function where(claim: Claim, part: Part, choice: readonly unknown[]): Bits {
    const holds = new Bits(states);
    inChunks(sweptAtOnce, (from, to) => {
      explorer.sweep(claim, part, choice, from, to, room);
      const answers = new Uint8Array(explorer.memory.buffer, room, to - from);
      for (let state = from; state < to; state++) {
        if (answers[state - from] === 1) holds.add(state);
      }
    });
    return holds;
  }

  return {
    graph: {
      states,
      initial: Array.from({ length: options.initial }, (_, state) => state),
      first,
      target: target.subarray(0, end),
      label: label.subarray(0, end),
    },
    where,
    digitsOf: (state) => explorer.digitsOf(state),
  };
}

/** What a graph is made of, all 0; undefined if there is not so much memory. */
function listsFor(
  states: number,
  steps: number,
): Pick<Graph, "first" | "target" | "label"> | undefined {
  try {
    return {
      first: new Uint32Array(states + 1),
      target: new Uint32Array(steps),
      label: new Uint16Array(steps),
    };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
