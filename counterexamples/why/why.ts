import type { Trace } from "../../checker/index.ts";
import type { Model } from "../../model/index.ts";
import { isAsserted } from "../../spec/index.ts";
import type { Counterexample } from "../counterexample.ts";
import { statesOf } from "../liveness.ts";
import { partsOf } from "../parts.ts";
import { conditionReads } from "./accesses.ts";
import { Flow } from "./flow.ts";
import { type Race, raceIn, stepsOfRace, type Violated } from "./race.ts";

/** How a trace came to violate a property: what stands out of its set-up. From what functions read and wrote. */
export interface Why {
  /** A sentence a line. */
  readonly lines: readonly string[];
  /** The steps that the lines name, and the one that violates, in order, from 1. */
  readonly steps: readonly number[];
  /** What is worth a remark beside these steps: a part that was read, or changed. */
  readonly remarks: readonly Remark[];
}

export interface Remark {
  readonly step: number;
  readonly path: string;
  /** The value that a step found; of a change it is in the row. */
  readonly found?: string | undefined;
}

/** More values than this are not traced back one by one. */
const most = 3;

/** How a trace came to violate a property whose reason looks at some parts. */
export function whyOf(
  model: Model,
  { property, trace }: Pick<Counterexample, "property" | "trace">,
  reads: readonly { readonly path: string }[],
): Why {
  const { lasso, steps } = trace;
  const isStuck = property.kind === "deadlock freedom" || lasso?.loopsTo === steps.length;
  const paths = [...reads.map(({ path }) => path), ...(isStuck ? blockingPaths(model, trace) : [])];
  const flow = new Flow(model, trace, isAsserted(property.kind));
  // Of a lasso no step violates, but all of it.
  return new Told(flow, new Set(paths), lasso === undefined ? steps.length : 0).why();
}

/** What the steps wait for where none is possible. */
function blockingPaths(model: Model, trace: Trace): readonly string[] {
  const state = statesOf(trace).at(-1) ?? trace.initial;
  const parts = partsOf(model, state);
  return model.steps.flatMap((step) => {
    const last = conditionReads(model, state, step).at(-1);
    return last !== undefined && parts.has(last.path) ? [last.path] : [];
  });
}

/** Sentences about a trace, with the steps that they name. */
class Told {
  readonly #flow: Flow;
  readonly #violated: Violated;
  /** The step that violates; 0 where none does. */
  readonly #violating: number;
  readonly #lines: string[] = [];
  readonly #steps = new Set<number>();
  readonly #remarks: Remark[] = [];

  constructor(flow: Flow, paths: ReadonlySet<string>, violating: number) {
    this.#flow = flow;
    this.#violating = violating;
    const writers = [...paths].map((path) => flow.writerOf(path, flow.length));
    this.#violated = { paths, writers: [...new Set(writers)].filter((step) => step > 0) };
  }

  why(): Why {
    const race = raceIn(this.#flow, this.#violated);
    if (race !== undefined) this.#tellRace(race);
    this.#tellValues();
    this.#tellOthers();
    if (this.#violating > 0) this.#steps.add(this.#violating);
    return {
      lines: this.#lines,
      steps: [...this.#steps].toSorted((one, other) => one - other),
      remarks: this.#remarks,
    };
  }

  #tellRace(race: Race): void {
    const { path, was, is } = race;
    for (const step of stepsOfRace(race)) this.#steps.add(step);
    if (race.kind === "stale") {
      const { knows, changes, acts } = race;
      const verb = this.#flow.changeIn(path, knows) === undefined ? "found" : "left";
      this.#lines.push(
        `${this.#name(acts)} rests on ${path} as ${this.#name(knows)} ${verb} it: ${was}; ${this.#name(changes)} has made it ${is} since`,
      );
      this.#remarks.push({ step: knows, path, found: was }, { step: changes, path });
      return;
    }
    const { writes, overwrites } = race;
    this.#lines.push(
      `${this.#name(overwrites)} makes ${path} ${is}, over the ${was} of ${this.#name(writes)}, which nobody has seen`,
    );
    this.#remarks.push({ step: writes, path }, { step: overwrites, path });
  }

  /** Since when what the violation looks at is as it is. */
  #tellValues(): void {
    const since = [...this.#violated.paths].flatMap((path) => {
      const step = this.#flow.writerOf(path, this.#flow.length);
      return step === 0 ? [] : [{ path, step }];
    });
    const latest = since.toSorted((one, other) => other.step - one.step).slice(0, most);
    for (const { path, step } of latest.toReversed()) {
      this.#remarks.push({ step, path });
      if (this.#steps.has(step)) continue;
      this.#steps.add(step);
      const is = this.#flow.changeIn(path, step)?.is.text;
      this.#lines.push(`${path} is ${is} since ${this.#name(step)}`);
    }
  }

  /** What another actor than that of the last step has to do with it, or that none has. */
  #tellOthers(): void {
    const last = Math.max(this.#violating, ...this.#steps);
    if (last === 0 || (this.#steps.size === 0 && this.#flow.isAlone)) {
      this.#lines.push("what it looks at is as it was in the initial state");
      return;
    }
    const actor = this.#flow.actorOf(last);
    const isOther = (step: number): boolean => this.#flow.actorOf(step) !== actor;
    if (this.#flow.isAlone || [...this.#steps].some(isOther)) return;
    const other = [...this.#steps, last]
      .flatMap((step) => [...this.#flow.basisOf(step)])
      .filter(isOther)
      .toSorted((one, two) => two - one)[0];
    if (other === undefined) {
      this.#lines.push(`nothing that ${actor} read there was written by another`);
      return;
    }
    this.#steps.add(other);
    this.#lines.push(`it rests on what ${this.#name(other)} had written`);
  }

  #name = (step: number): string => `step ${step} (${this.#flow.labelOf(step)})`;
}
