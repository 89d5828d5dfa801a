import type { Digits, Model, State, Step } from "../model/index.ts";
import type { Shape } from "../spec/index.ts";
import { insideOf, type Part, partsOf } from "./parts.ts";
import { sentenceOf } from "./reason.ts";
import { conditionReads } from "./why/accesses.ts";

/** Why a step is not possible in a state. */
export interface Refusal {
  /** All that its condition looks at, in order. */
  readonly parts: readonly Refusing[];
  /** What stands in the way, a sentence a line: as it is, and with what instead the step would be possible. */
  readonly lines: readonly string[];
}

/** A part of a state that the condition of a step looks at where the step is not possible. */
export interface Refusing extends Part {
  /** What it would have to be, all else as it is, for the step to be possible; none if that alone is not enough. */
  readonly wanted: readonly string[];
  /** Whether it stands in the way: with other values the step is possible, or, where no part alone has such, goes on to look at what it did not reach. */
  readonly decides: boolean;
}

/** More values of one part than this are only counted. */
const fewValues = 3;

/**
 * Why a step is not possible in a state: of all that its condition looks at, those parts of which a single other value
 * would make it possible; or else those with which the condition would at least look on, and still say no. Nothing of
 * it is guessed: the condition is asked again for each value that a part may have.
 */
export function refusalOf(model: Model, state: State, step: Step): Refusal {
  const reads = conditionReads(model, state, step);
  if (reads.length === 0) return { parts: [], lines: ["whatever the state is"] };
  const known = new Set(reads.map(({ path }) => path));
  const places = [...placesIn(model)].filter(({ path }) => known.has(path));
  const opening = new Map<string, string[]>();
  const leadingOn = new Set<string>();
  for (const { path, text, state: other } of neighboursOf(model, state, places)) {
    if (isPossible(model, other, step)) opening.set(path, [...(opening.get(path) ?? []), text]);
    else if (conditionReads(model, other, step).some((read) => !known.has(read.path)))
      leadingOn.add(path);
  }
  const deciding: { has(path: string): boolean } = opening.size > 0 ? opening : leadingOn;
  const parts = reads.map((read) => ({
    ...read,
    wanted: opening.get(read.path) ?? [],
    decides: deciding.has(read.path),
  }));
  const isTried = places.every((place) => isSmall(model, place));
  return { parts, lines: linesOf(parts, isTried) };
}

function linesOf(parts: readonly Refusing[], isTried: boolean): readonly string[] {
  const deciding = parts.filter(({ decides }) => decides);
  const said = deciding.length > 0 ? deciding : parts;
  const as = sentenceOf(said, [new Map(said.map((part) => [part.path, part]))]);
  const instead = said
    .filter(({ wanted }) => wanted.length > 0)
    .map(({ path, wanted }) => `${path} were ${oneOf(wanted)}`);
  if (instead.length > 0) return [as, `it would be possible if ${instead.join(", or if ")}`];
  return isTried ? [as, "another value of one of these alone is not enough"] : [as];
}

/** Where a part of the state lies in its digits. */
interface PlaceOfPart {
  readonly path: string;
  readonly slot: number;
  readonly slots: number;
}

/** Where each part of a state lies. */
function* placesIn({ layout, spec }: Model): Generator<PlaceOfPart> {
  const { parts } = layout.root;
  if (parts.kind !== "record") return;
  for (const [variable, { offset, of }] of parts.fields) {
    const shape = spec.state[variable]?.shape;
    if (shape !== undefined) yield* placesOf(of, shape, variable, offset);
  }
}

type Place = Model["layout"]["root"];

function* placesOf(place: Place, shape: Shape, path: string, slot: number): Generator<PlaceOfPart> {
  const inside = insideOf(shape);
  const { parts } = place;
  if (inside !== undefined && parts.kind === "each") {
    for (let element = 0; element < parts.size; element++) {
      const found = inside(String(element));
      if (found === undefined) continue;
      yield* placesOf(parts.of, found.shape, path + found.step, slot + element * parts.of.slots);
    }
  } else if (inside !== undefined && parts.kind === "record") {
    for (const [name, { offset, of }] of parts.fields) {
      const found = inside(name);
      if (found !== undefined) yield* placesOf(of, found.shape, path + found.step, slot + offset);
    }
  } else yield { path, slot, slots: place.slots };
}

/** Of a part with more values not all are tried: those that differ in one digit. */
const mostValues = 512;

const isSmall = ({ layout: { radices } }: Model, { slot, slots }: PlaceOfPart): boolean =>
  radices.slice(slot, slot + slots).reduce((product, radix) => product * radix, 1) <= mostValues;

/** The states that differ from one in the value of one part, each once. */
function* neighboursOf(
  model: Model,
  state: State,
  places: readonly PlaceOfPart[],
): Generator<{ readonly path: string; readonly text: string; readonly state: State }> {
  const digits = model.encode(state, "a state");
  for (const place of places) {
    const { path } = place;
    const seen = new Set([partsOf(model, state).get(path)?.text]);
    for (const changed of isSmall(model, place)
      ? valuesAt(digits, place, model.layout.radices)
      : changesAt(digits, place, model.layout.radices)) {
      const other = model.layout.decode(changed);
      const text = partsOf(model, other).get(path)?.text;
      // A digit of what is not there, such as the rest of a sequence, changes nothing.
      if (text === undefined || seen.has(text)) continue;
      seen.add(text);
      yield { path, text, state: other };
    }
  }
}

/** Digits with all that may stand at a place, the first slot varying slowest. */
function* valuesAt(
  digits: Digits,
  { slot, slots }: PlaceOfPart,
  radices: readonly number[],
): Generator<Digits> {
  if (slots === 0) {
    yield digits;
    return;
  }
  for (let digit = 0; digit < (radices[slot] ?? 1); digit++) {
    const rest = { path: "", slot: slot + 1, slots: slots - 1 };
    yield* valuesAt(digits.with(slot, digit), rest, radices);
  }
}

/** Digits with another one in one slot of a place. */
function* changesAt(
  digits: Digits,
  { slot, slots }: PlaceOfPart,
  radices: readonly number[],
): Generator<Digits> {
  for (let at = slot; at < slot + slots; at++) {
    for (let digit = 0; digit < (radices[at] ?? 1); digit++) yield digits.with(at, digit);
  }
}

/** Whether a step is possible in a state that may never be reached, where a condition may fail. */
function isPossible(model: Model, state: State, step: Step): boolean {
  try {
    return model.isEnabled(state, step);
  } catch {
    return false;
  }
}

/** "open", "open or worker", "4, 5, 6 or one of 9 others" */
function oneOf(texts: readonly string[]): string {
  const others = texts.length - fewValues;
  const named = (others > 1 ? texts.slice(0, fewValues) : texts).map((text) =>
    text.includes(",") ? JSON.stringify(text) : text,
  );
  const all = others > 1 ? [...named, `one of ${others} others`] : named;
  return [all.slice(0, -1).join(", "), all.at(-1) ?? ""].filter((text) => text !== "").join(" or ");
}
