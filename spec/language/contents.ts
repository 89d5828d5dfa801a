import { contractOf } from "../page/page-view.ts";
import { adopted } from "./adopted.ts";
import { always, choicesOf } from "./choices.ts";
import { type Expected, expectationOf } from "./expectation.ts";
import { refuseForeign } from "./foreign.ts";
import { sectionOf, sections } from "./kinds.ts";
import { markListed } from "./listed.ts";
import { kindOf, made } from "./made.ts";
import { giveUp, isStandIn, mistake, orStandIn, standingIn } from "./mistakes.ts";
import {
  checkNames,
  checkProtocolFairness,
  checkSymmetry,
  demand,
  hasAll,
  isKebabCase,
  isRecord,
  kindOfListed,
  mayBeFunctions,
  refuseJudgedAnyway,
  refuseUnknown,
} from "./refuse.ts";
import type { Declaration } from "./part.ts";
import { checkSeenFrom } from "./seen-from.ts";
import type {
  Action,
  Drawing,
  Effect,
  Initial,
  PageView,
  Predicate,
  Property,
  Spec,
} from "./spec.ts";
import { words } from "./words.ts";

/** A table of contents, without the types of its author. */
export interface Contents {
  readonly name: string;
  readonly title: string;
  readonly initial?: Effect | Beginnings | undefined;
  readonly actions: Readonly<Record<string, Action>>;
  readonly fairness?: Spec["fairness"] | undefined;
  readonly symmetry?: Spec["symmetry"] | undefined;
  readonly invariants?: Readonly<Record<string, Property>> | undefined;
  readonly stepProperties?: Readonly<Record<string, Property>> | undefined;
  readonly assertions?: Readonly<Record<string, Property>> | undefined;
  readonly witnesses?: Readonly<Record<string, Property>> | undefined;
  readonly liveness?: Readonly<Record<string, Property>> | undefined;
  readonly pages?: PageView | undefined;
  readonly draw?: Drawing | undefined;
  readonly mayEnd?: Predicate | undefined;
  readonly expects?: Expected | undefined;
}

interface Beginnings {
  readonly forAny?: unknown;
  readonly when?: Predicate | undefined;
  readonly effect: Effect;
}

/** The spec that a table of contents comes to; `declared` is what was made of the words of its declaration. */
export function specOf(
  declaration: Declaration,
  declared: Spec["declared"],
  contents: Contents,
): Spec {
  const its = { ...declaration, declared };
  if (isStandIn(declaration)) standingIn(its);
  const spec = orStandIn(
    () => specListing(its, contents),
    () => ({ ...nothingListed, ...its }),
  );
  return made("spec", isStandIn(declaration) ? standingIn(spec) : spec);
}

/** Stands in for a spec that cannot be told. */
const nothingListed: Omit<Spec, keyof Declaration | "declared"> = {
  kind: "spec",
  name: "?",
  title: "?",
  initial: { choices: [], when: always, effect: () => {} },
  actions: {},
  fairness: "none",
  symmetry: "declared",
  properties: {},
  pages: undefined,
  mayEnd: undefined,
};

/** Throws `SpecError` for a table of contents that is none. */
function specListing(declaration: Declaration & Pick<Spec, "declared">, contents: Contents): Spec {
  checkContents(contents);
  const initial = initialOf("initial", contents.initial);
  const { invariants, stepProperties, assertions, witnesses, liveness } = contents;
  const listed = [invariants, stepProperties, assertions, witnesses, liveness];
  for (const section of [contents.actions, ...listed]) {
    for (const one of Object.values(section ?? {}))
      if (kindOfListed(one) !== undefined) markListed(one);
    refuseForeign(contents.name, declaration, section);
  }
  if (contents.pages) refuseForeign(contents.name, declaration, { pages: contents.pages });
  const actions = Object.fromEntries(
    Object.entries(contents.actions).map(([name, one]) => [name, adopted(name, one)] as const),
  );
  const properties = collected(contents.name, [
    invariants,
    stepProperties,
    contents.pages && (isStandIn(contents.pages) ? {} : contractOf(contents.pages)),
    assertions,
    witnesses,
    liveness,
  ]);
  checkNames(contents.name, { actions, properties });
  checkSeenFrom(contents.name, { constants: declaration.constants, properties });
  return {
    kind: "spec",
    name: contents.name,
    title: contents.title,
    constants: declaration.constants,
    where: declaration.where,
    state: declaration.state,
    initial,
    actions,
    fairness: contents.fairness ?? "none",
    symmetry: contents.symmetry ?? "declared",
    properties,
    pages: contents.pages,
    draw: contents.draw,
    mayEnd: contents.mayEnd,
    expects:
      contents.expects === undefined
        ? undefined
        : expectationOf(contents.name, contents.expects, properties),
    declared: declaration.declared,
  };
}

