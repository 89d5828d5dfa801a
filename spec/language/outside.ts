import { isA, messageOf } from "./shown.ts";
import { SpecError } from "./spec-error.ts";

/*
 * What a function of a spec does must follow from what it is given. While one runs, what would tell it
 * anything else (a clock, a random source, the process) refuses to answer: whoever stands before such a
 * thing asks `refuse` first.
 */

/** How many functions of a spec are running: one may be called while another runs. */
let running = 0;
/** What was refused since the outermost of them began; it counts even where the spec catches it. */
let refused: SpecError | undefined;

/** Says that a function of a spec begins; whoever says so calls `leaveSpec` in the end, come what may. */
export function enterSpec(): void {
  if (running === 0) refused = undefined;
  running += 1;
}

/** Says that it has ended. */
export function leaveSpec(): void {
  running -= 1;
}

/** Whether a function of a spec is running. */
export const isSpecRunning = (): boolean => running > 0;

/** The error of the function that has just ended, if it asked for what it may not. */
export const refusal = (): SpecError | undefined => refused;

/** Throws that error. */
export function throwRefusal(): void {
  if (refused !== undefined) throw refused;
}

/** Throws `SpecError` while a function of a spec runs; `what` is what it asks for, as it is written. */
export function refuse(what: string): void {
  if (running === 0) return;
  refused ??= new SpecError(
    `it asks for ${what}; what a function of a spec does may follow only from the state, its choices and ` +
      "the constants (what else it needs belongs into the state, or is found out when the file is loaded)",
  );
  throw refused;
}

/** Does something, while a function of a spec runs, of which that function learns nothing. */
export function unheard<T>(work: () => T): T {
  const were = running;
  running = 0;
  try {
    return work();
  } finally {
    running = were;
  }
}

/** What a function of a spec threw, as its author's error; `what` says which function. */
export function faultOf(what: string, thrown: unknown): SpecError {
  if (isA(SpecError, thrown))
    return new SpecError(`${what}: ${messageOf(thrown)}`, { cause: thrown });
  const message = messageOf(thrown);
  const advice =
    /read.only|not extensible|frozen|Cannot assign|Cannot add|Cannot delete|modify/i.test(message)
      ? " A condition or a property only reads; an effect changes its draft, nothing else."
      : "";
  return new SpecError(`${what} fails: ${message}.${advice}`, { cause: thrown });
}

/** Calls a function of a spec; what it throws becomes a `SpecError` that names it. */
export function attempt<T>(what: string, call: () => T): T {
  enterSpec();
  try {
    const answer = call();
    throwRefusal();
    return answer;
  } catch (error) {
    throw faultOf(what, refusal() ?? error);
  } finally {
    leaveSpec();
  }
}
