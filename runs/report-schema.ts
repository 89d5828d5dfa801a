/**
 * What `check --format json` prints, declared once: the types of `report.ts` and `report.schema.json` follow from it. It
 * loads zod, so that who needs only types imports only types.
 */
import * as z from "zod";
import type {
  AuditExtent,
  EngineName,
  Grounds,
  IncompleteReason,
  PropertyName,
  PropertyStatus,
  Verdict,
  WorstFacts,
} from "../checker/index.ts";
import {
  constants,
  type Described,
  fairAction,
  kept,
  oneOf,
  reason,
  state,
  traceMembers,
  traceOf,
  whole,
} from "../counterexamples/kept/index.ts";

const texts = z.array(z.string());

const kind = oneOf<PropertyName["kind"]>({
  invariant: true,
  "step property": true,
  assertion: true,
  witness: true,
  "leads to": true,
  "always eventually": true,
  "eventually always": true,
  recoverable: true,
  within: true,
  progress: true,
  temporal: true,
  "deadlock freedom": true,
});

const property = z.object({ kind, name: z.string() });

const trace = traceMembers();

const why = z
  .object({
    lines: texts,
    steps: z.array(whole(1)).describe("The steps that the lines name; steps are numbered from 1."),
  })
  .describe(
    "How it came about, from what conditions and effects read and wrote; of the counterexamples that are told.",
  );

const counterexample = z
  .object({ property, reason, ...traceOf(trace).shape, why: why.optional() })
  .meta({ dependencies: { loopsTo: ["fairness"], fairness: ["loopsTo"] } });

const worst = z
  .object(trace)
  .partial()
  .extend({
    kind: oneOf<WorstFacts["kind"]>({
      never: true,
      immediate: true,
      bounded: true,
      unbounded: true,
    }).describe(
      'never: "from" holds nowhere; immediate: "to" holds wherever it does; unbounded: the trace is a lasso, which counts more than any number.',
    ),
    most: whole().optional().describe("How many were counted, if there is a bound."),
  })
  .meta({
    description: 'Of a "within", the worst case, if that was asked for.',
    dependencies: {
      trace: ["initial"],
      loopsTo: ["trace", "fairness"],
      fairness: ["loopsTo"],
      count: ["trace"],
    },
  });

const liveness = z
  .object({
    fairness: z.array(fairAction).describe("What was assumed."),
    neededFairness: z
      .array(fairAction)
      .optional()
      .describe("A least set of these under which it still holds, if that was asked for."),
    states: whole().describe(
      "The states that were looked at: orbits, if symmetry was reduced and not given up for it.",
    ),
    auditedStates: whole()
      .optional()
      .describe(
        "Of the compiled engine: of how many of these the reference engine has judged steps and answers as well.",
      ),
    withoutSymmetry: z
      .boolean()
      .describe("Whether symmetry was given up for it: it was decided on all states."),
    most: whole()
      .optional()
      .describe('Of a "within" that holds: how often at most it was counted.'),
    isReached: z
      .boolean()
      .optional()
      .describe(
        'Of a "within" for which anything waits: whether what it waits for ever comes; it is vacuous if not.',
      ),
    worst: worst.optional(),
  })
  .describe("Of a liveness property: what was found out beside its status.");

const reportedProperty = z.object({
  kind,
  name: z.string(),
  status: oneOf<PropertyStatus>({
    holds: true,
    violated: true,
    seen: true,
    "never seen": true,
    vacuous: true,
    "not asked": true,
    undecided: true,
    "not checked": true,
  }).describe(
    "not asked: never seen or vacuous, and the instance is smaller than what the property names for it (seenFrom).",
  ),
  seenFrom: z
    .array(constants)
    .min(1)
    .optional()
    .describe("Of one that is not asked: what it takes; of several records one will do."),
  cannotFail: z
    .string()
    .optional()
    .describe(
      "Of one that holds: why it cannot be violated at these constants, whatever the protocol does.",
    ),
  steps: whole().optional().describe("The length of the counterexample, in steps."),
  claim: z.string().optional().describe("What an assertion claims, in the words of its author."),
  liveness: liveness.optional(),
});

