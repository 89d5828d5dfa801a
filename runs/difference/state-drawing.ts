import type { StateDrawing } from "../../counterexamples/drawn/index.ts";
import { words } from "../../spec/index.ts";
import { plural } from "../told/report-text.ts";
import { unknown } from "../told/protocol.ts";
import { UsageError } from "../told/usage-error.ts";
import type { StateGraph } from "./state-graph.ts";

/** More nodes are no picture. */
export const mostDrawn = 200;

/**
 * What is drawn of the states of an instance: each of them, or one node for all that are alike in the variables named; steps
 * that change none of these are left out then, and the others called by their actions. Throws `UsageError` where there
 * would be too many nodes, or there is no such variable.
 */
export function stateDrawingOf(graph: StateGraph, by?: readonly string[]): StateDrawing {
  const columns = columnsOf(graph, by);
  const nodeOf = new Uint32Array(graph.size);
  const members: number[][] = [];
  const known = new Map<string, number>();
  for (let state = 0; state < graph.size; state++) {
    const key = columns.map((column) => valueOf(graph, state, column)).join();
    const node = known.get(key) ?? known.size;
    known.set(key, node);
    nodeOf[state] = node;
    (members[node] ??= []).push(state);
    if (known.size > mostDrawn) throw new UsageError(tooMany(graph, by));
  }
  return {
    title: titleOf(graph, by),
    nodes: members.map((states) => ({
      lines: [
        ...columns.map((column) => textOf(graph, states[0] as number, column)),
        ...(by === undefined ? [] : [plural(states.length, "state")]),
      ],
      isInitial: states.some((state) => state < graph.initial),
      isOpen: states.some((state) => state >= graph.expanded),
    })),
    edges: edgesOf(graph, nodeOf, by !== undefined),
  };
}

/** The variables that are named; else those that differ anywhere. */
function columnsOf({ variables, values }: StateGraph, by?: readonly string[]): readonly number[] {
  if (by === undefined) {
    return variables.flatMap((_, column) => ((values[column]?.length ?? 0) > 1 ? [column] : []));
  }
  return by.map((name) => {
    const column = variables.findIndex((variable) => variable === name || words(variable) === name);
    if (column < 0) throw new UsageError(unknown("There is no variable", name, variables));
    return column;
  });
}

const valueOf = ({ states, variables }: StateGraph, state: number, column: number): number =>
  states[state * variables.length + column] as number;

/** "guest[in use, free]" */
function textOf(graph: StateGraph, state: number, column: number): string {
  const json = graph.values[column]?.[valueOf(graph, state, column)] ?? "";
  const value = json.replaceAll('"', "").replaceAll(",", ", ").replaceAll(":", " ");
  return `${graph.variables[column] as string} ${value}`;
}

/** The steps between nodes, each pair of nodes once. */
function edgesOf(
  { expanded, first, target, label, steps }: StateGraph,
  nodeOf: Uint32Array,
  isByActions: boolean,
): StateDrawing["edges"] {
  const edges = new Map<string, { from: number; to: number; said: Set<string> }>();
  for (let state = 0; state < expanded; state++) {
    for (let at = first[state] as number; at < (first[state + 1] as number); at++) {
      const from = nodeOf[state] as number;
      const to = nodeOf[target[at] as number] as number;
      if (from === to) continue;
      const step = steps[label[at] as number] as (typeof steps)[number];
      const edge = edges.get(`${from} ${to}`) ?? { from, to, said: new Set() };
      edge.said.add(isByActions ? words(step.action) : step.label);
      edges.set(`${from} ${to}`, edge);
    }
  }
  return [...edges.values()].map(({ from, to, said }) => ({ from, to, lines: [...said] }));
}

function titleOf(graph: StateGraph, by?: readonly string[]): readonly string[] {
  const { title, size, target, limit, fault } = graph;
  return [
    title,
    `${plural(size, "state")}, ${plural(target.length, "step")}${by === undefined ? "" : `, by ${by.join(", ")}`}`,
    ...(limit === undefined ? [] : [`not all: ${limit}; what is dashed was not followed further`]),
    ...(fault === undefined ? [] : [`a step that cannot be taken is left out: ${fault}`]),
  ];
}

/** What there would be too many of, and what to do. */
function tooMany({ title, variables }: StateGraph, by?: readonly string[]): string {
  const most = `A graph of more than ${mostDrawn} nodes cannot be read`;
  return by === undefined
    ? `${most}, and ${title} has more states: --by VARIABLE puts those together that are alike in it ` +
        `(there are ${variables.join(", ")}), or --set makes the instance smaller.`
    : `${most}, and by ${by.join(", ")} there are more: name fewer variables, or make the instance smaller with --set.`;
}
