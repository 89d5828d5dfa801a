/**
 * What is kept of a trace, declared once: the types, the checks of what is read, and the JSON schema follow. A sentence
 * that is given as `error` says what a value must be. It loads zod: whoever needs only types imports only types.
 */
import * as z from "zod";
import type { FairAction } from "../../checker/index.ts";

/** What a declaration describes. Nothing of it is changed once it is made. */
export type Described<Declaration extends z.ZodType> = Unchanging<z.infer<Declaration>>;

type Unchanging<T> = T extends object ? { readonly [Key in keyof T]: Unchanging<T[Key]> } : T;

/** One of the words of a union. The compiler refuses one that is missing, and one too many. */
export const oneOf = <Word extends string>(words: Readonly<Record<Word, true>>) =>
  z.enum(Object.keys(words) as Word[]);

/** A whole number; `most` is left out where there is no limit. */
export function whole(least = 0, most = Infinity): z.ZodInt {
  const range = most === Infinity ? `${least} or more` : `from ${least} to ${most}`;
  const error = `a whole number, ${range}`;
  const number = z.int({ error }).min(least, { error });
  return most === Infinity ? number : number.max(most, { error });
}

const constant = { error: "a whole number, true or false" };
export const constants = z.record(
  z.string(),
  z.union([z.int(constant), z.boolean(constant)], constant),
);

/** Where a counterexample comes from: what finds the same model, and the same question, again. */
const provenance = z.object({
  protocol: z.string(),
  variant: z.string().optional(),
  constants,
  unfair: z.array(z.string()).optional(),
});

/** Of a protocol that is not a shipped one. A file that is read need not be the one that was written. */
export const kept = z
  .object({
    spec: z.string().describe("Its file, as seen from the folder of this one."),
    self: z
      .string()
      .optional()
      .describe(
        "What the file system called this file by when it was written: a copy has another name.",
      ),
  })
  .describe("Where the protocol is from, where that is a file.");

export const state = z
  .record(z.string(), z.unknown())
  .describe("The variables; sets are sorted lists.");

const step = z.object({
  step: z.object({ action: z.string(), actor: z.string(), choice: z.array(z.unknown()) }),
  state: state.describe("After the step; for a failed assertion, before it."),
});

export const fairAction = z.object({
  label: z.string().describe('An action with its choice, or "any step".'),
  kind: oneOf<FairAction["kind"]>({ weak: true, strong: true }),
});

/** What there is to a trace of so many steps: states are numbered from 0 in it, steps from 1. */
export function traceMembers(steps = Infinity) {
  const because = z
    .discriminatedUnion("kind", [
      z.object({ kind: z.literal("never possible") }),
      z.object({ kind: z.literal("taken"), step: whole(1, steps) }),
      z.object({ kind: z.literal("not possible"), state: whole(0, steps) }),
    ])
    .describe(
      "The step of the loop that it is taken in, or the state of the loop in which it is not possible; steps are numbered from 1, states from 0.",
    );
  return {
    initial: state,
    trace: z.array(step),
    loopsTo: whole(0, steps).describe(
      "Of a lasso: the state to which the last step leads back; 0 is the initial one, n that after step n. If it is the last of all, the behaviour stays there for ever.",
    ),
    fairness: z
      .array(fairAction.extend({ because }))
      .describe("Of a lasso: what was assumed, and why the loop meets it."),
    count: z
      .object({
        from: whole(0, steps).describe(
          'The state in which "from" holds; 0 is the initial one, n that after step n.',
        ),
        steps: z.array(whole(1, steps)).describe("The steps, from 1, that were counted."),
        atMost: whole().optional().describe("How many there may be; left out in the worst case."),
      })
      .describe('Of a "within": what was counted.'),
  };
}

/** A trace as plain JSON, of these members. */
export const traceOf = (members: TraceMembers) =>
  z.object(members).partial({ loopsTo: true, fairness: true, count: true });

export type TraceMembers = ReturnType<typeof traceMembers>;

export const reason = z.array(z.string());

export const schemaVersion = 1;

/** A trace file. Other members than these are not read. */
export const traceFile = (members: TraceMembers) =>
  z.object({
    schemaVersion: z.literal(schemaVersion),
    ...provenance.shape,
    // A file may come from a later version that knows more kinds.
    property: z.object({ kind: z.string(), name: z.string() }),
    reason,
    kept: kept.optional(),
    ...traceOf(members).shape,
  });

export type Kept = Described<typeof kept>;
export type Provenance = Described<typeof provenance>;
export type TraceJson = Described<ReturnType<typeof traceOf>>;
export type TraceFileStep = TraceJson["trace"][number];
/** A counterexample as it is kept in a file: plain JSON, and enough to replay it years later. */
export type TraceFile = Described<ReturnType<typeof traceFile>>;