const grounds = z
  .object({
    symmetry: z
      .object({
        kind: oneOf<NonNullable<Grounds["symmetry"]>["kind"]>({
          proved: true,
          confirmed: true,
          declared: true,
        }),
        doubts: texts.describe("Where it could not be proved, and why."),
      })
      .optional()
      .describe(
        "Why orbits may stand for all their states. proved: no function can tell elements apart. confirmed: a search of all states came to the same. declared: neither.",
      ),
    memories: texts
      .optional()
      .describe(
        "What functions of the spec keep from one call to the next; a second search came to the same.",
      ),
  })
  .describe("What the answer rests on, where that is more than the search.");

const actionFigures = z.object({
  steps: whole().describe("How often it was taken."),
  recipeRuns: whole().describe(
    "How often its condition and effect were run to learn what they do.",
  ),
  diagramNodes: whole().describe("The size of what was compiled of it last."),
  interpretedSteps: whole().describe("Steps that were not taken by compiled code."),
});

const figures = z.object({
  distinctStates: whole().describe("States explored; orbits, if symmetry was reduced."),
  generatedStates: whole().describe("Initial states and computed successors, duplicates included."),
  transitions: whole().describe("Computed successors, duplicates included."),
  depth: whole().describe("In states: an initial state has depth 1."),
  orbits: whole().optional().describe("Only if symmetry was reduced."),
  unreducedStates: z
    .union([whole(), z.string().regex(/^[0-9]+$/)])
    .describe("The number of states that the explored ones stand for; a string above 2^53."),
  auditedStates: whole().describe(
    "States that were judged a second time, with all their steps: of the compiled engine, by the reference engine.",
  ),
  frontier: whole().describe(
    "States whose successors are not known: 0 if the search saw everything.",
  ),
  taken: z.record(z.string(), whole()).describe("How often each action was taken."),
  unchanging: texts
    .optional()
    .describe("If everything was seen: the actions that were taken and never changed anything."),
  actions: z
    .record(z.string(), actionFigures)
    .optional()
    .describe(
      "Of the compiled engine: what it took to learn each action. With several workers it differs from run to run.",
    ),
  comparedSteps: whole()
    .optional()
    .describe("Of the compiled engine: the steps of the audited states, possible or not."),
  rehearsedRuns: whole()
    .optional()
    .describe(
      "Of the compiled engine: the runs of functions that were made first, because an earlier check had learned from them; 0 where they came to something else, and were forgotten.",
    ),
  threads: whole()
    .optional()
    .describe(
      "Of the compiled engine: how many threads explored; one, as long as others would have come too late to help.",
    ),
  seconds: z.number().min(0).describe("Differs from run to run."),
  peakMemoryBytes: whole().describe("Of the whole process. Differs from run to run."),
});

const incompleteReasons: Readonly<Record<EndOfSearch, true>> = {
  "state limit": true,
  "time limit": true,
  "memory limit": true,
  "too many states for liveness": true,
  interrupted: true,
  "not checked": true,
  "not confirmed": true,
  "an assertion fails": true,
  "random exploration": true,
};

/** Why not everything was decided. The other reasons come only beside a violation. */
type EndOfSearch = Exclude<IncompleteReason, "first violation" | "spec at fault">;

const members = z.object({
  protocol: z.string(),
  variant: z.string().optional().describe("Left out for the protocol itself."),
  constants,
  engine: oneOf<EngineName>({ reference: true, compiled: true }),
  audit: oneOf<AuditExtent>({ share: true, all: true, none: true })
    .optional()
    .describe("Of the compiled engine: how much the reference engine was to judge as well."),
  unfair: texts
    .min(1)
    .optional()
    .describe("Actions whose fairness was not relied on, if there are any (--unfair)."),
  verdict: oneOf<Verdict["kind"]>({
    holds: true,
    violated: true,
    vacuous: true,
    incomplete: true,
  }).describe(
    "vacuous: a witness was never seen, or a property never had anything to say. incomplete: not everything was decided; what holds all the same was decided on all states.",
  ),
  kept: kept.optional(),
  expected: z
    .boolean()
    .optional()
    .describe(
      "Of a variant, and of a protocol that says what is expected of it: whether it did what is expected of it; left out where that is not decided. In a table of every run: whether all is as expected and recorded.",
    ),
  differences: texts.optional().describe("What is not as expected or recorded; empty if all is."),
  reason: oneOf(incompleteReasons).optional().describe("Why the verdict is incomplete."),
  stopped: oneOf<IncompleteReason>({
    ...incompleteReasons,
    "first violation": true,
    "spec at fault": true,
  })
    .optional()
    .describe("Beside a violation: why other properties are undecided."),
  note: z
    .string()
    .optional()
    .describe("Why the search could not go on after a violation, if it could not."),
  grounds: grounds.optional(),
  unlisted: texts
    .optional()
    .describe("What the file declares and does not list, so that nobody checks it."),
  property: property
    .optional()
    .describe("The property violated first, or the one that is vacuous."),
  properties: z.array(reportedProperty),
  statistics: figures,
  seed: z.int().optional().describe("Random exploration only."),
  path: z
    .string()
    .optional()
    .describe("Random exploration only: with the seed, repeats the violation."),
  runs: whole().optional().describe("Random exploration only: how many runs were made."),
  ...z.object(trace).partial().shape,
  initial: trace.initial.optional().describe("Where the trace starts."),
  trace: trace.trace.optional().describe('The counterexample for "property".'),
  counterexamples: z
    .array(counterexample)
    .min(1)
    .optional()
    .describe('One for each property that is violated, that for "property" first.'),
});

