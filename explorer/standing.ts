import { answers, concerns, judge } from "../checker/index.ts";
import { idleSteps } from "../counterexamples/index.ts";
import type { Claim, Model, State } from "../model/index.ts";
import { isSought, messageOf, type PropertyKind, predicatesOf, subjectOf } from "../spec/index.ts";
import { stateAt, type Walk } from "./walk.ts";

/** How a property stands at a state of a walk. Only "fails" and "met" are final; nothing here proves anything. */
export interface Standing {
  readonly name: string;
  readonly kind: PropertyKind | "deadlock freedom";
  readonly says: "holds here" | "fails" | "met" | "not met yet" | "nothing here" | "undecided";
  /** What more there is to say. */
  readonly note: string;
}

/** How all properties stand at a state of a walk, in the order of the spec. */
export function standingsAt(walk: Walk, at: number): readonly Standing[] {
  const { model } = walk;
  return [
    ...model.claims.map((claim) => ({
      name: claim.name,
      kind: claim.property.kind,
      ...attempted(() => standingOf(walk, at, claim)),
    })),
    {
      name: "deadlock freedom",
      kind: "deadlock freedom" as const,
      ...attempted(() => ofDeadlock(walk, at)),
    },
  ];
}

type Says = Pick<Standing, "says" | "note">;

/** What a function of the spec fails with is said in the place of what it would have said. */
function attempted(says: () => Says): Says {
  try {
    return says();
  } catch (error) {
    return { says: "undecided", note: messageOf(error) };
  }
}

function standingOf(walk: Walk, at: number, claim: Claim): Says {
  const { model } = walk;
  const { kind } = claim.property;
  switch (subjectOf(kind)) {
    case "state":
      return isSought(kind) ? ofSought(walk, at, claim) : judged(model, claim, [stateAt(walk, at)]);
    case "step": {
      const last = walk.taken[at - 1];
      if (last === undefined) return { says: "nothing here", note: "no step was taken" };
      if (!concerns(model, claim, last.step)) return { says: "nothing here", note: "" };
      return judged(model, claim, [stateAt(walk, at - 1), last.state]);
    }
    case "effect": {
      const failed = walk.taken[at - 1]?.failed === claim.name;
      return failed ? { says: "fails", note: "" } : { says: "nothing here", note: "" };
    }
    case "behaviour":
    case undefined:
      return ofBehaviour(walk, at, claim);
  }
}

function judged(model: Model, claim: Claim, states: readonly State[]): Says {
  const { answer, choice = [] } = judge(model, claim, states);
  if (answer === answers.fails) {
    return { says: "fails", note: choice.length === 0 ? "" : `for ${choice.join(", ")}` };
  }
  return { says: answer === answers.holds ? "holds here" : "nothing here", note: "" };
}

/** What is asked of the same states again and again, as a walk is stepped through. */
const met = new WeakMap<State, Map<Claim, boolean>>();

function isMet(model: Model, claim: Claim, state: State): boolean {
  const known = met.get(state) ?? new Map<Claim, boolean>();
  met.set(state, known);
  const answer = known.get(claim) ?? judge(model, claim, [state]).answer === answers.holds;
  known.set(claim, answer);
  return answer;
}

function ofSought(walk: Walk, at: number, claim: Claim): Says {
  const first = Array.from({ length: at + 1 }, (_, n) => n).find((n) =>
    isMet(walk.model, claim, stateAt(walk, n)),
  );
  if (first === undefined) return { says: "not met yet", note: "" };
  return { says: "met", note: first === at ? "here" : `in state ${first}` };
}

/** Of a behaviour only its end decides: what is said is which of its predicates hold here. */
function ofBehaviour({ model, ...walk }: Walk, at: number, claim: Claim): Says {
  const state = stateAt({ model, ...walk }, at);
  const said = predicatesOf(claim.property)
    .filter(({ role }) => role !== "counting")
    .map(({ role, predicate }) => {
      const holding = claim.choices.filter((choice) =>
        model.ask(claim, predicate, state, ...choice),
      );
      const isForAll = holding.length === claim.choices.length;
      const choices = holding.map((choice) => choice.join(" ")).join(", ");
      const where = isForAll ? "yes" : holding.length === 0 ? "no" : `for ${choices}`;
      return `${role}: ${where}`;
    });
  return { says: "undecided", note: said.join("; ") };
}

function ofDeadlock(walk: Walk, at: number): Says {
  const { model } = walk;
  const state = stateAt(walk, at);
  if (walk.taken[at - 1]?.failed !== undefined) return { says: "nothing here", note: "" };
  if (idleSteps(model, state) === undefined) return { says: "holds here", note: "" };
  if (model.mayEnd(state)) return { says: "holds here", note: "the protocol may end here" };
  return { says: "fails", note: "nothing can change any more, and the protocol may not end here" };
}
