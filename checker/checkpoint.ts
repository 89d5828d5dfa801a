/** What one search knows. */
export interface Searched {
  /** As JSON says it. */
  readonly header: object;
  /** As they stand in memory. */
  readonly states: Uint8Array;
}

/**
 * Everything that is known, to be kept in a file. Not to be kept itself for longer than the call that it is
 * given in: the search writes on in it.
 */
export interface Checkpoint extends Searched {
  /** Where the first search, of orbits, is over: that of all states, for liveness. */
  readonly second?: Searched;
}

/** A checkpoint that is not one of the search that was to go on from it. */
export class CheckpointError extends Error {
  override readonly name = "CheckpointError";
}
