import type { Conditions } from "./conditions.ts";
import type { Graph } from "./graph.ts";

const none = 2 ** 32 - 1;

/**
 * A loop through a state that meets all conditions, within the greatest such loop: from each condition on
 * to the nearest that is left, then back. Short, but there may be a shorter one.
 */
export function tour(
  { states, first, target, label, budget }: Graph,
  { words, weak, strong, metBy, open }: Conditions,
  component: Uint32Array,
  root: number,
): readonly number[] {
  const own = component[root];
  const openIn = new Uint32Array(words);
  const seenOpen = new Uint32Array(words);
  const seenClosed = new Uint32Array(words);
  const met = new Uint32Array(words);
  const queue = budget.list(Uint32Array, states);
  const cameBy = budget.list(Uint32Array, states).fill(none);
  /** For each place of the queue, that of the state before. */
  const before = budget.list(Uint32Array, states);

  const at = (set: Uint32Array, word: number): number => set[word] as number;
  const leftWeak = (word: number): number =>
    at(weak, word) & ~at(seenClosed, word) & ~at(met, word);
  const leftStrong = (word: number): number =>
    at(strong, word) & at(seenOpen, word) & ~at(met, word);

  function isDone(): boolean {
    for (let word = 0; word < words; word++) {
      if ((leftWeak(word) | leftStrong(word)) !== 0) return false;
    }
    return true;
  }

  function pass(state: number): void {
    open(state, openIn);
    for (let word = 0; word < words; word++) {
      (seenOpen[word] as number) |= at(openIn, word);
      (seenClosed[word] as number) |= ~at(openIn, word);
    }
  }

  function helps(step: number): boolean {
    const by = (label[step] as number) * words;
    for (let word = 0; word < words; word++) {
      if ((at(metBy, by + word) & (leftWeak(word) | leftStrong(word))) !== 0) return true;
    }
    return false;
  }

  function helpsToReach(state: number): boolean {
    open(state, openIn);
    for (let word = 0; word < words; word++) {
      if ((leftWeak(word) & ~at(openIn, word)) !== 0) return true;
    }
    return false;
  }

  /** The shortest way back to the root, or to a step or state that helps. */
  function wayTo(goal: "what is left" | "back", from: number): readonly number[] {
    let found = 1;
    let last = -1;
    let lastFrom = 0;
    queue[0] = from;
    cameBy[from] = 0;
    for (let position = 0; position < found && last < 0; position++) {
      const state = queue[position] as number;
      const end = first[state + 1] as number;
      budget.spend(words * (1 + end - (first[state] as number)));
      for (let step = first[state] as number; step < end; step++) {
        const reached = target[step] as number;
        if (component[reached] !== own || reached === state) continue;
        const isNew = cameBy[reached] === none;
        if (goal === "back" ? reached === root : helps(step) || (isNew && helpsToReach(reached))) {
          last = step;
          lastFrom = position;
          break;
        }
        if (!isNew) continue;
        cameBy[reached] = step;
        before[found] = position;
        queue[found++] = reached;
      }
    }
    if (last < 0) throw new Error("A loop that was found fair does not meet all conditions.");
    const part = [last];
    for (let position = lastFrom; position > 0; position = before[position] as number) {
      part.push(cameBy[queue[position] as number] as number);
    }
    for (let position = 0; position < found; position++) cameBy[queue[position] as number] = none;
    return part.reverse();
  }

  /** From what is left to what is left; or round in any way first, which may well meet most of it. */
  function goRound(firstOfAll: "what is left" | "back"): readonly number[] {
    for (const set of [seenOpen, seenClosed, met]) set.fill(0);
    pass(root);
    const loop: number[] = [];
    let state = root;
    do {
      const goal =
        isDone() || (loop.length === 0 && firstOfAll === "back") ? "back" : "what is left";
      for (const step of wayTo(goal, state)) {
        loop.push(step);
        state = target[step] as number;
        pass(state);
        const by = (label[step] as number) * words;
        for (let word = 0; word < words; word++) (met[word] as number) |= at(metBy, by + word);
      }
    } while (state !== root || !isDone());
    return loop;
  }

  const [one, other] = [goRound("back"), goRound("what is left")];
  return one.length <= other.length ? one : other;
}
