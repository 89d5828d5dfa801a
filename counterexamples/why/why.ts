import type { Trace } from "../../checker/index.ts";
import type { Model } from "../../model/index.ts";
import { isAsserted } from "../../spec/index.ts";
import type { Counterexample } from "../counterexample.ts";
import { statesOf } from "../liveness.ts";
import { partsOf } from "../parts.ts";
import { conditionReads } from "./accesses.ts";
import { Flow } from "./flow.ts";
import { isSeenIn, type Race, raceIn, stepsOfRace, type Violated } from "./race.ts";

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
  const loopsTo = isStuck ? undefined : lasso?.loopsTo;
  // Of a lasso no step violates, but all of it.
  return new Told(flow, new Set(paths), lasso === undefined ? steps.length : 0, loopsTo).why();
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
  /** The state to which a loop leads back, if it has steps. */
  readonly #loopsTo: number | undefined;
  readonly #lines: string[] = [];
  readonly #steps = new Set<number>();
  readonly #remarks: Remark[] = [];

  constructor(flow: Flow, paths: ReadonlySet<string>, violating: number, loopsTo?: number) {
    this.#flow = flow;
    this.#violating = violating;
    this.#loopsTo = loopsTo;
    const writers = [...paths].map((path) => flow.writerOf(path, flow.length));
    this.#violated = { paths, writers: [...new Set(writers)].filter((step) => step > 0) };
  }

  why(): Why {
    const race = raceIn(this.#flow, this.#violated);
    if (race !== undefined) this.#tellRace(race);
    this.#tellValues(race === undefined ? 0 : (stepsOfRace(race)[0] ?? 0));
    this.#tellOthers(race !== undefined);
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
      const known = verb === "left" ? { step: knows, path } : { step: knows, path, found: was };
      this.#remarks.push(known, { step: changes, path });
      return;
    }
    const { writes, overwrites } = race;
    this.#lines.push(
      `${this.#name(overwrites)} makes ${path} ${is}, over the ${was} of ${this.#name(writes)}, which nobody has seen`,
    );
    this.#remarks.push({ step: writes, path }, { step: overwrites, path });
  }

  /** Since when what the violation looks at is as it is; what was so before a race begins is its set-up. */
  #tellValues(begin: number): void {
    const since = [...this.#violated.paths].flatMap((path) => {
      const step = this.#flow.writerOf(path, this.#flow.length);
      return step === 0 || step < begin ? [] : [{ path, step }];
    });
    const latest = since.toSorted((one, other) => other.step - one.step).slice(0, most);
    for (const { path, step } of latest.toReversed()) {
      this.#remarks.push({ step, path });
      if (this.#steps.has(step)) continue;
      this.#steps.add(step);
      const { is, was } = this.#flow.changeIn(path, step) ?? {};
      const before = begin > 0 ? 0 : this.#undone(path, step);
      this.#lines.push(
        before === 0
          ? `${path} is ${is?.text} since ${this.#name(step)}`
          : `${path} is ${is?.text} since ${this.#name(step)}, where ${this.#name(before)} had made it ${was?.text}`,
      );
      if (before === 0) continue;
      this.#steps.add(before);
      this.#remarks.push({ step: before, path });
    }
  }

  /** The step of another actor that a step undoes without having seen what it made of a part; 0 if there is none. */
  #undone(path: string, step: number): number {
    const flow = this.#flow;
    const before = flow.writerOf(path, step - 1);
    if (before === 0 || flow.actorOf(before) === flow.actorOf(step)) return 0;
    const isAsBefore = flow.changeIn(path, before)?.was.text === flow.changeIn(path, step)?.is.text;
    return isAsBefore && !isSeenIn(flow, path, before, step) ? before : 0;
  }

  /** What another actor than that of the last step has to do with it, or that none has; of a race that is known. */
  #tellOthers(isRace: boolean): void {
    const last = Math.max(this.#violating, ...this.#steps);
    if (last === 0 || (this.#steps.size === 0 && this.#flow.isAlone)) {
      this.#lines.push("what it looks at is as it was in the initial state");
      return;
    }
    const actor = this.#flow.actorOf(last);
    const isOther = (step: number): boolean => this.#flow.actorOf(step) !== actor;
    if (this.#flow.isAlone) return;
    if ([...this.#steps].some(isOther)) {
      if (!isRace) this.#tellFound(last);
      return;
    }
    if (this.#tellRound()) return;
    const others = [...new Set([...this.#steps, last])]
      .flatMap((step) => [...this.#flow.basisOf(step)])
      .filter(isOther)
      .toSorted((one, two) => two - one);
    const [other] = others;
    if (other === undefined) {
      this.#lines.push(`nothing that ${actor} read there was written by another`);
      return;
    }
    this.#steps.add(other);
    const root = others.find((step) => this.#comesBetween(step, actor, this.#flow.actorOf(other)));
    if (root === undefined || root === other) {
      this.#lines.push(`it rests on what ${this.#name(other)} had written`);
      return;
    }
    this.#steps.add(root);
    for (const { path } of this.#flow.changesOf(root)) this.#remarks.push({ step: root, path });
    this.#lines.push(
      `it rests on what ${this.#name(other)} had written, and that on ${this.#name(root)}`,
    );
  }

  /** What a step has found of what another actor left last, where nothing was said of that. */
  #tellFound(step: number): void {
    const flow = this.#flow;
    const [latest] = flow
      .readsOf(step)
      .map(({ path, text }) => ({ path, text, writer: flow.writerOf(path, step - 1) }))
      .filter(({ path, writer }) => writer > 0 && !flow.isGhost(path) && !this.#steps.has(writer))
      .filter(({ writer }) => flow.actorOf(writer) !== flow.actorOf(step))
      .toSorted((one, other) => other.writer - one.writer);
    if (latest === undefined) return;
    const { path, text, writer } = latest;
    this.#lines.push(
      `${this.#name(step)} found ${path} ${text}, as ${this.#name(writer)} had left it`,
    );
    this.#steps.add(writer);
    this.#remarks.push({ step: writer, path }, { step, path, found: text });
  }

  /** Whether a step that rests on nothing is taken by a third actor, when others had begun. */
  #comesBetween(step: number, ...actors: readonly string[]): boolean {
    const earlier = Array.from({ length: step - 1 }, (_, at) => this.#flow.actorOf(at + 1));
    return (
      this.#flow.basisOf(step).size === 0 &&
      !actors.includes(this.#flow.actorOf(step)) &&
      actors.some((actor) => earlier.includes(actor))
    );
  }

  /** Of a loop that changes nothing of what is looked at: who first finds in it what another has made in it. */
  #tellRound(): boolean {
    const { length } = this.#flow;
    const loopsTo = this.#loopsTo ?? length;
    if (this.#violated.writers.some((step) => step > loopsTo)) return false;
    for (let step = loopsTo + 1; step <= length; step++) {
      for (const { path, text } of this.#flow.readsOf(step)) {
        const writer = this.#flow.writerOf(path, step - 1);
        if (writer <= loopsTo || this.#flow.actorOf(writer) === this.#flow.actorOf(step)) continue;
        this.#lines.push(
          `on the way round ${this.#name(step)} finds ${path} ${text}, as ${this.#name(writer)} has made it`,
        );
        for (const its of [step, writer]) this.#steps.add(its);
        this.#remarks.push({ step: writer, path }, { step, path, found: text });
        return true;
      }
    }
    return false;
  }

  #name = (step: number): string => `step ${step} (${this.#flow.labelOf(step)})`;
}
