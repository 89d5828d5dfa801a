import { isAsserted, printableJson, words } from "../../spec/index.ts";
import type { ShapeJson } from "../shape-json.ts";
import type { Story, StoryRow } from "../story.ts";

/**
 * A story in the Informal Trace Format of Apalache, which Quint and trace viewers read, too:
 * https://apalache-mc.org/docs/adr/015adr-trace.html. A line for each state, with all variables: one value for each
 * element of a set is a `#map`, a subset a `#set`, a sequence a list, what may be missing a variant of `None` and
 * `Some`, a message one of its kind; elements are numbers, from 0. Each state says in its `#meta` which step led to it,
 * and in two variables as Quint does for tests that are made of traces: `mbt::actionTaken` is the action, "init" at
 * first, and `mbt::nondetPicks` has what was chosen, by what it was chosen from (see `StoryRow.chosenFrom`). A last
 * step that leads to no further state, back into the loop or to a failed assertion, stands in the `#meta` of the trace.
 */
export function drawItf(story: Story): string {
  const { initial, loop, property, rows, variables } = story;
  const hasNoState = isAsserted(property.kind) || (loop !== undefined && loop.to < rows.length);
  const last = hasNoState ? rows.at(-1) : undefined;
  const reached = hasNoState ? rows.slice(0, -1) : rows;

  const values = (state: Readonly<Record<string, unknown>>): object =>
    Object.fromEntries(variables.map(({ name, shape }) => [named(name), itf(shape, state[name])]));
  const picked = [...new Set(rows.flatMap(({ chosenFrom }) => chosenFrom))];
  const states = [
    { "#meta": { index: 0 }, ...values(initial.state), ...taken("init", picked) },
    ...reached.map((row) => ({
      "#meta": { index: row.number, ...stepOf(row) },
      ...values(row.state),
      ...taken(row.action, picked, row),
    })),
  ];
  const head = {
    "#meta": {
      format: "ITF",
      "format-description": "https://apalache-mc.org/docs/adr/015adr-trace.html",
      source: story.variant === undefined ? story.protocol : `${story.protocol} / ${story.variant}`,
      status: story.outcome,
      description: words(property.name),
      constants: story.constants,
      reason: story.reason.lines,
      why: { lines: story.why.lines, steps: story.why.steps },
      ...(last && { "last step": { ...stepOf(last), ...taken(last.action, picked, last) } }),
    },
    vars: [...variables.map(({ name }) => named(name)), actionTaken, nondetPicks],
    ...(loop && { loop: loop.to }),
  };
  const beginning = JSON.stringify(head, null, 2).slice(0, -"\n}".length);
  const lines = states.map((state) => `    ${JSON.stringify(state)}`).join(",\n");
  return printableJson(`${beginning},\n  "states": [\n${lines}\n  ]\n}\n`);
}

const actionTaken = "mbt::actionTaken";
const nondetPicks = "mbt::nondetPicks";

const stepOf = ({ action, actor, label }: StoryRow): object => ({ action, actor, label });

/** An action and what was chosen with it, of all that is chosen somewhere in the trace. */
function taken(
  action: string,
  picked: readonly string[],
  { choice, chosenFrom }: Pick<StoryRow, "choice" | "chosenFrom"> = { choice: [], chosenFrom: [] },
): object {
  const picks = picked.map((name) => {
    const at = chosenFrom.indexOf(name);
    return [name, at < 0 ? none : some(choice[at])] as const;
  });
  return { [actionTaken]: action, [nondetPicks]: fieldsOf(picks) };
}

const unit = { "#tup": [] } as const;
const none = { tag: "None", value: unit } as const;
const some = (value: unknown): object => ({ tag: "Some", value });

/**
 * A name that readers take for one: `#` begins forms of the format and `mbt::` what Quint adds, and what begins with `__`
 * Quint leaves out.
 */
const named = (name: string): string =>
  name.startsWith("__") ? `v${name}` : /^#|^mbt::/.test(name) ? `_${name}` : name;

/** Fields of a record, which are not to be taken for a variant: that is what has a `tag` and no more than a `value`. */
function fieldsOf(fields: readonly (readonly [name: string, value: unknown])[]): object {
  const names = fields.map(([name]) => name).filter((name) => name !== "value");
  const isVariant = names.length === 1 && names[0] === "tag";
  return Object.fromEntries(
    fields.map(([name, value]) => [isVariant && name === "tag" ? "_tag" : named(name), value]),
  );
}

/** A value as an expression of the format. */
function itf(shape: ShapeJson, value: unknown): unknown {
  switch (shape.kind) {
    case "words":
      return value;
    case "whole":
    case "index":
      return Number.isSafeInteger(value) ? value : { "#bigint": String(value) };
    case "subset":
      return { "#set": value };
    case "each":
      return { "#map": (value as readonly unknown[]).map((of, at) => [at, itf(shape.of, of)]) };
    case "record":
      return fieldsOf(
        Object.entries(shape.fields).map(([field, of]) => [
          field,
          itf(of, Reflect.get(value as object, field)),
        ]),
      );
    case "message": {
      const { kind, ...its } = value as Readonly<Record<string, unknown>>;
      const fields = Object.entries(its).map(
        ([field, of]) => [field, itf(shape.fields[field] as ShapeJson, of)] as const,
      );
      return { tag: kind, value: fields.length === 0 ? unit : fieldsOf(fields) };
    }
    case "sequence":
      return (value as readonly unknown[]).map((one) => itf(shape.of, one));
    case "optional":
      return value === "none" ? none : some(itf(shape.of, value));
  }
}
