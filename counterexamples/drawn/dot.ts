import { isAsserted, printable } from "../../spec/index.ts";
import type { Story } from "../story.ts";
import { wrapped } from "./columns.ts";
import { fairnessLines } from "./fairness-text.ts";
import { headingLines } from "./heading.ts";
import { markText } from "./mark-text.ts";
import { shownOf } from "./shown.ts";

export interface DotOptions {
  /** Whether to show the bookkeeping of the proof even where the reason does not mention it. */
  readonly ghosts?: boolean | undefined;
}

/**
 * A story as a graph in the language of Graphviz: a node for each state, with what the step before it has changed, an edge for
 * each step, heavy where the why names it, and one that leads back where it goes on for ever. What violates stands
 * in a note beside the last state. A step that fails an assertion leads to no state but to that note.
 */
export function drawDot(story: Story, { ghosts = false }: DotOptions = {}): string {
  const { loop, marks, property, reason, rows, why } = story;
  const { initial, changes } = shownOf(story, ghosts);
  const hasNoEnd = isAsserted(property.kind);
  const closes = loop !== undefined && loop.to < rows.length;
  const states = hasNoEnd || closes ? rows.length : rows.length + 1;
  const last = states - 1;

  const said = [...Array(states).keys()].map((state) => {
    const [head, values] =
      state === 0
        ? ["initial", initial.map(({ path, text }) => `${path} ${text}`)]
        : [
            String(state),
            (changes[state - 1] ?? []).map(
              (change) => `${change.path} ${change.old} -> ${change.new}`,
            ),
          ];
    const its = marks.filter((mark) => mark.state === state).map(markText);
    return [head, ...values, ...its];
  });
  const to = (number: number): string => {
    if (number < states) return `s${number}`;
    return closes ? `s${loop.to}` : "violated";
  };
  const edges = rows.map(({ number, label }) => {
    const isMarked = why.steps.includes(number);
    const its = isMarked ? ", penwidth=3" : "";
    return `s${number - 1} -> ${to(number)} [label=${quotedLines([`${number}${isMarked ? " *" : ""} ${label}`])}${its}];`;
  });
  const ending = [
    ...reason.lines,
    ...why.lines.map((line) => `why: ${line}`),
    ...fairnessLines(story),
  ];
  const forEver = loop !== undefined && !closes ? ["from here nothing happens any more"] : [];
  return digraph("story", headingLines(story), [
    ...said.map((its, state) => `s${state} [label=${quotedLines(its)}];`),
    `violated [shape=note, label=${quotedLines([...ending, ...forEver].flatMap((line) => wrapped(line, noteWidth, 2)))}];`,
    ...edges,
    ...(hasNoEnd ? [] : [`s${last} -> violated [style=dotted, dir=none];`]),
  ]);
}

/** States, or what of them is alike, and the steps between: see `drawStateGraph`. */
export interface StateDrawing {
  readonly title: readonly string[];
  readonly nodes: readonly {
    readonly lines: readonly string[];
    readonly isInitial: boolean;
    /** Whether not all its steps are known. */
    readonly isOpen: boolean;
  }[];
  /** From which node to which, by their positions. */
  readonly edges: readonly {
    readonly from: number;
    readonly to: number;
    readonly lines: readonly string[];
  }[];
}

/** States as a graph in the language of Graphviz: where it begins is heavy, what is not followed further is dashed. */
export const drawStateGraph = ({ title, nodes, edges }: StateDrawing): string =>
  digraph("states", title, [
    ...nodes.map(({ lines, isInitial, isOpen }, at) => {
      const style = `${isInitial ? ", penwidth=3" : ""}${isOpen ? ", style=dashed" : ""}`;
      return `s${at} [label=${quotedLines(lines)}${style}];`;
    }),
    ...edges.map(({ from, to, lines }) => `s${from} -> s${to} [label=${quotedLines(lines)}];`),
  ]);

function digraph(name: string, title: readonly string[], lines: readonly string[]): string {
  const all = [`graph [label=${quotedLines(title)}, labelloc=t];`, "node [shape=box];", ...lines];
  return `digraph ${name} {\n${all.map((line) => `  ${line}\n`).join("")}}\n`;
}

/** In columns. */
const noteWidth = 60;

/** A string of lines on the left; nothing in it is taken for an escape, an entity or the end of the string. */
const quotedLines = (lines: readonly string[]): string =>
  `"${lines.map((line) => `${escaped(line)}\\l`).join("")}"`;

const escaped = (text: string): string =>
  printable(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("&", "&amp;");
