import type { Trace, TraceStep } from "../../checker/index.ts";
import { stateJson } from "../../counterexamples/index.ts";
import type { Model, State, Step } from "../../model/index.ts";
import {
  AssertionFailure,
  enterSpec,
  faultOf,
  isA,
  leaveSpec,
  type PageState,
  type PageView,
  pageStates,
  show,
  sizeOf,
  SpecError,
} from "../../spec/index.ts";

/** What of an instance can be reached, nearest first, as plain data: what two instances are compared by. */
export interface StateGraph {
  /** The instance by its name: see `instanceText`. */
  readonly title: string;
  readonly variables: readonly string[];
  /** Of each variable the values that it was met with, as JSON. */
  readonly values: readonly (readonly string[])[];
  /** Of each state, variable after variable, which of these it has. */
  readonly states: Uint32Array;
  readonly size: number;
  /** The first so many states are initial. */
  readonly initial: number;
  /** The steps of the first so many states are known: of all, unless a limit was met. */
  readonly expanded: number;
  /** The steps of state s stand at positions first[s] up to first[s + 1]; those that change nothing are left out. */
  readonly first: Uint32Array;
  readonly target: Uint32Array;
  /** Which of `steps` it is. */
  readonly label: Uint32Array;
  readonly steps: readonly Pick<Step, "action" | "label">[];
  /** What the page contract sees; undefined of a protocol without pages. */
  readonly pages?: SeenPages | undefined;
  readonly limit?: "state limit" | "time limit" | "interrupted" | undefined;
  /** Why some steps could not be taken, if so: the first error of the spec. Such a step leads nowhere. */
  readonly fault?: string | undefined;
}

/** What the page contract sees of states: which state each page is in, and whether its content is discarded. */
export interface SeenPages {
  /** "frame 0" */
  readonly names: readonly string[];
  /** All that was seen: of each page "stable", or "stable, discarded". */
  readonly views: readonly (readonly string[])[];
  /** Of each state which of the views it has. */
  readonly seen: Uint32Array;
}

/** When the walk ends early. */
export interface WalkLimits {
  readonly maxStates: number;
  readonly isInterrupted: () => boolean;
  readonly isLate: () => boolean;
}

/**
 * Walks through an instance by the reference semantics, without symmetry. Throws `SpecError` where the initial state, or what
 * is said of pages, is at fault; a step that is, or that fails an assertion, is left out.
 */
export function stateGraphOf(model: Model, title: string, limits: WalkLimits): StateGraph {
  const walk = new Walk(model, limits);
  walk.run();
  return walk.graph(title);
}

/** More states are not walked to, where nobody says how many: it takes a minute or so. */
export const mostStatesOfGraph = 200_000;

/** The path that begins in an initial state by its number and takes steps by their positions. */
export function pathOf(
  model: Model,
  initial: number,
  positions: readonly number[],
): Pick<Trace, "initial" | "steps"> {
  const start = distinctInitials(model)[initial] as State;
  const steps: TraceStep[] = [];
  for (const position of positions) {
    const step = model.steps[position] as Step;
    const before = steps.at(-1)?.state ?? start;
    if (!model.isEnabled(before, step)) throw new Error(`${step.label} is not possible any more.`);
    steps.push({ step, state: model.apply(before, step) });
  }
  return { initial: start, steps };
}

/** The initial states, each once, in the order of their numbers in a graph. */
function distinctInitials(model: Model): readonly State[] {
  const keys = new Set<string>();
  return model.initialStates().filter((state) => {
    const key = model.packing.pack(model.encode(state, "the initial state"));
    const isNew = !keys.has(key);
    keys.add(key);
    return isNew;
  });
}

class Walk {
  readonly #model: Model;
  readonly #limits: WalkLimits;
  readonly #numbers = new Map<string, number>();
  readonly #states: State[] = [];
  readonly #first: number[] = [0];
  readonly #target: number[] = [];
  readonly #label: number[] = [];
  #initial = 0;
  #limit: StateGraph["limit"];
  #fault: string | undefined;

