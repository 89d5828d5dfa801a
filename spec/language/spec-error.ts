/**
 * The protocol is at fault: its state leaves its domain, a recipe is impure, a declared symmetry is
 * none. The message says what happened, where (action, choice, variable, value) and what to do.
 */
export class SpecError extends Error {
  override readonly name = "SpecError";
}
