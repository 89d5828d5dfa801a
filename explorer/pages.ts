import type { Model, State } from "../model/index.ts";
import { type PageState, rights, sizeOf, words } from "../spec/index.ts";

/** A page as the guest knows it and as the host has it. */
export interface PageShown {
  /** "page 3" */
  readonly name: string;
  readonly label: string;
  readonly state: PageState;
  readonly isDiscarded: boolean;
  /** Whether the host may drop its content. */
  readonly mayBeDiscarded: boolean;
}

/**
 * The pages of a protocol in a state; none where it says nothing of pages, or what it says fails: as a property of each
 * step that stands among the others.
 */
export function pagesIn({ spec, declared, constants }: Model, state: State): readonly PageShown[] {
  const view = spec.pages;
  if (view === undefined) return [];
  const length = sizeOf(view.page.size, constants, `"${view.page.name}"`);
  const shownOf = (page: number): PageShown => {
    const its = view.state(state as never, page as never, declared as never);
    const label = view.page.label(page);
    return {
      name: `${words(view.page.name)} ${label}`,
      label,
      state: its,
      isDiscarded: view.discarded(state, page, declared),
      mayBeDiscarded: rights(its).hostDiscards,
    };
  };
  try {
    return Array.from({ length }, (_, page) => shownOf(page));
  } catch {
    return [];
  }
}
