import type { Model } from "../../model.ts";
import { type Code, i32, type Label, op } from "../../wasm/code.ts";
import type { ModuleBuilder } from "../../wasm/module.ts";
import type { Leaf } from "../decision.ts";
import { type Diagram, newDrawing, nodesOf, type Test } from "../diagram.ts";
import { commonDigits, digitsToLeaves, type KnownDigits } from "../known-digits.ts";
import type { LearnedAction, LearnedStep } from "../learned-action.ts";
import type { Write } from "../recording/asked.ts";
import { writtenSlots } from "../recording/writes.ts";
import { DiagramCode } from "./diagram-code.ts";
import { StateWords } from "./state-words.ts";
import { entryBytesOf } from "./states-in-memory.ts";
import { isWritable, SuccessorCode } from "./successor-code.ts";

/**
 * A number for steps of an action that write these slots (undefined: it may be any), given what is known of the
 * states before and after.
 */
export type ClassOf = (
  action: string,
  written: ReadonlySet<number> | undefined,
  before: KnownDigits,
  after: KnownDigits,
) => number;

/** What an effect comes to, and the class of the steps that do that. */
interface Payload {
  readonly writes: readonly Write[];
  readonly class: number;
}

/** A step as it is compiled. */
interface DrawnStep {
  readonly position: number;
  /** Comes to 0 where the step is not possible, to 1 where it is. */
  readonly when: Diagram | undefined;
  /** Comes to the number of a payload, or to 0. */
  readonly effect: Diagram | undefined;
}

/** An action's decisions as they are to be compiled. */
export class DrawnAction {
  /** Undefined for a step that has to be interpreted. */
  readonly steps: readonly (DrawnStep | undefined)[];
  /** By their numbers; of number 0 it is not known. */
  readonly payloads: (Payload | undefined)[] = [undefined];
  readonly #model: Model;
  readonly #numbers = new Map<string, number>();

  constructor(model: Model, action: LearnedAction, classOf: ClassOf) {
    const drawing = newDrawing(model.layout.radices);
    this.#model = model;
    this.steps = action.steps.map((learned) => {
      if (learned.isOpaque) return undefined;
      const when = drawing.draw(learned.when, ({ outcome }) =>
        outcome.kind === "answer" ? Number(outcome.value) : 2,
      );
      const payloadOf = this.#payloadsOf(learned, classOf);
      return { when, effect: drawing.draw(learned.effect, payloadOf), position: learned.position };
    });
  }

  /** Nodes of all diagrams. */
  get size(): number {
    return sizeOf(this.steps.flatMap((step) => (step ? [step.when, step.effect] : [])));
  }

  /** The classes of the steps that compiled code takes. */
  get classes(): ReadonlySet<number> {
    return new Set(this.payloads.flatMap((payload) => (payload ? [payload.class] : [])));
  }

  /** The number of the payload at each leaf of an effect. */
  #payloadsOf({ step, when, effect }: LearnedStep, classOf: ClassOf): (leaf: Leaf) => number {
    const known = digitsToLeaves(effect, commonDigits(when));
    return (leaf) => {
      const { outcome } = leaf;
      if (outcome.kind !== "writes" || !isWritable(this.#model.packing, outcome.writes)) return 0;
      const { writes } = outcome;
      const before = known.get(leaf) as ReadonlyMap<number, number>;
      const written = writtenSlots(writes);
      const after = knownAfter(before, writes, written);
      const stepClass = classOf(step.action, written, (slot) => before.get(slot), after);
      return this.#numberOf({ writes, class: stepClass });
    };
  }

  #numberOf(payload: Payload): number {
    const key = JSON.stringify([payload.writes, payload.class]);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.payloads.push(payload) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }
}

