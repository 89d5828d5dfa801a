import { match, P } from "ts-pattern";
import type { Model, State } from "../model/index.ts";
import { type IndexSet, type Shape, words } from "../spec/index.ts";

/** The smallest piece of a state that is printed by itself: "guest[0]" and "in use". */
export interface Part {
  readonly variable: string;
  readonly path: string;
  readonly text: string;
}

/** The parts of a state in the order of the declaration, by path. */
export type Parts = ReadonlyMap<string, Part>;

/** A state in its parts. Variables that the spec does not declare are left out. */
export function partsOf(model: Model, state: State): Parts {
  const parts = new Map<string, Part>();
  for (const [variable, { shape }] of Object.entries(model.spec.state)) {
    for (const [path, text] of piecesOf(shape, state[variable], variable)) {
      parts.set(path, { variable, path, text });
    }
  }
  return parts;
}

/** The parts that differ, as [before, after]. */
export function changesBetween(before: Parts, after: Parts): readonly (readonly [Part, Part])[] {
  return [...after.values()].flatMap((now) => {
    const was = before.get(now.path);
    return was === undefined || was.text === now.text ? [] : [[was, now] as const];
  });
}

/** What a shape contains that is printed by itself; undefined if the whole value is one part. */
export function insideOf(
  shape: Shape,
): ((key: string) => { readonly step: string; readonly shape: Shape } | undefined) | undefined {
  if (shape.kind === "each") {
    return (key) =>
      /^\d+$/.test(key)
        ? { step: `[${shape.set.label(Number(key))}]`, shape: shape.of }
        : undefined;
  }
  if (shape.kind === "record" && shape.kinds === undefined) {
    return (key) => {
      const field = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
      return field === undefined ? undefined : { step: `.${key}`, shape: field };
    };
  }
  return undefined;
}

function* piecesOf(
  shape: Shape,
  value: unknown,
  path: string,
): Generator<readonly [path: string, text: string]> {
  const inside = insideOf(shape);
  if (inside === undefined || typeof value !== "object" || value === null) {
    yield [path, textOf(shape, value, path)];
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    const found = inside(key);
    if (found !== undefined) yield* piecesOf(found.shape, inner, path + found.step);
  }
}

/**
 * A value on one line: "in use", "3", "cpu 1", "block 0-3, block 4-7", "empty", "{page 0}", "none".
 * `path` says where it stands: in a variable called cpu, "1" is enough.
 */
export function textOf(shape: Shape, value: unknown, path: string): string {
  const inside = (of: Shape, inner: unknown): string => textOf(of, inner, path);
  return match(shape)
    .returnType<string>()
    .with({ kind: "words" }, { kind: "whole" }, () => String(value))
    .with({ kind: "index" }, ({ set }) => elementText(set, value as number, path))
    .with({ kind: "optional" }, ({ of }) => (value === "none" ? "none" : inside(of, value)))
    .with({ kind: "sequence" }, ({ of }) => {
      const elements = value as readonly unknown[];
      return elements.length === 0 ? "empty" : listed(elements.map((one) => inside(of, one)));
    })
    .with({ kind: "subset" }, ({ set }) => {
      const members = [...(value as ReadonlySet<number>)].sort((a, b) => a - b);
      return `{${listed(members.map((member) => elementText(set, member, path)))}}`;
    })
    .with({ kind: "each" }, ({ of }) => {
      const values = value as readonly unknown[];
      return `[${listed(values.map((one) => inside(of, one)))}]`;
    })
    .with({ kind: "record", kinds: P.nonNullable }, ({ fields, kinds }) => {
      const kind = String(Reflect.get(value as object, "kind"));
      const texts = (kinds[kind] ?? []).map((name) => {
        const of = fields[name] as Shape;
        const own = of.kind === "optional" && of.isLeftOut === true ? of.of : of;
        return `${name} ${textOf(own, Reflect.get(value as object, name), name)}`;
      });
      return texts.length === 0 ? kind : `${kind} of ${texts.join(" and ")}`;
    })
    .with({ kind: "record" }, ({ fields }) => {
      const texts = Object.entries(fields).map(
        ([name, of]) => `${name} ${textOf(of, Reflect.get(value as object, name), name)}`,
      );
      return `{${texts.join(", ")}}`;
    })
    .exhaustive();
}

/** "cpu 1", or "1" where the variable or the field that holds it has the name of its set. */
function elementText(set: IndexSet, element: number, path: string): string {
  const [, holder] = /([\w$]+)(?:\[[^\]]*\])*$/.exec(path) ?? [];
  const label = set.label(element);
  return words(holder ?? "") === words(set.name) ? label : `${words(set.name)} ${label}`;
}

/** Words of several words would run together without a comma. */
function listed(texts: readonly string[]): string {
  return texts.join(texts.some((text) => /[ ,]/.test(text)) ? ", " : " ");
}
