import { isAsserted, printableJson, words } from "../../spec/index.ts";
import type { ShapeJson } from "../shape-json.ts";
import type { Story, StoryRow } from "../story.ts";

/**
 * A story in the Informal Trace Format of Apalache, which Quint and trace viewers read, too:
 * https://apalache-mc.org/docs/adr/015adr-trace.html. A line for each state, with all variables: one value for each
 * element of a set is a `#map`, a subset a `#set`, a sequence a list, what may be missing a variant of `None` and
 * `Some`, a message one of its kind; elements are numbers, from 0. Each state says in its `#meta` which step led to it. A last step that leads
 * to no further state, back into the loop or to a failed assertion, stands in the `#meta` of the trace.
 */
export function drawItf(story: Story): string {
  const { initial, loop, property, rows, variables } = story;
  const hasNoState = isAsserted(property.kind) || (loop !== undefined && loop.to < rows.length);
  const last = hasNoState ? rows.at(-1) : undefined;
  const reached = hasNoState ? rows.slice(0, -1) : rows;

  const values = (state: Readonly<Record<string, unknown>>): object =>
    Object.fromEntries(variables.map(({ name, shape }) => [named(name), itf(shape, state[name])]));
  const states = [
    { "#meta": { index: 0 }, ...values(initial.state) },
    ...reached.map((row) => ({
      "#meta": { index: row.number, ...stepOf(row) },
      ...values(row.state),
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
      ...(last && { "last step": stepOf(last) }),
    },
    vars: variables.map(({ name }) => named(name)),
    ...(loop && { loop: loop.to }),
  };
  const beginning = JSON.stringify(head, null, 2).slice(0, -"\n}".length);
  const lines = states.map((state) => `    ${JSON.stringify(state)}`).join(",\n");
  return printableJson(`${beginning},\n  "states": [\n${lines}\n  ]\n}\n`);
}

const stepOf = ({ action, actor, label }: StoryRow): object => ({ action, actor, label });

/** A name that no reader takes for one of the format's own, which begin with "#". */
const named = (name: string): string => (name.startsWith("#") ? `_${name}` : name);

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
      return Object.fromEntries(
        Object.entries(shape.fields).map(([field, of]) => [
          named(field),
          itf(of, Reflect.get(value as object, field)),
        ]),
      );
    case "message": {
      const { kind, ...its } = value as Readonly<Record<string, unknown>>;
      const fields = Object.entries(its).map(([field, of]) => [
        named(field),
        itf(shape.fields[field] as ShapeJson, of),
      ]);
      return { tag: kind, value: Object.fromEntries(fields) as object };
    }
    case "sequence":
      return (value as readonly unknown[]).map((one) => itf(shape.of, one));
    case "optional":
      return value === "none"
        ? { tag: "None", value: { "#tup": [] } }
        : { tag: "Some", value: itf(shape.of, value) };
  }
}
