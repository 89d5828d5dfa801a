import { actionsNamedBy, isAsserted, predicatesOfCopy } from "./kinds.ts";
import { kindOf } from "./made.ts";
import { giveUp, isStandIn, mistake } from "./mistakes.ts";
import type { Action, Fairness, Progress, Property, Spec } from "./spec.ts";
import { show } from "./shown.ts";
import { SpecError } from "./spec-error.ts";
import { closest } from "./words.ts";

/*
 * A protocol file is run without a look at its types, and a key that nobody reads is a claim that
 * nobody checks: what the language does not know it refuses.
 */

/** Says of each key of `given` that it is not known; `what` says what the keys are. Throws `SpecError` for what has no keys. */
export function refuseUnknown(
  where: string,
  what: string,
  given: object,
  known: readonly string[],
): void {
  if (typeof given !== "object" || given === null) {
    throw new SpecError(`${where} is ${show(given)}, not a record.`);
  }
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    mistake(`${where}: there is no ${what} ${name}${suggestion(name, known)}`);
  }
}

/** Says what is missing of the named parts, or of another kind than `typeof` says; without them there is no going on. */
export function demand(
  where: string,
  given: object,
  kinds: Readonly<Record<string, "function" | "object" | "string">>,
): void {
  if (!hasAll(where, given, kinds)) giveUp();
}

/** Whether each of the named parts is there, and of the kind that `typeof` says; says which are not. */
export function hasAll(
  where: string,
  given: object,
  kinds: Readonly<Record<string, "function" | "object" | "string">>,
): boolean {
  if (typeof given !== "object" || given === null) {
    throw new SpecError(`${where} is ${show(given)}, not a record.`);
  }
  const missing = Object.entries(kinds).filter(([name, kind]) => {
    const value: unknown = Reflect.get(given, name);
    if (typeof value === kind && value !== null) return false;
    const article = kind === "object" ? "a record" : `a ${kind}`;
    mistake(
      value === undefined
        ? `${where} has no "${name}".`
        : `${where}: "${name}" must be ${article}, and is a ${typeof value}.`,
    );
    return true;
  });
  return missing.length === 0;
}

/** Says of each part that is there that it is not a function. */
export function mayBeFunctions(where: string, given: object, names: readonly string[]): void {
  for (const name of names) {
    const value: unknown = Reflect.get(given, name);
    if (value === undefined || typeof value === "function") continue;
    mistake(`${where}: "${name}" must be a function, and is a ${typeof value}.`);
  }
}

/** Says of a part that is there that it is no text. */
export function mayBeText(where: string, given: object, name: string): void {
  const value: unknown = Reflect.get(given, name);
  if (value === undefined || typeof value === "string") return;
  mistake(`${where}: "${name}" must be a text, and is ${show(value)}.`);
}

/** Says of each constant that it is neither a number nor a switch. */
export function checkConstants(where: string, constants: object): void {
  for (const [name, value] of Object.entries(constants)) {
    if (typeof value === "boolean" || Number.isSafeInteger(value)) continue;
    mistake(
      `${where}: the constant ${name} is ${show(value)}; it must be a whole number, true or false.`,
    );
  }
}

const fairnesses: readonly Fairness[] = ["none", "weak", "strong"];

/** Says of a fairness that it is none; `subject` says whose it is. */
export function checkFairness(subject: string, fairness: Fairness | undefined): void {
  if (fairness === undefined || fairnesses.includes(fairness)) return;
  mistake(`${subject} is one of ${fairnesses.join(", ")}.`);
}

/** Says of what cannot be the fairness of a whole protocol that it cannot. */
export function checkProtocolFairness(where: string, fairness: unknown): void {
  if (fairness === "none" || fairness === "weak") return;
  mistake(
    `${where}: the fairness of a protocol is none or weak, not ${typeof fairness === "string" ? fairness : show(fairness)}. ` +
      "(Strong would say the same as weak: some step is taken as long as one is possible.)",
  );
}

const symmetries: readonly Spec["symmetry"][] = ["declared", "none"];

/** Says of what does not tell whether symmetry is made use of that it does not. */
export function checkSymmetry(where: string, symmetry: unknown): void {
  if (symmetries.includes(symmetry as Spec["symmetry"])) return;
  const known = typeof symmetry === "string" ? suggestion(symmetry, symmetries) : ".";
  mistake(
    `${where}: the symmetry of a protocol is ${symmetries.join(" or ")}, not ${show(symmetry)}${known}`,
  );
}

/**
 * Says of each property that it names an action or an actor that is not there, or that counts
 * what it excludes. `removed` are actions that a variant does without.
 */
