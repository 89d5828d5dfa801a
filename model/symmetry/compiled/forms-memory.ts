import type { Packing } from "../../packing.ts";
import type { Forest } from "../forest.ts";
import type { FormGrounds } from "../group.ts";
import type { GroupAction } from "../group-action.ts";
import { Room } from "./room.ts";

/** What canonical forms are computed from, for the shape of a state. */
export interface FormsOf extends FormGrounds {
  readonly packing: Packing;
}

/** A digit, and where it stands in a word made of several. */
export interface OwnDigit {
  readonly slot: number;
  readonly shift: number;
}

/** A node is known to code by its number times this: the bytes from its entry in a list to the next node's. */
export const nodeBytes = 8;

/**
 * What is where in the memory of code for canonical forms, and what the code is made of. Of each node there is a key,
 * 64 bits: its rank, and below that its colour, so that siblings are in the order of their keys.
 */
export class FormsMemory {
  readonly room: Room;
  readonly keys: number;
  /** Where each node goes. */
  readonly place: number;
  /** The words of what a plain node has of its own, and one more for its name; see `ownWords`. */
  readonly own: number;
  /** The children of each node in its own range, in the order of their keys. */
  readonly sorted: number;
  /** Whether any of them are not where they are in `children`. */
  readonly isMoved: number;
  /** Of each element: what is said of it whatever the colours, what in all, its colour, and where it goes. */
  readonly said: number;
  readonly sums: number;
  readonly seen: number;
  readonly to: number;
  /** Of each slot: what it holds after an exchange. */
  readonly digits: number;
  /** Room for a state. */
  readonly scratch: number;
  /** The tables of `GroupAction`, and those of `Forest`: nodes are numbered, and lists begun, in bytes. */
  readonly tables: number;
  readonly children: number;
  readonly from: number;
  readonly elements: number;
  readonly elementsFrom: number;
  readonly nodeOf: number;
  /** Of each node: its own digits, word by word; nothing if it is not plain. */
  readonly ownDigits: readonly (readonly (readonly OwnDigit[])[])[];
  /** How many words these are at most. */
  readonly ownWords: number;

  constructor({ forest, action, isPlain, packing }: FormsOf, at: number) {
    const room = new Room(at);
    const nodes = forest.size;
    const elements = forest.nodeOf.length;
    this.room = room;
    this.ownDigits = Array.from({ length: nodes }, (_, id) =>
      isPlain[id] === 1 ? ownDigitsOf(forest, action, packing, id) : [],
    );
    this.ownWords = Math.max(...this.ownDigits.map((words) => words.length));
    this.keys = room.take(nodeBytes * nodes);
    this.place = room.take(nodeBytes * nodes);
    this.own = room.take(nodeBytes * (this.ownWords + 1) * nodes);
    this.sorted = room.take(4 * forest.children.length);
    this.isMoved = room.take(4);
    this.said = room.take(4 * elements);
    this.sums = action.isRelational ? room.take(4 * elements) : this.said;
    this.seen = room.take(4 * elements);
    this.to = room.take(4 * elements);
    this.digits = room.take(4 * packing.fields.length);
    this.scratch = room.take(8 * packing.words);
    this.tables = room.table(action.tables);
    this.children = room.table(forest.children.map((id) => id * nodeBytes));
    this.from = room.table(
      forest.from.map((start) => 4 * start),
      nodeBytes,
    );
    this.elements = room.table(forest.elements);
    this.elementsFrom = room.table(
      forest.elementsFrom.map((start) => 4 * start),
      nodeBytes,
    );
    this.nodeOf = room.table(forest.nodeOf.map((id) => id * nodeBytes));
  }
}

/** The digits of a node's elements in as few words as hold them. */
function ownDigitsOf(
  forest: Forest,
  { own, ownFrom }: GroupAction,
  { fields }: Packing,
  id: number,
): readonly (readonly OwnDigit[])[] {
  const words: OwnDigit[][] = [];
  let used = 64;
  for (const element of forest.elementsIn(id)) {
    for (const slot of own.subarray(ownFrom[element], ownFrom[element + 1])) {
      const width = fields[slot]?.width as number;
      if (width === 0) continue;
      if (used + width > 64) {
        words.push([]);
        used = 0;
      }
      words.at(-1)?.push({ slot, shift: used });
      used += width;
    }
  }
  return words;
}
