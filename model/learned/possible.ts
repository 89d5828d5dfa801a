import type { Shape } from "../../spec/index.ts";
import type { Place } from "../layout.ts";
import type { Model } from "../model.ts";
import { functionsOfAction } from "../source/proof.ts";
import { wordsSetIn } from "../source/unused.ts";
import type { EveryState, Possible } from "./every-state.ts";

/** What the slots of a model's states may hold, by what its steps are written to do, and why that is not everything. */
export interface PossibleDigits {
  readonly every: Possible;
  readonly written: Possible;
  /** The variable that a slot belongs to. */
  readonly variableOf: (slot: number) => string;
  /** Of a variable that cannot hold every value of its domain: why, in words. */
  readonly why: ReadonlyMap<string, string>;
}

/** After so many states nobody looks further whether an action is possible. */
const mostTried = 1_000;

/**
 * What a variable may hold: that with which it starts where no step changes it, and of words those that are there at
 * the start and those that a step sets it to. Steps are not looked at whose condition is false of every state there could
 * be under these constants; whether the others can be reached is not asked.
 */
export function possibleDigitsOf(model: Model, everyState: EveryState): PossibleDigits {
  const { layout, spec, proofs } = model;
  const every = layout.radices.map((radix) => Array.from({ length: radix }, (_, digit) => digit));
  const actions = Object.keys(spec.actions).filter(
    (name) => !isImpossible(model, everyState, every, name),
  );
  const starts = model.initialStates().map((state) => layout.encode(state));
  const startsOf = (slot: number): readonly number[] =>
    [...new Set(starts.map((digits) => digits[slot] as number))].toSorted((a, b) => a - b);
  const variables: string[] = [];
  const written: (readonly number[])[] = [...every];
  const why = new Map<string, string>();

  const { parts } = layout.root;
  if (parts.kind !== "record") throw new Error("A state is no record.");
  for (const [name, { offset, of }] of parts.fields) {
    for (let slot = offset; slot < offset + of.slots; slot++) variables[slot] = name;
    const isChanged = actions.some((action) =>
      functionsOfAction({ spec }, action).some(
        (its) => proofs.of(its).uses?.changed.has(name) ?? true,
      ),
    );
    if (!isChanged) {
      for (let slot = offset; slot < offset + of.slots; slot++) written[slot] = startsOf(slot);
      why.set(name, `no step changes ${name}`);
      continue;
    }
    const set = wordsSetIn(spec, proofs, name, actions);
    if (set === undefined) continue;
    const missing = new Set<string>();
    const slots = wordSlots(spec.state[name]?.shape as Shape, of, offset);
    // What is at one place may be moved to another.
    const all = new Set([
      ...set,
      ...slots.flatMap(({ slot, words }) => startsOf(slot).map((digit) => words[digit] as string)),
    ]);
    for (const { slot, words, isOptional } of slots) {
      written[slot] = [...words.keys()].filter(
        (digit) => all.has(words[digit] as string) || (digit === 0 && isOptional),
      );
      for (const word of words) if (!all.has(word)) missing.add(JSON.stringify(word));
    }
    if (missing.size > 0) why.set(name, `no step sets ${name} to ${[...missing].join(" or ")}`);
  }
  return { every, written, why, variableOf: (slot) => variables[slot % layout.slots] as string };
}

/** Whether the condition of an action is false of every state, for whatever choice. */
function isImpossible(
  model: Model,
  everyState: EveryState,
  every: Possible,
  name: string,
): boolean {
  const steps = model.steps.filter(({ action }) => action === name);
  const [its] = functionsOfAction(model, name);
  return (
    its !== undefined &&
    steps.every((step) => {
      const reference = ([state]: readonly Parameters<Model["isEnabled"]>[0][]): boolean =>
        model.isEnabled(state as Parameters<Model["isEnabled"]>[0], step);
      const test = { its, reference, isNegated: true };
      return everyState.implied([test], step.choice, every, mostTried) !== undefined;
    })
  );
}

interface WordSlot {
  readonly slot: number;
  readonly words: readonly string[];
  /** Whether there may be nothing, which is 0 as well. */
  readonly isOptional: boolean;
}

function wordSlots(
  shape: Shape,
  { parts, slots }: Place,
  at: number,
  isOptional = false,
): readonly WordSlot[] {
  if (shape.kind === "words")
    return slots === 1 ? [{ slot: at, words: shape.words, isOptional }] : [];
  if (shape.kind === "record" && parts.kind === "record") {
    return [...parts.fields].flatMap(([name, { offset, of }]) =>
      wordSlots(shape.fields[name] as Shape, of, at + offset, isOptional),
    );
  }
  if (shape.kind === "optional" && parts.kind === "optional") {
    return wordSlots(shape.of, parts.of, at + 1, true);
  }
  const times = parts.kind === "each" ? parts.size : parts.kind === "sequence" ? parts.max : 0;
  if (!("of" in shape) || !("of" in parts)) return [];
  const first = parts.kind === "sequence" ? at + 1 : at;
  return Array.from({ length: times }, (_, place) =>
    wordSlots(
      shape.of,
      parts.of,
      first + place * parts.of.slots,
      isOptional || parts.kind === "sequence",
    ),
  ).flat();
}