/** What is known of the digits after writes. */
function knownAfter(
  before: ReadonlyMap<number, number>,
  writes: readonly Write[],
  written: ReadonlySet<number>,
): KnownDigits {
  const changed = new Map(writes.map((write) => ["slot" in write ? write.slot : -1, write]));
  return (slot) => {
    if (!written.has(slot)) return before.get(slot);
    const write = changed.get(slot);
    if (write?.kind === "set") return write.digit;
    if (write?.kind === "copy") return before.get(write.from);
    const base = before.get(slot);
    return write?.kind === "add" && base !== undefined ? base + write.by : undefined;
  };
}

/** How many nodes diagrams have together. */
export const sizeOf = (diagrams: readonly (Diagram | undefined)[]): number =>
  new Set(diagrams.flatMap((diagram) => (diagram === undefined ? [] : nodesOf(diagram)))).size;

/** The type of `learn(number, choice, state, target)`, which is called for a step of which too little is known. */
export const signatureOfLearn = { parameters: [i32, i32, i32, i32], results: [i32] } as const;

/** The name of the function of an action in a module. */
export const nameOfAction = (number: number): string => `action ${number}`;

/**
 * Adds a function(state, target) that writes the successors of a state by an action, and answers the address behind
 * them. It calls the function `learn`.
 */
export function addAction(
  builder: ModuleBuilder,
  learn: number,
  model: Model,
  drawn: DrawnAction,
  number: number,
): void {
  const write = (code: Code): void => {
    const before = new StateWords(code, model.packing, [0]);
    const diagrams = new DiagramCode(before);
    const successors = new SuccessorCode(before);
    const idle = idleAnswers(drawn.steps.map((step) => step?.when));
    if (idle !== undefined) {
      diagrams.ifOneOf(idle.test, idle.answers, () => code.get(1).op(op.return));
    }

    const take = (step: DrawnStep, next: Label, call: Label): void => {
      code.block((enabled) => {
        const labels = [next, enabled, call];
        const decided = (result: number): void => {
          code.branch(labels[result] as Label);
        };
        diagrams.decide(step.when, { write: decided, areShort: true }, call);
      });
      const succeed = (result: number): void => {
        const payload = drawn.payloads[result];
        if (payload === undefined) {
          code.branch(call);
          return;
        }
        successors.write(payload.writes, 1);
        const tag = (BigInt(payload.class) << 32n) | BigInt(step.position);
        code
          .get(1)
          .i64(tag)
          .memory("i64Store", 8 * model.packing.words);
        code.get(1).i32(entryBytesOf(model)).op(op.i32Add).set(1);
        code.branch(next);
      };
      diagrams.decide(step.effect, { write: succeed, areShort: false }, call);
    };

    drawn.steps.forEach((step, choice) => {
      code.block((next) => {
        code.block((call) => {
          if (step === undefined) code.branch(call);
          else take(step, next, call);
        });
        code.i32(number).i32(choice).get(0).get(1).call(learn).set(1);
      });
    });
    code.get(1);
  };
  builder.function({ parameters: [i32, i32], results: [i32] }, write, nameOfAction(number));
}

/**
 * Answers to the question that all conditions of an action ask first, with which none of them is true: then
 * none of the choices has to be looked at.
 */
function idleAnswers(
  conditions: readonly (Diagram | undefined)[],
):
  | { readonly test: Extract<Test, { kind: "digit" }>; readonly answers: readonly number[] }
  | undefined {
  const [first] = conditions;
  if (conditions.length < 2 || first?.kind !== "ask" || first.test.kind !== "digit")
    return undefined;
  const { test } = first;
  let answers: readonly number[] | undefined;
  for (const condition of conditions) {
    if (
      condition?.kind !== "ask" ||
      condition.test.kind !== "digit" ||
      condition.test.slot !== test.slot
    ) {
      return undefined;
    }
    const idle = condition.arms.flatMap((arm) =>
      arm.to.kind === "end" && arm.to.result === 0 ? arm.answers : [],
    );
    answers = answers === undefined ? idle : answers.filter((answer) => idle.includes(answer));
  }
  return answers === undefined || answers.length === 0 ? undefined : { test, answers };
}
