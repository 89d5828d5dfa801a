import type { Story } from "../counterexamples/index.ts";
import type { Constants } from "../spec/index.ts";

/** What a page is about, as it stands in its file: plain data. */
export interface Given {
  /** The variant that is looked at first; the protocol itself if left out. */
  readonly variant?: string | undefined;
  /** Those that are given; the others are as the protocol has them. */
  readonly constants: Constants;
  /** A counterexample that the page begins with. */
  readonly story?: Story | undefined;
  /** The command that makes the page again. */
  readonly again: string;
}
