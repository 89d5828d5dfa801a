import { useMemo } from "preact/hooks";
import type { Model, State } from "../../model/index.ts";
import { drawingOf } from "../drawing.ts";

/** The picture that the author of the protocol draws of a state: an image, in which no script runs. */
export function Drawing({ model, state, at }: DrawingProps) {
  const drawn = useMemo(() => drawingOf(model, state), [model, state]);
  if (drawn === undefined) return null;
  return (
    <section aria-labelledby="drawing">
      <h2 id="drawing">Drawing</h2>
      {drawn.kind === "fault" ? (
        <p class="bad">{drawn.why}</p>
      ) : (
        <img class="drawing" src={drawn.address} alt={`State ${at}, as the protocol draws it`} />
      )}
    </section>
  );
}

interface DrawingProps {
  readonly model: Model;
  readonly state: State;
  readonly at: number;
}
