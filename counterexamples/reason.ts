import type { Claim, Model, State } from "../model/index.ts";
import { type Explain, words } from "../spec/index.ts";
import type { Counterexample } from "./counterexample.ts";
import { type Parts, partsOf } from "./parts.ts";
import { type Read, recorderOf } from "./reads.ts";

/** Why a property is violated, and the parts of the state that say so. */
export interface Reason {
  readonly lines: readonly string[];
  readonly reads: readonly Pick<Read, "variable" | "path">[];
}

/** More values than this are listed variable by variable: "location[0 3 5] are free". */
const readable = 6;

/** Why the last state or step violates the property, a sentence a line. */
export function reasonOf(model: Model, counterexample: Counterexample): readonly string[] {
  return evidenceOf(model, counterexample).lines;
}

/** The reason with the parts of the state that it rests on. */
export function evidenceOf(model: Model, { property, trace }: Counterexample): Reason {
  if (property.kind === "assertion") {
    return { lines: [trace.assertion ?? "an assertion in an effect fails"], reads: [] };
  }
  if (property.kind === "deadlock freedom") {
    return { lines: ["no step is possible, and the protocol may not end here"], reads: [] };
  }
  const claim = model.claims.find(({ name }) => name === property.name);
  const after = trace.steps.at(-1)?.state ?? trace.initial;
  const before = trace.steps.at(-2)?.state ?? trace.initial;
  const choice = trace.choice ?? [];
  if (claim?.property.kind === "invariant") return evidence(model, claim, [after], choice);
  if (claim?.property.kind === "step property") {
    return evidence(model, claim, [before, after], choice);
  }
  return { lines: [`"${words(property.name)}" does not hold`], reads: [] };
}

function evidence(
  model: Model,
  claim: Claim,
  states: readonly State[],
  choice: readonly unknown[],
): Reason {
  const recorder = recorderOf(model);
  const watched = states.map((state, of) => recorder.watched(state, of));
  let failure = "";
  try {
    model.ask(claim, "when", ...watched, ...choice);
    model.ask(claim, "holds", ...watched, ...choice);
  } catch {
    // What was read before a predicate stumbled over a watched state is still worth printing.
  }
  const reads = recorder.reads();
  const explain: Explain | undefined = Reflect.get(claim.property, "explain");
  if (explain !== undefined) {
    try {
      const text = explain(...states, ...choice, model.constants);
      return { lines: text.split("\n").map((line) => line.trimEnd()), reads };
    } catch (error) {
      failure = `(its explain fails: ${error instanceof Error ? error.message : String(error)})`;
    }
  }
  const values = states.map((state) => partsOf(model, state));
  const sentence = sentenceOf(reads, values);
  const lines = [
    sentence === "" ? `"${words(claim.name)}" is false, whatever the state` : sentence,
  ];
  return { lines: failure === "" ? lines : [...lines, failure], reads };
}

/** "guest[0] is in use, host[0] was backed, is discarded". */
function sentenceOf(reads: readonly Read[], values: readonly Parts[]): string {
  const paths = new Map(reads.map((read) => [read.path, read]));
  const claims = [...paths.values()].map(({ variable, path, text }) => {
    const texts = values.map((parts) => parts.get(path)?.text ?? text);
    const [was, is] = [texts[0] as string, texts.at(-1) as string];
    return { variable, path, says: was === is ? is : `was ${was}, is ${is}`, isPlain: was === is };
  });
  if (claims.length <= readable) {
    return claims
      .map(({ path, says, isPlain }) => `${path} ${isPlain ? "is " : ""}${says}`)
      .join(", ");
  }
  const groups = new Map<
    string,
    { variable: string; paths: string[]; says: string; isPlain: boolean }
  >();
  for (const { variable, path, says, isPlain } of claims) {
    const key = `${variable} ${says}`;
    const group = groups.get(key) ?? { variable, paths: [], says, isPlain };
    group.paths.push(path);
    groups.set(key, group);
  }
  return [...groups.values()]
    .map(({ variable, paths: all, says, isPlain }) => {
      const [verb, subject] = [all.length === 1 ? "is " : "are ", together(variable, all)];
      const text =
        all.length === 1 ? says : says.replace("was ", "were ").replace(", is ", ", are ");
      return `${subject} ${isPlain ? verb : ""}${text}`;
    })
    .join(", ");
}

/** "guest[0], guest[3]" as "guest[0 3]". */
function together(variable: string, paths: readonly string[]): string {
  if (paths.length === 1) return paths[0] as string;
  const elements = paths.map((path) => /^\[([^\]]*)\]$/.exec(path.slice(variable.length))?.[1]);
  return elements.every((element) => element !== undefined)
    ? `${variable}[${elements.join(" ")}]`
    : paths.join(", ");
}
