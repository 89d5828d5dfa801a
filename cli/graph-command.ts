import { drawStateGraph } from "../counterexamples/drawn/index.ts";
import { mostDrawn, stateDrawingOf } from "../runs/index.ts";
import { exitCode } from "./exit-code.ts";
import { printFault } from "./fault.ts";
import { interruption, sayEnding } from "./interruption.ts";
import type { GraphOptions } from "./options.ts";
import { runJob } from "./run-job.ts";
import { sourceOf } from "./source.ts";
import { jsonText, print } from "./terminal.ts";

/** `hintproof graph`: the states of a small instance, or what of them is alike, in the language of Graphviz or as JSON. */
export async function graphCommand(name: string, options: GraphOptions): Promise<void> {
  const source = await sourceOf(name);
  const { by, variant, constants, timeoutSeconds, stepTimeout, stack } = options;
  // One more than can be drawn shows that there are too many.
  const maxStates = options.maxStates ?? (by === undefined ? mostDrawn + 1 : undefined);
  const stopping = interruption(sayEnding);
  const task = { kind: "graph", variant, constants, maxStates, timeoutSeconds } as const;
  const answer = await runJob(source, task, {
    stepTimeoutSeconds: stepTimeout,
    interrupt: stopping.signal,
  });
  stopping.stop();
  if (answer.kind === "fault") {
    process.exitCode = printFault(answer, stack === true);
    return;
  }
  if (answer.kind !== "graph") throw new Error(`A graph was answered with a ${answer.kind}.`);
  const { graph } = answer;
  const drawing = stateDrawingOf(graph, by);
  const isWhole = graph.limit === undefined && graph.fault === undefined;
  process.exitCode = isWhole ? exitCode.asExpected : exitCode.incomplete;
  print(options.format === "json" ? jsonText(drawing) : drawStateGraph(drawing));
}
