import {
  type Claim,
  EveryState,
  functionsOf,
  type Model,
  type PossibleDigits,
  possibleDigitsOf,
  type State,
} from "../model/index.ts";
import { predicatesOf, type Subject, subjectOf } from "../spec/index.ts";
import type { PropertyResult } from "./verdict.ts";

/** After so many states a property counts as one that could fail. */
const mostStates = 20_000;

/**
 * Says of properties that hold, and claim something of states or steps, why they could not be violated, whatever the
 * protocol did: they are true of every value that what they look at can have at these constants.
 */
export function whatCannotFail(
  model: Model,
  results: readonly PropertyResult[],
  goesOn: () => boolean,
): readonly PropertyResult[] {
  const everyState = new EveryState(model);
  let possible: PossibleDigits | undefined;
  return results.map((result) => {
    const claim = model.claims.find(({ name }) => name === result.name);
    const isOf = claim && subjectOf(claim.property.kind);
    if (claim === undefined || result.status !== "holds" || !isAsked(isOf) || !goesOn())
      return result;
    possible ??= possibleDigitsOf(model, everyState);
    const cannotFail = reasonOf(model, everyState, claim, possible);
    return cannotFail === undefined ? result : { ...result, cannotFail };
  });
}

const isAsked = (of: Subject | undefined): boolean => of === "state" || of === "step";

function reasonOf(
  model: Model,
  everyState: EveryState,
  claim: Claim,
  { every, written, why, variableOf }: PossibleDigits,
): string | undefined {
  const isOfSteps = subjectOf(claim.property.kind) === "step";
  const roles = predicatesOf(claim.property).map(({ role }) => role);
  const functions = functionsOf(claim.name, claim.property);
  const most = Math.ceil(mostStates / Math.max(1, claim.choices.length));
  for (const digits of why.size === 0 ? [every] : [every, written]) {
    const looked = new Set<string>();
    const isImplied = claim.choices.every((choice) => {
      const tests = functions.map((its, position) => ({
        its,
        reference: (states: readonly State[]) =>
          model.ask(claim, roles[position] as string, ...states, ...choice),
      }));
      const slots = everyState.implied(
        tests,
        choice,
        isOfSteps ? [...digits, ...digits] : digits,
        most,
      );
      for (const slot of slots ?? []) looked.add(variableOf(slot));
      return slots !== undefined;
    });
    if (isImplied) return reasonText([...looked], digits === every ? new Map() : why);
  }
  return undefined;
}

function reasonText(looked: readonly string[], why: ReadonlyMap<string, string>): string {
  const fixed = looked.flatMap((name) => why.get(name) ?? []);
  const free = looked.filter((name) => !why.has(name));
  const whatever = free.length === 0 ? [] : [`it is true whatever ${free.join(", ")} may be`];
  return looked.length === 0
    ? "it is true without a look at the state"
    : [...fixed, ...whatever].join(", and ");
}
