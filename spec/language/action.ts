import { always, choicesOf } from "./choices.ts";
import type { IndexSet } from "./index-set.ts";
import { kindOf } from "./made.ts";
import { checkFairness, demand, mayBeFunctions, mayBeText, refuseUnknown } from "./refuse.ts";
import { show } from "./shown.ts";
import type { Action } from "./spec.ts";
import { SpecError } from "./spec-error.ts";

const parts = ["forAny", "when", "effect", "fairness", "source"];

/** What `action` is given; without the types of its author. */
export type Definition = Partial<Omit<Action, "kind" | "actor" | "choices" | "located">> &
  Pick<Action, "effect"> & { readonly forAny?: unknown };

/** One atomic step, or one of each element of an index set. Throws `SpecError` for what is none. */
export function actionOf(actor: unknown, definition: Definition): Action {
  if (!isActor(actor)) {
    throw new SpecError(
      `The actor of an action is ${show(actor)}; it must be a text or an index set.`,
    );
  }
  const where = `An action of ${JSON.stringify(typeof actor === "string" ? actor : actor.name)}`;
  refuseUnknown(where, "part of an action", definition, parts);
  demand(where, definition, { effect: "function" });
  mayBeFunctions(where, definition, ["when"]);
  mayBeText(where, definition, "source");
  checkFairness(`${where}: fairness`, definition.fairness);
  return {
    kind: "action",
    actor,
    choices: [...(typeof actor === "string" ? [] : [actor]), ...choicesOf(definition.forAny)],
    when: definition.when ?? always,
    effect: definition.effect,
    fairness: definition.fairness ?? "none",
    source: definition.source,
  };
}

const isActor = (actor: unknown): actor is string | IndexSet =>
  typeof actor === "string" || kindOf(actor) === "index set";
