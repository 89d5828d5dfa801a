import type { CountFacts, Trace } from "../checker/index.ts";
import type { Claim, Model, State } from "../model/index.ts";
import {
  type AnyDomain,
  AssertedIn,
  type Assertion,
  attempt,
  type Explain,
  messageOf,
  type Predicate,
  predicatesIn,
  runEffects,
  show,
  words,
} from "../spec/index.ts";
import { idleSteps } from "./changes.ts";
import type { Counterexample } from "./counterexample.ts";
import { livenessFailure, statesOf } from "./liveness.ts";
import { type Part, type Parts, partsOf, textOf } from "./parts.ts";
import { placeOf } from "./place.ts";
import { type Read, recorderOf } from "./reads.ts";
import { violatorOf } from "./violator.ts";

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
  if (property.kind === "deadlock freedom") {
    return { lines: [stuckText(model, trace.steps.at(-1)?.state ?? trace.initial)], reads: [] };
  }
  const claim = model.claims.find(({ name }) => name === property.name);
  const after = trace.steps.at(-1)?.state ?? trace.initial;
  const before = trace.steps.at(-2)?.state ?? trace.initial;
  const choice = trace.choice ?? [];
  const unknown: Reason = { lines: [`"${words(property.name)}" does not hold`], reads: [] };
  if (claim === undefined) return unknown;
  switch (violatorOf(claim.property.kind)) {
    case "state":
      return evidence(model, claim, [after], choice);
    case "step":
      return evidence(model, claim, [before, after], choice);
    case "effect":
      return assertionReason(model, claim, trace);
    case "end":
    case "path":
    case "lasso":
      return livenessReason(model, claim, trace) ?? unknown;
    case "none":
    case undefined:
      return unknown;
  }
}

/** What is asserted and false, with the values that are given with it, and what the effects have read by then. */
function assertionReason(model: Model, { name, property }: Claim, trace: Trace): Reason {
  const { claim } = property as Assertion;
  const said = [`asserted, but not so: ${claim}`];
  const [before, last] = [trace.steps.at(-2)?.state ?? trace.initial, trace.steps.at(-1)?.step];
  const action = last && model.spec.actions[last.action];
  if (last === undefined || action === undefined) return { lines: said, reads: [] };
  const recorder = recorderOf(model);
  const run = new AssertedIn(model.assertions, true);
  try {
    model.enter("effect", last.action);
    runEffects(action, recorder.draft(before), before, [...last.choice, model.constants], run);
  } catch {
    // What the effect does with a draft that is watched may be more than it does without.
  }
  const { failure } = run;
  if (failure?.property !== name) return { lines: said, reads: [] };
  const given = Object.entries(failure.values ?? {}).map(
    ([its, value]) => `${its} is ${typeof value === "string" ? value : show(value)}`,
  );
  const reads = recorder.reads();
  const parts: Parts = new Map(reads.map((read) => [read.path, read]));
  const sentence = sentenceOf(reads, [parts]);
  const where = given.length === 0 ? [] : [`where ${given.join(", ")}`];
  return { lines: [...said, ...where, ...(sentence === "" ? [] : [sentence])], reads };
}

/** Why nothing changes any more in a state. */
function stuckText(model: Model, state: State): string {
  const idle = idleSteps(model, state) ?? [];
  if (idle.length === 0) return "no step is possible, and the protocol may not end here";
  const labels = idle.slice(0, readable).map(({ label }) => label);
  const others = idle.length - labels.length;
  const more = others === 0 ? "" : ` and ${others} others`;
  return `only steps that change nothing are possible (${labels.join(", ")}${more}), and the protocol may not end here`;
}

