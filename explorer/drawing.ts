import type { Model, State } from "../model/index.ts";
import { messageOf } from "../spec/index.ts";

/** A picture of a state by the author of its protocol: the address of an image that is all there, or why there is none. */
export type Drawn =
  | { readonly kind: "image"; readonly address: string }
  | { readonly kind: "fault"; readonly why: string };

/** Undefined where the protocol draws nothing. */
export function drawingOf({ spec, declared }: Model, state: State): Drawn | undefined {
  if (spec.draw === undefined) return undefined;
  try {
    const svg: unknown = spec.draw(state, declared);
    if (typeof svg === "string") {
      return { kind: "image", address: `data:image/svg+xml,${encodeURIComponent(svg)}` };
    }
    return { kind: "fault", why: "draw answers with no text" };
  } catch (error) {
    return { kind: "fault", why: `draw fails: ${messageOf(error)}` };
  }
}