export function checkNames(
  where: string,
  { actions, properties }: Pick<Spec, "actions" | "properties">,
  removed: readonly string[] = [],
): void {
  const known = Object.values(actions).filter((one) => !isStandIn(one));
  const actors = [...new Set(known.map(actorOf))];
  const areKnown = known.length === Object.keys(actions).length;
  checkAssertions(where, properties);
  for (const [name, property] of Object.entries(properties)) {
    if (isStandIn(property)) continue;
    for (const action of actionsNamedBy(property)) {
      if (Object.hasOwn(actions, action)) continue;
      const named = `${where}: ${name} ${"counting" in property ? "counts" : "speaks of"} ${action}`;
      mistake(
        removed.includes(action)
          ? `${named}, which is removed; change ${name} too, or let the condition be false instead.`
          : `${named}, which is no action${suggestion(action, Object.keys(actions))}`,
      );
    }
    if (property.kind === "progress" && areKnown) checkActor(where, name, property, known);
    if (property.kind !== "within") continue;
    const { counting, idle } = property;
    for (const actor of idle) {
      if (!actors.includes(actor)) {
        if (!areKnown) continue;
        mistake(
          `${where}: ${name} has ${actor} idle, which is no actor${suggestion(actor, actors)}`,
        );
      }
      const counted = typeof counting === "string" ? actions[counting] : undefined;
      if (counted !== undefined && !isStandIn(counted) && actorOf(counted) === actor) {
        mistake(
          `${where}: ${name} counts ${counting as string}, which ${actor} does, and has ${actor} idle.`,
        );
      }
    }
  }
}

/** Says of an assertion that has two names: where it fails, one of them would be told to hold. */
function checkAssertions(where: string, properties: Spec["properties"]): void {
  const names = new Map<Property, string>();
  for (const [name, property] of Object.entries(properties)) {
    if (isStandIn(property) || !isAsserted(property.kind)) continue;
    const other = names.get(property);
    if (other !== undefined) {
      mistake(`${where}: ${other} and ${name} are one assertion; it can have one name.`);
    }
    names.set(property, name);
  }
}

/** Says of a property of an actor that there is none, or that there is one of each element. */
function checkActor(
  where: string,
  name: string,
  { of, choices }: Progress,
  actions: readonly Action[],
): void {
  const isOfEach = ({ actor }: Action): boolean => typeof actor !== "string";
  const its = actions.filter((action) => actorOf(action) === of);
  if (its.some((action) => isOfEach(action) === choices.length > 0)) return;
  const actors = [...new Set(actions.map(actorOf))];
  const [one] = its;
  const why =
    one === undefined
      ? `is no actor${suggestion(of, actors)}`
      : isOfEach(one)
        ? "is an actor for each element; give the index set itself, without quotes."
        : "is one actor, and no index set; give its name.";
  mistake(`${where}: ${name} is about ${of}, which ${why}`);
}

/** The name of an action's actor, or of the index set of its actors. */
const actorOf = ({ actor }: Action): string => (typeof actor === "string" ? actor : actor.name);

/** The kind of an action or a property that the language made, or of a copy of one with parts replaced. */
export function kindOfListed(one: unknown): string | undefined {
  const own = kindOf(one);
  if (own !== undefined) return own;
  try {
    return kindOfCopy(one);
  } catch {
    return undefined; // it does not let itself be read
  }
}

function kindOfCopy(one: unknown): string | undefined {
  if (!isRecord(one)) return undefined;
  const { kind, choices } = one as Readonly<Record<string, unknown>>;
  const functions = kind === "action" ? ["when", "effect"] : predicatesOfCopy(kind);
  const isCopy =
    functions?.every((name) => typeof Reflect.get(one, name) === "function") === true &&
    Array.isArray(choices) &&
    choices.every((choice) => ["domain", "index set"].includes(kindOf(choice) ?? ""));
  return isCopy ? (kind as string) : undefined;
}

/** Throws `SpecError` unless a predicate answered true or false; `what` says which. */
export function truth(what: string, answer: unknown): boolean {
  if (answer === true || answer === false) return answer;
  throw new SpecError(`"${what}" answers ${show(answer)}; it must answer true or false.`);
}

/** Whether a name can be typed on the command line as it is. */
export const isKebabCase = (name: string): boolean => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name);

/** What is judged of every protocol, beside the properties that it lists. */
export const judgedAnyway: readonly string[] = ["deadlockFreedom"];

export const isJudgedAnyway = (property: string): boolean => judgedAnyway.includes(property);

/** Says of a property that its name is taken. */
export function refuseJudgedAnyway(where: string, property: string): void {
  if (!isJudgedAnyway(property)) return;
  mistake(`${where}: ${property} is judged of every protocol; no property may be called so.`);
}

/** Whether something is a record: neither a list nor a function nor null. */
export function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** "; did you mean x?" where a known name is close, otherwise a list of the names there are. */
export function suggestion(name: string, known: readonly string[]): string {
  const near = closest(name, known);
  if (near !== undefined) return `; did you mean ${near}?`;
  return known.length === 0 ? "." : `. There are: ${known.join(", ")}.`;
}