/** What is wrong in the long run, and what of that the states have in common; undefined if nothing is. */
function livenessReason(
  model: Model,
  claim: Claim,
  { initial, steps, lasso, choice = [] }: Trace,
): Reason | undefined {
  const loopsTo = lasso?.loopsTo;
  const behaviour = { initial, steps, loopsTo };
  const failure = livenessFailure(model, claim, behaviour, [choice]);
  if (failure === undefined) return undefined;
  const { at } = failure;
  const states = statesOf(behaviour);
  const { property } = claim;
  const isStill = loopsTo === steps.length;
  const seen = (of: readonly State[], ...roles: readonly (string | Predicate)[]): Evidence =>
    inCommon(model, claim, roles, of, choice);
  const reason = (line: string, its: Evidence, before = "", from: readonly Read[] = []): Reason => {
    const subject = choice.length === 0 ? "" : `${choiceText(claim, choice)}: `;
    const lines = [`${subject}${line}`, ...(its.sentence === "" ? [] : [before + its.sentence])];
    return { lines, reads: [...from, ...its.reads] };
  };

  switch (property.kind) {
    case "leads to":
      return reason(
        `due ${placeOf(at)} (\`from\`), and never done from then on (\`to\`)`,
        seen(states.slice(loopsTo), "to"),
        isStill ? "" : "all the while ",
        seen([states[at] as State], "from").reads,
      );
    case "always eventually":
      return reason(
        `it does not hold ${placeOf(at)}, nor ever again`,
        seen(states.slice(loopsTo), "holds"),
        isStill ? "" : "all the while ",
      );
    case "eventually always":
      return reason(
        `it does not hold ${placeOf(at)}, ${isStill ? "for ever" : "again and again"}`,
        seen([states[at] as State], "holds"),
      );
    case "recoverable":
      return reason(
        "from here no state can be reached in which `to` holds",
        seen(states.slice(-1), "when", "to"),
      );
    case "within": {
      const { steps: counted, atMost } = failure.count as Required<CountFacts>;
      const { counting } = property;
      const what = typeof counting === "string" ? words(counting) : "it";
      const times = counted.length === 1 ? "once" : `${counted.length} times`;
      return reason(
        `\`from\` holds ${placeOf(at)}; since then ${what} is counted ${times}, at most ${atMost} until \`to\``,
        seen(states.slice(at, -1), "to"),
        "all the while ",
        seen([states[at] as State], "from").reads,
      );
    }
    case "progress": {
      const { of, counting } = property;
      const actor = choice.length === 0 ? words(of) : "it";
      const never =
        counting === undefined
          ? "takes no step that changes anything"
          : typeof counting === "function"
            ? "`counting` never becomes true"
            : `no step of ${counting.map(words).join(", ")} is taken`;
      return reason(
        `from step ${at + 1} on ${actor} is busy for ever, and ${never}`,
        seen(states.slice(loopsTo), ...(typeof counting === "function" ? ["counting"] : [])),
        "all the while ",
      );
    }
    case "temporal":
      return reason(
        "the formula is false of it",
        seen(states.slice(loopsTo), ...predicatesIn(property.formula)),
        isStill ? "" : "all the while ",
      );
    case "invariant":
    case "step property":
    case "assertion":
    case "witness":
      return undefined;
  }
}

interface Evidence {
  readonly sentence: string;
  readonly reads: readonly Read[];
}

/** What predicates look at that is the same in all of some states. */
function inCommon(
  model: Model,
  claim: Claim,
  roles: readonly (string | Predicate)[],
  states: readonly State[],
  choice: readonly unknown[],
): Evidence {
  const recorder = recorderOf(model);
  for (const [of, state] of states.entries()) {
    const watched = recorder.watched(state, of);
    try {
      for (const role of roles) model.ask(claim, role, watched, ...choice);
    } catch {
      // As below: what was read until there will do.
    }
  }
  const reads = recorder.reads();
  const values = states.map((state) => partsOf(model, state));
  const textIn = (parts: Parts | undefined, { path }: Read): string | undefined =>
    parts?.get(path)?.text;
  const common = reads.filter((read) =>
    values.every((parts) => textIn(parts, read) === textIn(values[0], read)),
  );
  return { sentence: sentenceOf(common, values.slice(0, 1)), reads };
}

/** The choice for which a property fails, as "page 1, head". */
function choiceText({ property }: Claim, choice: readonly unknown[]): string {
  return choice
    .map((value, position) => {
      const domain = property.choices[position] as AnyDomain;
      const shape =
        domain.kind === "index set" ? ({ kind: "index", set: domain } as const) : domain.shape;
      return textOf(shape, value, "");
    })
    .join(", ");
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
      model.enter("explain", claim.name);
      const text: unknown = attempt("its explain", () =>
        explain(...states, ...choice, model.constants),
      );
      if (typeof text === "string") {
        return { lines: text.split("\n").map((line) => line.trimEnd()), reads };
      }
      failure = `(its explain answers ${show(text)}, which is no text)`;
    } catch (error) {
      failure = `(${messageOf(error).replace(/\.$/, "")})`;
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
export function sentenceOf(reads: readonly Part[], values: readonly Parts[]): string {
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
