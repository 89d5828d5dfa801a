import type { Model } from "../../model.ts";
import { type Code, i32, op } from "../../wasm/code.ts";
import type { ModuleBuilder } from "../../wasm/module.ts";
import { type Diagram, newDrawing } from "../diagram.ts";
import { answerAt, type LearnedPredicate } from "../learned-predicate.ts";
import { notKnown } from "../predicates.ts";
import { DiagramCode } from "./diagram-code.ts";
import { StateWords } from "./state-words.ts";

/** A predicate as it is compiled. */
export interface DrawnPredicate {
  readonly isOfSteps: boolean;
  /** Comes to what the predicate answers. */
  readonly diagram: Diagram | undefined;
}

export function drawnPredicates(
  { layout }: Model,
  predicates: readonly LearnedPredicate[],
): readonly DrawnPredicate[] {
  const drawing = newDrawing(layout.radices);
  return predicates.map(({ isOfSteps, isOpaque, decision }) => ({
    isOfSteps,
    diagram: isOpaque ? undefined : drawing.draw(decision, answerAt),
  }));
}

/** The name of the function of a predicate in a module. */
export const nameOfPredicate = (id: number): string => `predicate ${id}`;

/** Adds a function(before, after) for a predicate, that answers `notKnown` where it does not know. */
export function addPredicate(
  builder: ModuleBuilder,
  { packing }: Model,
  { diagram, isOfSteps }: DrawnPredicate,
  name: string,
): void {
  const write = (code: Code): void => {
    const diagrams = new DiagramCode(new StateWords(code, packing, isOfSteps ? [0, 1] : [0]));
    code.block((unknown) => {
      const answered = (result: number): void => {
        code.i32(result).op(op.return);
      };
      diagrams.decide(diagram, { write: answered, areShort: true }, unknown);
    });
    code.i32(notKnown);
  };
  builder.function({ parameters: [i32, i32], results: [i32] }, write, name);
}