  constructor(model: Model, limits: WalkLimits) {
    this.#model = model;
    this.#limits = limits;
  }

  run(): void {
    for (const state of distinctInitials(this.#model)) this.#numberOf(state, "the initial state");
    this.#initial = this.#states.length;
    for (let number = 0; number < this.#states.length; number++) {
      this.#limit = this.#limitMet();
      if (this.#limit !== undefined) break;
      this.#expand(number);
    }
  }

  graph(title: string): StateGraph {
    const { spec, steps } = this.#model;
    const variables = Object.keys(spec.state);
    const values = variables.map(() => new Numbered());
    const states = new Uint32Array(variables.length * this.#states.length);
    for (const [number, state] of this.#states.entries()) {
      const json = stateJson(state);
      for (const [at, variable] of variables.entries()) {
        const text = JSON.stringify(json[variable]);
        states[number * variables.length + at] = (values[at] as Numbered).of(text);
      }
    }
    return {
      title,
      variables,
      values: values.map(({ texts }) => texts),
      states,
      size: this.#states.length,
      initial: this.#initial,
      expanded: this.#first.length - 1,
      first: Uint32Array.from(this.#first),
      target: Uint32Array.from(this.#target),
      label: Uint32Array.from(this.#label),
      steps: steps.map(({ action, label }) => ({ action, label })),
      pages: spec.pages && seenPages(this.#model, spec.pages, this.#states),
      limit: this.#limit,
      fault: this.#fault,
    };
  }

  #limitMet(): StateGraph["limit"] {
    const { maxStates, isInterrupted, isLate } = this.#limits;
    if (this.#states.length > maxStates) return "state limit";
    if (isInterrupted()) return "interrupted";
    return isLate() ? "time limit" : undefined;
  }

  #expand(number: number): void {
    const state = this.#states[number] as State;
    for (const [position, step] of this.#model.steps.entries()) {
      const target = this.#taken(state, step);
      if (target === undefined || target === number) continue;
      this.#target.push(target);
      this.#label.push(position);
    }
    this.#first.push(this.#target.length);
  }

  /** The number of the state behind a step, if it can be taken. */
  #taken(state: State, step: Step): number | undefined {
    try {
      if (!this.#model.isEnabled(state, step)) return undefined;
      return this.#numberOf(this.#model.apply(state, step), step.label);
    } catch (error) {
      if (isA(AssertionFailure, error)) return undefined;
      if (!isA(SpecError, error)) throw error;
      this.#fault ??= error.message;
      return undefined;
    }
  }

  #numberOf(state: State, origin: string): number {
    const key = this.#model.packing.pack(this.#model.encode(state, origin));
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#states.length);
    return this.#states.push(state) - 1;
  }
}

/** Texts by their numbers, each once. */
class Numbered {
  readonly texts: string[] = [];
  readonly #numbers = new Map<string, number>();

  of(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }
}

function seenPages(model: Model, view: PageView, states: readonly State[]): SeenPages {
  const { page } = view;
  const count = sizeOf(page.size, model.constants, `"${page.name}"`);
  const all = Array.from({ length: count }, (_, p) => p);
  const views = new Numbered();
  const seen = Uint32Array.from(states, (state) =>
    views.of(JSON.stringify(all.map((p) => seenOf(model, view, state, p)))),
  );
  return {
    names: all.map((p) => `${page.name} ${page.label(p)}`),
    views: views.texts.map((text) => JSON.parse(text) as readonly string[]),
    seen,
  };
}

/** What the page contract sees of a page. */
function seenOf(model: Model, view: PageView, state: State, p: number): string {
  const where = `${model.spec.name}: pages of ${view.page.name} ${view.page.label(p)}`;
  const all = [state, p, model.declared] as never[];
  enterSpec();
  try {
    const its: PageState = view.state(...all);
    if (!pageStates.includes(its)) {
      throw new SpecError(`state answers ${show(its)}; there are: ${pageStates.join(", ")}`);
    }
    return view.discarded(...all) ? `${its}, discarded` : its;
  } catch (error) {
    throw faultOf(where, error);
  } finally {
    leaveSpec();
  }
}
