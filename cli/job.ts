import type { Seat } from "../checker/index.ts";
import type { Answer, Fault, News, Task } from "../runs/told/index.ts";
import type { Bundle } from "./bundle.ts";

/** What the main thread asks of a search worker; plain data. */
export interface Job {
  readonly source: Source;
  readonly task: Task;
  /** See `shared`. */
  readonly shared: SharedArrayBuffer;
  /** Of a thread that helps the one with the search. */
  readonly help?: { readonly thread: number; readonly seat: Seat };
}

/** What a thread is started with instead of a job, where it is to run fast once it gets one. */
export const warmUp = "warm up";

/** Where the protocol comes from. */
export type Source =
  | { readonly kind: "shipped"; readonly name: string }
  | { readonly kind: "file"; readonly bundle: Bundle };

/** What a search worker tells the main thread. */
export type Message =
  | News
  /** A search has become large enough for another thread. */
  | { readonly kind: "help wanted"; readonly seat: Seat }
  /** A thread that helped is not needed any more. */
  | { readonly kind: "helped" }
  /** A checkpoint was written, or why it was not. */
  | { readonly kind: "kept"; readonly failure?: string | undefined }
  | JobAnswer;

export type JobAnswer = Answer | Fault;

/** The numbers that both threads see: the positions in the shared list. */
export const shared = {
  /** `Model.pulse`: calls of the spec's functions, and the place of the last. */
  pulse: 0,
  place: 1,
  /** Set by the main thread to end the search early. */
  interrupt: 2,
  /** What the worker is at; see `phase`. */
  phase: 3,
  length: 4,
  /** Behind these: a pulse and a place for each thread that helps. */
  perHelper: 2,
} as const;

/** Where the pulse and the place of a thread are: 0 is the search, the others help it. */
export function pulseOf(numbers: Int32Array, thread: number): Int32Array {
  const at = thread === 0 ? shared.pulse : shared.length + shared.perHelper * (thread - 1);
  return numbers.subarray(at, at + shared.perHelper);
}

/** What the worker is at. In the phases "loading" to "telling", and from "resuming" on, it may call the user's functions. */
export const phase = {
  starting: 0,
  loading: 1,
  instantiating: 2,
  running: 3,
  /** The search is over; what it found is shortened, explained and told. */
  telling: 4,
  finishing: 5,
  /** A checkpoint is being read or written. */
  keeping: 6,
  /** A search takes up what was kept, and comes further by a little, for which no time counts. */
  resuming: 7,
  /** Functions run on states from which an earlier check learned, reached by now or not. */
  rehearsing: 8,
} as const;
