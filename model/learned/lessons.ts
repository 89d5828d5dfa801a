import type { Digits, Layout } from "../layout.ts";
import type { Packing } from "../packing.ts";

/**
 * From which runs was learned: with which choices and states each recipe ran. Plain data. What came of the runs is not
 * in it, so nothing of it is believed: whoever wants to know makes the runs again.
 */
export interface Lessons {
  /** Of the slots that the states have; states of other slots are none here. */
  readonly radices: readonly number[];
  readonly of: readonly LessonsOf[];
}

/** The runs of one recipe, in the order in which they were made. */
export interface LessonsOf {
  readonly what: "action" | "predicate";
  /** Of the action, or of the group of predicates. */
  readonly name: string;
  /** How many states each run was of. */
  readonly states: number;
  /** Of each run the position of its choice. */
  readonly choices: Uint32Array;
  /** Of each run its states, as words. */
  readonly words: Uint32Array;
}

/** How many runs there are in lessons. */
export const runsOf = ({ of }: Lessons): number =>
  of.reduce((sum, { choices }) => sum + choices.length, 0);

/** Of a recipe that takes more runs to learn, the first are worth most. */
const mostRuns = 2 ** 14;

/** Notes the runs of a recipe from which something was learned. */
export class Lesson {
  readonly #packing: Packing;
  readonly #choices: number[] = [];
  #words = new Uint32Array(64);
  #end = 0;

  constructor(packing: Packing) {
    this.#packing = packing;
  }

  get runs(): number {
    return this.#choices.length;
  }

  /** Notes a run with a choice, by its position, on one state, or on two. */
  add(choice: number, states: readonly Digits[]): void {
    if (this.#choices.length === mostRuns) return;
    const { words } = this.#packing;
    const end = this.#end + 2 * words * states.length;
    if (end > this.#words.length) {
      const larger = new Uint32Array(2 * end);
      larger.set(this.#words);
      this.#words = larger;
    }
    for (const digits of states) {
      this.#packing.write(digits, this.#words, this.#end);
      this.#end += 2 * words;
    }
    this.#choices.push(choice);
  }

  /** What was noted so far. */
  noted(): Pick<LessonsOf, "choices" | "words"> {
    return {
      choices: Uint32Array.from(this.#choices),
      words: this.#words.slice(0, this.#end),
    };
  }
}

/** A run to be made again. */
export interface Run {
  readonly choice: number;
  readonly states: readonly Digits[];
}

/** The runs of a recipe, but for those of which something cannot be what it says: from wherever lessons are, nobody knows. */
export function* runsIn(
  { states, choices, words }: LessonsOf,
  layout: Layout,
  packing: Packing,
): Generator<Run> {
  const ofRun = 2 * packing.words * states;
  const runs = Math.min(choices.length, Math.floor(words.length / ofRun), mostRuns);
  for (let run = 0; run < runs; run++) {
    const all = Array.from({ length: states }, (_, state) =>
      packing.read(words, ofRun * run + 2 * packing.words * state),
    );
    if (all.every((digits) => isState(layout, digits))) {
      yield { choice: choices[run] as number, states: all };
    }
  }
}

/** Whether these are the digits of some state. (As `encode` and `decode` of a layout, which freeze what nobody keeps.) */
function isState({ radices, root }: Layout, digits: Digits): boolean {
  if (!digits.every((digit, slot) => digit < (radices[slot] as number))) return false;
  const again = new Array<number>(digits.length).fill(0);
  root.encode(root.decode(digits, 0), again, 0);
  return again.every((digit, slot) => digit === digits[slot]);
}