/** In the words of JSON schema: what a report of a verdict cannot be without, and what no other has. */
const whereItIs = (verdict: Verdict["kind"], required: readonly string[], only?: string) => ({
  anyOf: [
    { properties: { verdict: { const: verdict } }, required },
    {
      properties: { verdict: { not: { const: verdict } } },
      ...(only !== undefined && { not: { required: [only] } }),
    },
  ],
});

const amongMembers = {
  allOf: [
    whereItIs("violated", ["property", "initial", "trace", "counterexamples"], "trace"),
    whereItIs("vacuous", ["property"]),
    whereItIs("incomplete", ["reason"], "reason"),
  ],
  dependencies: { loopsTo: ["trace", "fairness"], fairness: ["loopsTo"], count: ["trace"] },
};

const report = members.meta(amongMembers);

const differences = texts.describe("What is not as expected or recorded; empty if all is.");

const file = z
  .string()
  .optional()
  .describe("Of a table of several files: the one that it is from.");

const row = members.extend({ file, expected: z.boolean(), differences }).meta(amongMembers);

const fault = z.object({
  of: z.enum(["spec", "command line", "hintproof"]),
  message: z.string(),
  lines: texts
    .optional()
    .describe("Where it is known: one for each mistake, as compilers print it."),
});

const failure = z
  .object({ fault: fault.extend({ status: z.int().describe("The exit status.") }) })
  .describe("What is printed where there is no report, by any command.");

const failedRow = z.object({
  protocol: z.string(),
  file,
  variant: z.string().optional(),
  constants,
  fault: fault.omit({ lines: true }),
  expected: z.literal(false),
  differences,
});

/** What is printed. */
export const printed: z.ZodType = z
  .union([report, failure, z.array(z.union([row, failedRow]))])
  .meta({
    title: "What hintproof check --format json prints",
    description:
      "One object for a run; for a table (check without a name, or with --all) a list with one object for each run. An error is an object as well.",
  });

/** What stands in the JSON schema under a name of its own. */
export const definitions: Readonly<Record<string, z.ZodType>> = {
  report,
  failure,
  row,
  failedRow,
  counterexample,
  reportedProperty,
  liveness,
  grounds,
  figures,
  actionFigures,
  constants,
  kind,
  property,
  state,
  fairAction,
  trace: trace.trace,
  loopsTo: trace.loopsTo,
  fairness: trace.fairness,
  count: trace.count,
};

/** What one run of `check` found. The trace is the counterexample of `property`. */
export type Report = Described<typeof report>;
/** Whether a run came to what is expected of it, and what it did not come to. */
export type Judgement = Pick<Report, "expected" | "differences">;
export type ReportedProperty = Described<typeof reportedProperty>;
export type ReportedLiveness = Described<typeof liveness>;
/**
 * The figures of a run. All are the same in every run but `seconds` and `peakMemoryBytes` and, with several
 * workers, `actions`.
 */
export type Figures = Described<typeof figures>;
/** What a table has of a run, and of one that failed. */
export type ReportRow = Described<typeof row>;
export type FailedRow = Described<typeof failedRow>;
