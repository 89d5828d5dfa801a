import type { Shape } from "../spec/index.ts";

/** What a variable is made of, as plain JSON; index sets by their names. */
export type ShapeJson =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "whole" }
  | { readonly kind: "index" | "subset"; readonly set: string }
  | { readonly kind: "each"; readonly set: string; readonly of: ShapeJson }
  | { readonly kind: "record" | "message"; readonly fields: Readonly<Record<string, ShapeJson>> }
  | { readonly kind: "sequence" | "optional"; readonly of: ShapeJson };

/** A shape without what only a model needs of it: sizes, bounds and labels. */
export function shapeJson(shape: Shape): ShapeJson {
  switch (shape.kind) {
    case "words":
      return { kind: shape.kind, words: [...shape.words] };
    case "whole":
      return { kind: shape.kind };
    case "index":
    case "subset":
      return { kind: shape.kind, set: shape.set.name };
    case "each":
      return { kind: shape.kind, set: shape.set.name, of: shapeJson(shape.of) };
    case "record": {
      const fields = Object.entries(shape.fields).map(([name, of]) => [name, shapeJson(of)]);
      const kind = shape.kinds === undefined ? "record" : "message";
      return { kind, fields: Object.fromEntries(fields) as Record<string, ShapeJson> };
    }
    case "optional":
      return shape.isLeftOut === true
        ? shapeJson(shape.of)
        : { kind: shape.kind, of: shapeJson(shape.of) };
    case "sequence":
      return { kind: shape.kind, of: shapeJson(shape.of) };
  }
}
