/** What one search knows. */
export interface Known {
  /** As JSON says it. */
  readonly header: object;
  /** As they stand in memory. */
  readonly states: Uint8Array;
}

/** Of which search it is known; among those of a check, each has another name. */
export interface Searched extends Known {
  readonly of: string;
}

/**
 * Everything that is known, of one search after the other, at least one; all but the last one are over. Not to be kept itself
 * for longer than the call that it is given in: the search writes on in it.
 */
export type Checkpoint = readonly Searched[];

/** A checkpoint that is not one of the search that was to go on from it. */
export class CheckpointError extends Error {
  override readonly name = "CheckpointError";
}
