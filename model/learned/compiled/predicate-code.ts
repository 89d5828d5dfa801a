import type { Model } from "../../model.ts";
import { type Code, i32, op } from "../../wasm/code.ts";
import { ModuleBuilder, type ModuleOptions } from "../../wasm/module.ts";
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

/** The name of the function of the predicate at a position, in the module of its group. */
export const nameOfChoice = (position: number): string => `choice ${position}`;

/** A module with a function(before, after) for each predicate, that answers `notKnown` where it does not know. */
export function moduleOfPredicates(
  { packing }: Model,
  drawn: readonly DrawnPredicate[],
  options: ModuleOptions,
): ModuleBuilder {
  const builder = new ModuleBuilder(options);
  drawn.forEach(({ diagram, isOfSteps }, position) => {
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
    builder.function({ parameters: [i32, i32], results: [i32] }, write, nameOfChoice(position));
  });
  return builder;
}
