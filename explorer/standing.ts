import { answers } from "../checker/index.ts";
import { firstMet, idleSteps, judgedAt } from "../counterexamples/index.ts";
import type { Claim } from "../model/index.ts";
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
  const { kind } = claim.property;
  switch (subjectOf(kind)) {
    case "state":
      return isSought(kind) ? ofSought(walk, at, claim) : judged(walk, at, claim);
    case "step":
      if (at === 0) return { says: "nothing here", note: "no step was taken" };
      return judged(walk, at, claim);
    case "effect": {
      const failed = walk.taken[at - 1]?.failed === claim.name;
      return failed ? { says: "fails", note: "" } : { says: "nothing here", note: "" };
    }
    case "behaviour":
    case undefined:
      return ofBehaviour(walk, at, claim);
  }
}

function judged(walk: Walk, at: number, claim: Claim): Says {
  const taken = walk.taken[at - 1];
  const last = taken && { before: stateAt(walk, at - 1), step: taken.step };
  const { answer, choice = [] } = judgedAt(walk.model, claim, stateAt(walk, at), last) ?? {};
  if (answer === answers.fails) {
    return { says: "fails", note: choice.length === 0 ? "" : `for ${choice.join(", ")}` };
  }
  return { says: answer === answers.holds ? "holds here" : "nothing here", note: "" };
}

function ofSought(walk: Walk, at: number, claim: Claim): Says {
  const states = Array.from({ length: at + 1 }, (_, n) => stateAt(walk, n));
  const first = firstMet(walk.model, claim, states);
  if (first < 0) return { says: "not met yet", note: "" };
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
