import { type Action, type Formula, type Predicate, type Property } from "../../spec/index.ts";
import { exchanged, exchangedChoice, type Permutation } from "./exchanges.ts";
import { type Exploration, isBy, mayEnd } from "./explore.ts";
import type { Outcome, Step, System } from "./system.ts";
import type { Plain } from "./values.ts";

/** Whether exchanges change nothing: tried with each of them, in every state that was looked at. */
export function isSymmetric(
  system: System,
  { initial, outcomes }: Exploration,
  exchanges: readonly Permutation[],
): boolean {
  const begins = new Set(initial);
  return exchanges.every((by) => {
    const image = (text: string): string => imageOf(system, text, by);
    return (
      initial.every((text) => begins.has(image(text))) &&
      [...outcomes].every(([text, found]) => {
        const there = image(text);
        return (
          mayEnd(system, text) === mayEnd(system, there) &&
          saysAlike(system, [text], [there], by) &&
          system.steps.every((step, position) =>
            isAlike(system, text, there, step, found[position] as Outcome, by),
          )
        );
      })
    );
  });
}

/** A state with its elements exchanged. */
export const imageOf = ({ shape }: System, text: string, by: Permutation): string =>
  JSON.stringify(exchanged(shape, JSON.parse(text) as Plain, by));

/** The states that exchanges make of a state. */
export const orbitOf = (
  system: System,
  text: string,
  exchanges: readonly Permutation[],
): ReadonlySet<string> => new Set(exchanges.map((by) => imageOf(system, text, by)));

/** Whether a step in one state does what its image does in the other. */
function isAlike(
  system: System,
  here: string,
  there: string,
  step: Step,
  outcome: Outcome,
  by: Permutation,
): boolean {
  const { choices } = system.spec.actions[step.action] as Action;
  const twin = { ...step, choice: exchangedChoice(choices, step.choice, by) };
  const other = system.outcomeOf(there, twin);
  if (other.kind !== outcome.kind) return false;
  if (outcome.kind === "asserts" && other.kind === "asserts") return other.name === outcome.name;
  if (outcome.kind !== "leads to" || other.kind !== "leads to") return true;
  return (
    imageOf(system, outcome.text, by) === other.text &&
    saysAlike(system, [here, outcome.text], [there, other.text], by, step)
  );
}

/** Whether each property says of a state, or of a step, what it says of the image, for the image of each choice. */
function saysAlike(
  system: System,
  here: readonly string[],
  there: readonly string[],
  by: Permutation,
  step?: Step,
): boolean {
  return Object.values<Property>(system.spec.properties).every((property) => {
    const isOfStep = property.kind === "step property";
    if (isOfStep !== (step !== undefined)) return true;
    if (isOfStep && !isBy(system, step as Step, property)) return true;
    return system
      .choicesOf(property)
      .every((choice) =>
        partsOf(property).every(
          (part) =>
            system.ask(part, here, choice) ===
            system.ask(part, there, exchangedChoice(property.choices, choice, by)),
        ),
      );
  });
}

/** The functions that a property is made of. */
function partsOf(property: Property): readonly Predicate[] {
  switch (property.kind) {
    case "assertion":
      return [];
    case "witness":
      return [property.holds];
    case "invariant":
    case "step property":
    case "always eventually":
    case "eventually always":
      return [property.when, property.holds];
    case "leads to":
      return [property.from, property.to];
    case "recoverable":
      return [property.when, property.to];
    case "within": {
      const { from, to, counting } = property;
      return [from, to, ...(typeof counting === "function" ? [counting] : [])];
    }
    case "progress":
      return typeof property.counting === "function" ? [property.counting] : [];
    case "temporal":
      return predicatesIn(property.formula);
  }
}

export function predicatesIn(formula: Formula): readonly Predicate[] {
  if (formula.kind === "now") return [formula.holds];
  if ("of" in formula) return predicatesIn(formula.of);
  return "left" in formula ? [...predicatesIn(formula.left), ...predicatesIn(formula.right)] : [];
}
