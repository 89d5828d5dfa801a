/**
 * What a manifest is, declared once: the types, the checks of what is read, and the JSON schema follow. It loads zod:
 * whoever needs only types imports only types.
 */
import * as z from "zod";
import { constants, type Described, oneOf, whole } from "../../counterexamples/kept/index.ts";
import type { Pinned } from "../found.ts";

const warningNames = {
  "unused-constant": true,
  "unused-variable": true,
  "unused-word": true,
} as const;

const names = z.array(z.string());
const counts = z.record(z.string(), whole());

const run = z.strictObject({
  variant: z.string().optional().describe("Left out for the protocol itself."),
  set: constants.optional().describe("Constants that are given to it, as by --set."),
  constants: constants.describe("All constants that it is checked with."),
  verdict: oneOf<PinnedVerdict>({ holds: true, violated: true }),
  first: z.string().optional().describe("The property that is violated first."),
  violated: counts.describe(
    "The properties that are violated, each with the steps of its counterexample.",
  ),
  held: names.optional().describe("The properties that are proved, where it holds."),
  loops: counts
    .optional()
    .describe("Of each counterexample that is a lasso: how many of its steps repeat."),
  distinctStates: whole(),
  generatedStates: whole(),
  depth: whole(),
  most: counts
    .optional()
    .describe("Of each `within` that holds: how many steps it counts at worst."),
  neededFairness: z
    .record(z.string(), names)
    .optional()
    .describe(
      "Of each liveness property that holds: a least set of fair actions that it needs; asked of the run where it is there.",
    ),
});

const protocol = z.strictObject({
  file: z
    .string()
    .optional()
    .describe(
      "Its file, as seen from the folder of the manifest; left out for a shipped protocol.",
    ),
  protocol: z.string().describe("What it is called."),
  runs: z.array(run).min(1),
});

export const schemaVersion = 1;

export const manifest = z.strictObject({
  $schema: z.string().optional(),
  schemaVersion: z.literal(schemaVersion),
  figures: oneOf<OfFigures>({ fail: true, warn: true })
    .optional()
    .describe(
      "Whether other figures than those that are pinned fail (if left out), or are only said.",
    ),
  errors: z
    .array(oneOf<WarningName>(warningNames))
    .optional()
    .describe("Warnings that are errors, by the names that stand behind them."),
  protocols: z.array(protocol),
});

/** What an incomplete run, or one that says nothing, comes to is never pinned. */
type PinnedVerdict = Extract<Pinned["verdict"], "holds" | "violated">;
/** What files are warned of, as it stands behind a warning. */
export type WarningName = keyof typeof warningNames;
export type OfFigures = "fail" | "warn";
export type PinnedRun = Described<typeof run>;
export type PinnedProtocol = Described<typeof protocol>;
export type Manifest = Described<typeof manifest>;
