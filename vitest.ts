/** Tests of a spec for Vitest: `specTests` and `traceTest` in a test file. See runs/README.md. */
import { describe, test } from "vitest";
import {
  check,
  type CheckOptions,
  exportedBy,
  isSpec,
  type NamedTrace,
  render,
  type Report,
  traceFault,
  unmet,
} from "./runs/index.ts";
import { type Spec, SpecError, type Variant, words } from "./spec/index.ts";

export interface SpecTestOptions extends CheckOptions {
  /** The variants to be tested beside the spec; of a module, those that it exports. */
  readonly variants?: readonly Variant[] | undefined;
}

/**
 * One test for each property of a spec, or one if it expects to break some, and one for each variant, which has to
 * do what it expects. `subject` is a
 * spec, or a module that exports one by default, and variants: `import * as lamp from "./lamp.ts"`. All properties
 * are judged in one search, when the first of their tests runs; `timeout` is what it may take, in seconds (600).
 * A test that fails says the counterexample, and no stack. Throws `SpecError` where there is no spec.
 */
export function specTests(subject: object, options: SpecTestOptions = {}): void {
  const { variants: listed, timeout = 600, ...asked } = options;
  const { spec, variants } = partsOf(subject);
  const limit = { timeout: 1000 * (timeout + graceSeconds) };
  const run = (its: Spec | Variant): (() => Promise<Report>) => {
    let report: Promise<Report> | undefined;
    return () => (report ??= check(its, { ...asked, timeout }));
  };

  describe(spec.name, () => {
    const found = run(spec);
    if (spec.expects?.kind === "breaks") {
      const { expects } = spec;
      test("breaks, as expected", limit, () =>
        refuse(async () => unexpected({ expects }, await found())),
      );
      return;
    }
    const names = asked.properties ?? Object.keys(spec.properties);
    for (const name of names) {
      test(words(name), limit, () => refuse(async () => faultOf(await found(), name)));
    }
    test("holds as a whole", limit, () => refuse(async () => faultOfWhole(await found())));
  });

  describe.runIf((listed ?? variants).length > 0)(`variants of ${spec.name}`, () => {
    for (const its of listed ?? variants) {
      const found = run(its);
      test(its.name, limit, () => refuse(async () => unexpected(its, await found())));
    }
  });
}

export interface TraceTestOptions extends NamedTrace {
  /** The name of the variant that it is a trace of; of the protocol itself if left out. */
  readonly variant?: string | undefined;
}

/**
 * A test that a counterexample stays repaired, as `hintproof replay NAME --format vitest` writes it: green only where today's
 * protocol ends the trace just where `stopsAt` says.
 */
export function traceTest(subject: object, { variant, ...trace }: TraceTestOptions): void {
  const { spec, variants } = partsOf(subject);
  const its = variant === undefined ? spec : variants.find(({ name }) => name === variant);
  if (its === undefined) throw new SpecError(`${spec.name} has no variant ${variant}.`);
  test(`${words(trace.property)} is not violated by ${trace.steps.length} steps`, () =>
    refuse(() => traceFault(its, trace)));
}

/** What it takes to tell what was found, beyond the search. */
const graceSeconds = 60;

/** The spec and the variants that are given, or exported. */
function partsOf(subject: object): { readonly spec: Spec; readonly variants: readonly Variant[] } {
  if (isSpec(subject)) return { spec: subject, variants: [] };
  const { spec, variants } = exportedBy(subject);
  if (spec !== undefined) return { spec, variants };
  throw new SpecError("specTests is given neither a spec nor a module that exports one.");
}

/** Why a property does not hold; undefined if it does. */
function faultOf(report: Report, name: string): string | undefined {
  const found = report.properties.find((its) => its.name === name || words(its.name) === name);
  if (found !== undefined && ["holds", "seen", "not asked"].includes(found.status))
    return undefined;
  return found === undefined ? `There is no property ${name}.` : textOf(report);
}

/** Whatever belongs to no property of the spec: deadlocks, assertions, a search that did not come to its end. */
const faultOfWhole = (report: Report): string | undefined =>
  report.verdict === "holds" ? undefined : textOf(report);

function unexpected({ expects }: Pick<Variant, "expects">, report: Report): string | undefined {
  if (report.verdict === "incomplete") return textOf(report);
  const differences = unmet(expects, report);
  return differences.length === 0 ? undefined : [...differences, "", textOf(report)].join("\n");
}

const textOf = (report: Report): string => render(report).trimEnd();

/** Fails with a message that says all there is to say. */
async function refuse(fault: () => Promise<string | undefined>): Promise<void> {
  let message: string | undefined;
  try {
    message = await fault();
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    message = error.message;
  }
  if (message === undefined) return;
  const error = new Error(message);
  error.stack = "";
  throw error;
}