/** Where a protocol starts. Throws `SpecError` for what says nothing of that; `where` is what it is called. */
export function initialOf(where: string, given: Contents["initial"]): Initial {
  if (given === undefined || typeof given === "function") {
    return { choices: [], when: always, effect: given ?? ((): void => {}) };
  }
  refuseUnknown(where, "part", given, ["forAny", "when", "effect"]);
  demand(where, given, { effect: "function" });
  mayBeFunctions(where, given, ["when"]);
  return {
    choices: choicesOf(given.forAny),
    when: given.when ?? always,
    effect: given.effect,
  };
}

/** The properties of all sections by their names, each of which stands once. */
function collected(
  name: string,
  sections: readonly (Readonly<Record<string, Property>> | undefined)[],
): Readonly<Record<string, Property>> {
  const all: Record<string, Property> = {};
  for (const [property, claim] of sections.flatMap((section) => Object.entries(section ?? {}))) {
    refuseJudgedAnyway(name, property);
    if (Object.hasOwn(all, property)) {
      mistake(`${name}: two properties are called ${property}.`);
    }
    all[property] = adopted(property, claim);
  }
  return all;
}

/** Says what is wrong with a table of contents. Throws `SpecError` for what is none. */
function checkContents(contents: object): void {
  demand("A spec", contents, { name: "string" });
  const where = String(Reflect.get(contents, "name"));
  if (!isKebabCase(where)) {
    mistake(`"${where}": the name of a protocol is kebab-case, as it is typed.`);
  }
  const others = [
    "name",
    "title",
    "initial",
    "fairness",
    "symmetry",
    "pages",
    "draw",
    "mayEnd",
    "expects",
  ];
  refuseUnknown(where, "part of a spec", contents, [...others, ...sections]);
  const isWhole = hasAll(where, contents, { title: "string", actions: "object" });
  mayBeFunctions(where, contents, ["mayEnd", "draw"]);
  const fairness: unknown = Reflect.get(contents, "fairness");
  if (fairness !== undefined) checkProtocolFairness(where, fairness);
  const symmetry: unknown = Reflect.get(contents, "symmetry");
  if (symmetry !== undefined) checkSymmetry(where, symmetry);
  const pages: unknown = Reflect.get(contents, "pages");
  if (pages !== undefined && kindOf(pages) !== "pages") {
    mistake(`${where}: "pages" must be what pages(...) made.`);
  }
  const areSound = sections.map((section) => checkSection(where, section, contents));
  if (!isWhole || areSound.includes(false)) giveUp();
}

/** Whether a section lists only what belongs there; says what does not. */
function checkSection(where: string, section: string, contents: object): boolean {
  const given: unknown = Reflect.get(contents, section) ?? {};
  if (!isRecord(given) || (section in contents && Reflect.get(contents, section) === null)) {
    mistake(`${where}: "${section}" must be a record of what declare(...) made.`);
    return false;
  }
  const strangers = Object.entries(given as Record<string, unknown>).filter(
    ([, one]) => sectionOf(kindOfListed(one)) !== section,
  );
  for (const [name, one] of strangers) {
    const right = sectionOf(kindOfListed(one));
    mistake(
      right === undefined
        ? `${where}: ${name} in ${section} is nothing that declare(...) made.`
        : `${where}: ${name} is listed in ${section}; it is one of the ${words(right)}.`,
    );
  }
  return strangers.length === 0;
}
