import type { Trace } from "../../checker/index.ts";
import type { Model } from "../../model/index.ts";
import type { Part } from "../parts.ts";
import { type Access, accessesOf, type Change } from "./accesses.ts";

/** Who read in a trace what whom had written. Steps are numbered from 1; 0 is the initial state. */
export class Flow {
  readonly #accesses: readonly Access[];
  readonly #model: Model;
  /** The steps that changed a part, in order. */
  readonly #writers = new Map<string, number[]>();
  readonly #bases = new Map<number, ReadonlySet<number>>();

  constructor(model: Model, trace: Trace, isAsserted: boolean) {
    this.#model = model;
    this.#accesses = accessesOf(model, trace, isAsserted);
    for (const [at, { changes }] of this.#accesses.entries()) {
      for (const { path } of changes) {
        const writers = this.#writers.get(path);
        if (writers === undefined) this.#writers.set(path, [at + 1]);
        else writers.push(at + 1);
      }
    }
  }

  /** Whether all steps are of one actor. */
  get isAlone(): boolean {
    return new Set(this.#accesses.map(({ step }) => step.actor)).size < 2;
  }

  /** The number of steps. */
  get length(): number {
    return this.#accesses.length;
  }

  readsOf = (step: number): readonly Part[] => this.#access(step).reads;
  changesOf = (step: number): readonly Change[] => this.#access(step).changes;
  labelOf = (step: number): string => this.#access(step).step.label;
  actorOf = (step: number): string => this.#access(step).step.actor;
  isReadIn = (path: string, step: number): boolean =>
    this.readsOf(step).some((read) => read.path === path);

  /** What is known of parts where a step has been taken: what it made of them, or found. */
  knownAfter(step: number): readonly Part[] {
    const found = this.readsOf(step).map((read) => this.changeIn(read.path, step)?.is ?? read);
    const made = this.changesOf(step).map(({ is }) => is);
    return [...new Map([...found, ...made].map((part) => [part.path, part])).values()];
  }

  /** Whether a step and a later one are of one process, which goes on from what it did. */
  goesOn(step: number, later: number): boolean {
    const isLocated =
      this.#model.spec.actions[this.#access(step).step.action]?.located !== undefined;
    return isLocated && this.actorOf(step) === this.actorOf(later);
  }

  isGhost(path: string): boolean {
    const [variable = ""] = /^[^[.]+/.exec(path) ?? [];
    return this.#model.spec.state[variable]?.isGhost === true;
  }

  /** What a step changed a part from and to; undefined if it did not change it. */
  changeIn = (path: string, step: number): Change | undefined =>
    this.changesOf(step).find((change) => change.path === path);

  /** The last step up to `upTo` that changed a part; 0 if none did. */
  writerOf(path: string, upTo: number): number {
    return this.#writers.get(path)?.findLast((step) => step <= upTo) ?? 0;
  }

  /** The steps after one and before another that changed a part, in order. */
  writersBetween(path: string, after: number, before: number): readonly number[] {
    return (this.#writers.get(path) ?? []).filter((step) => step > after && step < before);
  }

  /** The steps that a step rests on: those that wrote what it read, and what those rest on. */
  basisOf(step: number): ReadonlySet<number> {
    const known = this.#bases.get(step);
    if (known !== undefined) return known;
    const basis = new Set<number>();
    for (const { path } of this.readsOf(step)) {
      const writer = this.writerOf(path, step - 1);
      if (writer === 0) continue;
      basis.add(writer);
      for (const earlier of this.basisOf(writer)) basis.add(earlier);
    }
    this.#bases.set(step, basis);
    return basis;
  }

  #access(step: number): Access {
    const access = this.#accesses[step - 1];
    if (access === undefined) throw new RangeError(`The trace has no step ${step}.`);
    return access;
  }
}
