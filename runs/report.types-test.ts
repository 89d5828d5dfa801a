/**
 * What a report has of an answer is all that the checker has of it. Nothing here runs: `tsc` fails where one of the two
 * learns of a member or a word that the other does not know.
 */
import type {
  ActionFigures,
  CountFacts,
  FairAction,
  Grounds,
  LassoFacts,
  LivenessFacts,
  PropertyName,
  Statistics,
  WorstFacts,
} from "../checker/index.ts";
import type {
  Counterexample,
  CounterexampleJson,
  Provenance,
  TraceJson,
} from "../counterexamples/index.ts";
import type {
  Figures,
  Judgement,
  Report,
  ReportedLiveness,
  ReportedProperty,
  ReportRow,
} from "./index.ts";

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Whether a member may be left out is compared; whether it may be `undefined` as well is not. */
type Plain<T> = T extends object ? { readonly [Key in keyof T]: Plain<T[Key]> | undefined } : T;

declare function expectType<Result extends true>(result: Result): void;
declare function same<A, B>(isSame: Equal<Plain<A>, Plain<B>>): void;

type There<T> = NonNullable<T>;

same<There<Report["count"]>, CountFacts>(true);
same<There<Report["fairness"]>, LassoFacts["fairness"]>(true);
same<There<Report["grounds"]>, Grounds>(true);
same<There<Report["property"]>, PropertyName>(true);
same<There<Report["counterexamples"]>[number], CounterexampleJson>(true);
same<Pick<Report, keyof TraceJson>, Partial<TraceJson>>(true);
same<ReportRow, Report & Required<Judgement> & { readonly file?: string }>(true);
same<Pick<ReportedProperty, keyof PropertyName>, PropertyName>(true);
same<Omit<ReportedLiveness, "worst">, Omit<LivenessFacts, "worst">>(true);
same<ReportedLiveness["fairness"][number], FairAction>(true);
expectType<Equal<There<ReportedLiveness["worst"]>["kind"], WorstFacts["kind"]>>(true);
same<There<Figures["actions"]>[string], ActionFigures>(true);
expectType<Equal<keyof Figures | "runs", keyof Statistics>>(true);
same<Provenance, Omit<Counterexample, "property" | "trace">>(true);
