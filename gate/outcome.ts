import type { Report } from "../runs/told/index.ts";
import type { Constants } from "../spec/index.ts";

/** What a run of the gate came to: plain data, for whoever writes it down in the form of a forge. */
export interface Outcome {
  readonly protocol: string;
  /** Left out for a shipped protocol. */
  readonly file?: string | undefined;
  readonly variant?: string | undefined;
  /** Constants that the manifest gives to it. */
  readonly set?: Constants | undefined;
  readonly status: "as pinned" | "not as pinned" | "spec at fault" | "not run";
  /** Of a run that was made. */
  readonly verdict?: Report["verdict"] | undefined;
  /** What is not as it is pinned, a line each, the worst first. */
  readonly differences: readonly string[];
  /** What is another one, and only said. */
  readonly remarks: readonly string[];
  /** The race chart of what is violated and was not. */
  readonly chart?: string | undefined;
  /** The same step by step. */
  readonly flow?: Flow | undefined;
  /** Where in the sources it is shown. */
  readonly place?: Place | undefined;
  readonly seconds: number;
}

/** A place in a file, which is as seen from the folder that the gate is run in. From 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A counterexample, of which each step points at its action. */
export interface Flow {
  /** The property that is violated. */
  readonly property: string;
  readonly steps: readonly { readonly text: string; readonly place?: Place | undefined }[];
}

/** What a run is called: the protocol, and its variant. */
export const runName = ({ protocol, variant }: Pick<Outcome, "protocol" | "variant">): string =>
  variant === undefined ? protocol : `${protocol} / ${variant}`;

/** What runs are called, each by a name of its own: those that are called the same have their constants, or a number. */
export function uniqueNames(outcomes: readonly Outcome[]): readonly string[] {
  const taken = new Set<string>();
  const keyOf = ({ file = "" }: Outcome, name: string): string => JSON.stringify([file, name]);
  return outcomes.map((one) => {
    const set = Object.entries(one.set ?? {}).map(([name, value]) => `${name}=${value}`);
    const name = [runName(one), ...set].join(" ");
    let unique = name;
    for (let number = 2; taken.has(keyOf(one, unique)); number++) unique = `${name} (${number})`;
    taken.add(keyOf(one, unique));
    return unique;
  });
}

/** What is said of a run that is not as it is pinned. */
export const outcomeText = ({ differences, chart }: Outcome): string =>
  [...differences, ...(chart === undefined ? [] : ["", chart])].join("\n");

/** What came of all, in a line. */
export function summaryOf(outcomes: readonly Outcome[]): string {
  const bad = outcomes.filter(({ status }) => status !== "as pinned").length;
  return bad === 0
    ? `as pinned: all ${outcomes.length}`
    : `NOT as pinned: ${bad} of ${outcomes.length}`;
}
