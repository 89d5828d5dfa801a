import { isAssertion } from "./kinds.ts";
import { show } from "./shown.ts";
import type { Assertion, Spec } from "./spec.ts";
import { SpecError } from "./spec-error.ts";

/** An assertion inside an effect does not hold; the step it would have been is the counterexample. */
export class AssertionFailure extends Error {
  override readonly name = "AssertionFailure";
  /** The name under which the protocol lists the assertion; empty where no protocol runs the effect. */
  readonly property: string;
  /** What its author gave with it, as it was then, where that was asked for. */
  readonly values: Readonly<Record<string, unknown>> | undefined;

  constructor(claim: string, property: string, values?: Readonly<Record<string, unknown>>) {
    super(claim);
    this.property = property;
    this.values = values;
  }
}

/** The assertions of a protocol, as its effects find them. */
export class Assertions {
  /** The names under which they are listed. */
  readonly #names: ReadonlyMap<Assertion, string>;
  /** Those that a variant has removed: nobody claims them any more. */
  readonly #removed: ReadonlySet<Assertion>;

  constructor({ properties, removed = [] }: Pick<Spec, "properties" | "removed">) {
    this.#names = new Map(
      Object.entries(properties).flatMap(([name, property]) =>
        isAssertion(property) ? [[property, name] as const] : [],
      ),
    );
    this.#removed = new Set(removed.filter((one) => !this.#names.has(one)));
  }

  /** The name of an assertion; undefined if it was removed. Throws `SpecError` for one that is not listed. */
  nameOf(assertion: Assertion): string | undefined {
    const name = this.#names.get(assertion);
    if (name !== undefined || this.#removed.has(assertion)) return name;
    throw new SpecError(
      `it asserts ${show(assertion.claim)}, which the protocol does not list in "assertions"`,
    );
  }
}

/** What is asserted in one run of the effects of a step. */
export class AssertedIn {
  /** The first failure. */
  failure: AssertionFailure | undefined;
  readonly #assertions: Assertions;
  readonly #keepsValues: boolean;
  #names: string[] | undefined;

  /** `keepsValues` says whether somebody wants to be told what is given with a failed assertion. */
  constructor(assertions: Assertions, keepsValues = false) {
    this.#assertions = assertions;
    this.#keepsValues = keepsValues;
  }

  /** The names of the assertions that were evaluated, whatever came of it. */
  get names(): readonly string[] {
    return this.#names ?? [];
  }

  /** Takes note of an assertion; throws `AssertionFailure` if it does not hold. */
  evaluates(
    condition: boolean,
    assertion: Assertion,
    values: Readonly<Record<string, unknown>> | undefined,
  ): void {
    const name = this.#assertions.nameOf(assertion);
    if (name === undefined) return;
    this.#names ??= [];
    if (!this.#names.includes(name)) this.#names.push(name);
    if (condition) return;
    const kept = this.#keepsValues ? asItIs(values) : undefined;
    const failure = new AssertionFailure(assertion.claim, name, kept);
    this.failure ??= failure;
    throw failure;
  }
}

/** Values as they are at this moment: parts of a draft may change, and are gone behind the step. */
function asItIs(
  values: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, unknown>> | undefined {
  return (
    values && Object.fromEntries(Object.entries(values).map(([name, its]) => [name, copyOf(its)]))
  );
}

function copyOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Set) return [...value].map(copyOf);
  if (Array.isArray(value)) return value.map(copyOf);
  return Object.fromEntries(Object.entries(value).map(([name, its]) => [name, copyOf(its)]));
}
