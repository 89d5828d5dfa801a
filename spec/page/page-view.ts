/** What a protocol says of its pages, and what the page contract then demands of its steps. */
import { setOf } from "../language/domain.ts";
import type { IndexSet } from "../language/index-set.ts";
import { made } from "../language/made.ts";
import { demand, mayBeFunctions, refuseUnknown, truth } from "../language/refuse.ts";
import { seenFromOf } from "../language/seen-from.ts";
import { show } from "../language/shown.ts";
import type { PageView, Predicate, StepProperty } from "../language/spec.ts";
import { SpecError } from "../language/spec-error.ts";
import { type PageState, pageStates, reasonToChange, rights } from "./page-contract.ts";

/** What `pages` is given, without the types of its author. Throws `SpecError` for what is none. */
export function pageViewOf(view: {
  readonly forEach: unknown;
  readonly state: unknown;
  readonly discarded?: unknown;
  readonly seenFrom?: unknown;
}): PageView {
  refuseUnknown("pages", "part", view, ["forEach", "state", "discarded", "seenFrom"]);
  demand("pages", view, { forEach: "object", state: "function" });
  mayBeFunctions("pages", view, ["discarded"]);
  return made("pages", {
    page: setOf("pages", view.forEach as IndexSet),
    state: view.state as PageView["state"],
    discarded: (view.discarded as Predicate | undefined) ?? never,
    seenFrom: seenFromOf("pages", view.seenFrom),
  });
}

const never = (): boolean => false;

/** What the page contract demands of every protocol that has pages. */
export function contractOf(view: PageView): Readonly<Record<string, StepProperty>> {
  const { page, seenFrom } = view;
  const state = stateOf(view);
  const isDiscarded: Predicate = (...all) => truth("discarded", view.discarded(...all));
  // A step that discards it as well lost it before the guest relies on it.
  const isLost = (
    from: PageState,
    before: unknown,
    after: unknown,
    p: number,
    constants: unknown,
  ): boolean =>
    rights(from).discardMustBeSignalled &&
    (isDiscarded(before, p, constants) || isDiscarded(after, p, constants));
  const named = (p: number): string => `${page.name}[${page.label(p)}]`;

  const pageStepIsLegal: StepProperty = {
    kind: "step property",
    choices: [page],
    seenFrom,
    by: undefined,
    when: (before, after, p, constants) =>
      state(before, p, constants) !== state(after, p, constants),
    holds: (before, after, p, constants) => {
      const from = state(before, p, constants);
      const to = state(after, p, constants);
      return reasonToChange(from, to, isLost(from, before, after, p, constants)) !== undefined;
    },
    explain: (before, after, p, constants) => {
      const from = state(before, p, constants);
      const lost = isLost(from, before, after, p, constants);
      const allowed = pageStates.filter((to) => reasonToChange(from, to, lost) !== undefined);
      return (
        `${named(p)} goes from ${from} to ${state(after, p, constants)}` +
        `${lost ? " after it was discarded" : ""}, ` +
        `which the page contract forbids (it allows: ${allowed.join(", ")})`
      );
    },
  };
  // Of a protocol whose host never discards it would be vacuous.
  if (view.discarded === never) return { pageStepIsLegal };
  const discardIsPermitted: StepProperty = {
    kind: "step property",
    choices: [page],
    seenFrom,
    by: undefined,
    when: (before, after, p, constants) =>
      !isDiscarded(before, p, constants) && isDiscarded(after, p, constants),
    holds: (before, _after, p, constants) => rights(state(before, p, constants)).hostDiscards,
    explain: (before, _after, p, constants) =>
      `${named(p)} is discarded while it is ${state(before, p, constants)}`,
  };
  return { pageStepIsLegal, discardIsPermitted };
}

/** The state that a protocol says a page is in. The function throws `SpecError` for one that there is not. */
const stateOf =
  ({ page, state }: PageView) =>
  (values: unknown, p: number, constants: unknown): PageState => {
    const answer = (state as unknown as (...all: unknown[]) => PageState)(values, p, constants);
    if (pageStates.includes(answer)) return answer;
    throw new SpecError(
      `pages.state of ${page.name} ${page.label(p)} answers ${show(answer)}; ` +
        `the page contract has ${pageStates.join(", ")}.`,
    );
  };
