import type { Model } from "../../model/index.ts";
import { isSought, SpecError } from "../../spec/index.ts";
import { refuseIdentity } from "../grounds.ts";
import { Ledger } from "../ledger.ts";
import { watch } from "../limits.ts";
import type { IncompleteReason, Verdict } from "../verdict.ts";
import type { Violating } from "./walk.ts";
import { type ExploreOptions, RandomWalks, type RunName } from "./walks.ts";

export { tightened, type TightenOptions } from "./tighten.ts";
export type { ExploreOptions } from "./walks.ts";

/*
 * A door of its own, since other searches have no use for it.
 */

/**
 * How random exploration ended: it may refute, it never proves. In its statistics `generatedStates`
 * are the states visited, `distinctStates` is a lower bound (states are told apart by a hash, which
 * cannot count too many), `depth` the length of the longest run and `frontier` 0.
 */
export type RandomVerdict =
  | (Extract<Verdict, { kind: "violated" }> & {
      readonly seed: number;
      /** Which run of the seed it is; with it the same trace is found at once. */
      readonly path: string;
    })
  | (Extract<Verdict, { kind: "incomplete" }> & { readonly seed: number });

/**
 * Takes random steps, for instances that are too large to see everything of, until a run violates something. Its trace is as
 * it was found, with steps that do not matter. Throws `SpecError` where the spec is at fault.
 */
export function explore(model: Model, options: ExploreOptions = {}): RandomVerdict {
  const { runs = Infinity, seed = 0, path } = options;
  refuseIdentity(model, options.properties);
  const ledger = new Ledger(model, options.properties, false);
  const walks = new RandomWalks(model, options, watch(options));
  const incomplete = (reason: IncompleteReason): RandomVerdict => ({
    kind: "incomplete",
    reason,
    properties: ledger.results(false),
    statistics: walks.statistics(),
    seed,
  });
  if (ledger.results(false).every(({ status }) => status === "not checked")) {
    return incomplete("not checked");
  }
  const asked = path === undefined || path === "" ? undefined : runNamed(path);
  let name: RunName;
  let found: Violating | undefined;
  do {
    name = asked ?? walks.next();
    found = walks.make(name, ledger);
  } while (
    found === undefined &&
    walks.stopped === undefined &&
    asked === undefined &&
    walks.runs < runs &&
    !isAnswered(ledger)
  );
  if (found === undefined) return incomplete(walks.stopped ?? "random exploration");
  const { violations, trace } = found;
  for (const { choice, ...violation } of violations) {
    ledger.record({ ...violation, choice }, { ...trace, ...(trace.choice && { choice }) });
  }
  const [{ kind, name: property }] = violations;
  return {
    kind: "violated",
    property: { kind, name: property },
    trace,
    properties: ledger.results(false),
    statistics: walks.statistics(),
    seed,
    path: `${name.number}:${name.seldom}`,
  };
}

/** Whether nothing is left that a run could find: witnesses that were asked about, and met. */
const isAnswered = (ledger: Ledger): boolean =>
  ledger.results(false).every(({ kind, status }) => isSought(kind) && status === "seen");

/** The run that a path names. Throws `SpecError` where it names none. */
function runNamed(path: string): RunName {
  const [, number, seldom = "0"] = /^(\d{1,15})(?::(\d{1,300}))?$/.exec(path) ?? [];
  if (number !== undefined) return { number: Number(number), seldom: BigInt(seldom) };
  throw new SpecError(
    `The path of a random run is two numbers with a colon between, not "${path}".`,
  );
}
