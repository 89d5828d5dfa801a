/** What a run of the gate came to: plain data, for whoever writes it down in the form of a forge. */
export interface Outcome {
  readonly protocol: string;
  /** Left out for a shipped protocol. */
  readonly file?: string | undefined;
  readonly variant?: string | undefined;
  readonly status: "as pinned" | "not as pinned" | "spec at fault";
  /** What is not as it is pinned, a line each, the worst first. */
  readonly differences: readonly string[];
  /** What is another one, and only said. */
  readonly remarks: readonly string[];
  /** The race chart of what is violated and was not. */
  readonly chart?: string | undefined;
  readonly seconds: number;
}

/** What a run is called: the protocol, and its variant. */
export const runName = ({ protocol, variant }: Pick<Outcome, "protocol" | "variant">): string =>
  variant === undefined ? protocol : `${protocol} / ${variant}`;

/** What is said of a run that is not as it is pinned. */
export const outcomeText = ({ differences, chart }: Outcome): string =>
  [...differences, ...(chart === undefined ? [] : ["", chart])].join("\n");
