import { check, type EngineName, type Verdict } from "../checker/index.ts";
import { instantiate } from "../model/index.ts";
import { type Spec, SpecError } from "../spec/index.ts";
import { type Answer, type Figures, type Truth, truthOf } from "./oracle/oracle.ts";

/** What came of a comparison: how a spec is, and each way in which an engine says something else. */
export interface Comparison {
  readonly kind:
    | Truth["kind"]
    | "at fault"
    /** More states, or more exchanges, than brute force can look at. */
    | "too large";
  readonly symmetry: "none" | "true" | "false";
  /** Searches of a false symmetry that were refused. */
  readonly refused: number;
  readonly differences: readonly string[];
}

const limits = { mostStates: 240, mostExchanges: 48 };

/** Asks both engines, with symmetry and without, and holds what they say against what is true. */
export async function compare(evaluate: () => Promise<Spec>): Promise<Comparison> {
  const truth = truthOf(await evaluate(), limits);
  if (truth === undefined) {
    return { kind: "too large", symmetry: "none", refused: 0, differences: [] };
  }
  const differences: string[] = [];
  let refused = 0;
  for (const engine of ["reference", "compiled"] as const) {
    for (const symmetry of [false, true]) {
      if (symmetry && truth !== "at fault" && truth.exchanges === 1) continue;
      const answer = answerOf(await evaluate(), engine, symmetry);
      if (symmetry && truth !== "at fault" && isRefusal(truth, answer)) {
        refused++;
        continue;
      }
      const difference = differenceBetween(truth, answer, symmetry);
      if (difference === undefined) continue;
      differences.push(`${engine}, ${symmetry ? "with" : "without"} symmetry: ${difference}`);
    }
  }
  if (truth === "at fault") return { kind: truth, symmetry: "none", refused, differences };
  const symmetry = truth.exchanges === 1 ? "none" : truth.isSymmetric ? "true" : "false";
  return { kind: truth.kind, symmetry, refused, differences };
}

/** The verdict of an engine, or what it says of a spec that is at fault. */
function answerOf(spec: Spec, engine: EngineName, symmetry: boolean): Verdict | string {
  try {
    return check(instantiate(spec, { symmetry }), { engine, memoryBytes: 2 ** 24 });
  } catch (error) {
    if (error instanceof SpecError) return `at fault: ${error.message}`;
    return `fails: ${error instanceof Error ? error.stack : String(error)}`;
  }
}

/**
 * Whether a false symmetry is refused: in an error, or in a note to violations that there are, however many steps
 * they take.
 */
function isRefusal(truth: Truth, answer: Verdict | string): boolean {
  if (truth.isSymmetric) return false;
  if (typeof answer === "string") return answer.startsWith("at fault");
  if (answer.note === undefined || truth.isCutShort) return false;
  const isViolated = (sought: string): boolean =>
    truth.properties.some(({ name, status }) => name === sought && status === "violated");
  return answer.properties.every(({ name, status }) => status !== "violated" || isViolated(name));
}

/** How an answer differs from the truth; undefined if it does not. */
function differenceBetween(
  truth: Truth | "at fault",
  answer: Verdict | string,
  symmetry: boolean,
): string | undefined {
  if (typeof answer === "string") {
    return truth === "at fault" && answer.startsWith("at fault") ? undefined : answer;
  }
  if (truth === "at fault") return `${answer.kind}, and the spec is at fault`;
  const pairs = isTaken(answer)
    ? ofVerdict(truth, answer)
    : [...ofVerdict(truth, answer), ...ofFigures(figuresFor(truth, symmetry), answer)];
  const wrong = pairs.filter(({ is, said }) => is !== said);
  if (wrong.length === 0) return undefined;
  return wrong.map(({ what, is, said }) => `${what} is ${is}, said ${said}`).join("; ");
}

/** Whether it says itself that its orbits need not stand for all their states: then no figure is told for sure. */
const isTaken = ({ grounds }: Verdict): boolean => grounds?.symmetry?.kind === "declared";

interface Pair {
  readonly what: string;
  readonly is: string;
  readonly said: string;
}

function ofVerdict(truth: Truth, answer: Verdict): readonly Pair[] {
  const told = "property" in answer ? answer.property.name : undefined;
  const isTold = truth.kind !== "violated" || truth.property !== undefined;
  return [
    { what: "the verdict", is: truth.kind, said: answer.kind },
    ...(isTold ? [{ what: "its property", is: String(truth.property), said: String(told) }] : []),
    {
      what: "whether it is cut short",
      is: String(truth.isCutShort),
      said: String(answer.note !== undefined),
    },
    {
      what: "what is judged",
      is: truth.properties.map(({ name }) => name).join(" "),
      said: answer.properties.map(({ name }) => name).join(" "),
    },
    ...truth.properties.flatMap((its) => ofProperty(its, answer)),
  ];
}

function ofProperty({ name, status, after }: Answer, answer: Verdict): readonly Pair[] {
  const said = answer.properties.find((its) => its.name === name);
  if (status === "not known" || said === undefined) return [];
  // Where it stopped at a fault it owes no answer for the states that its orbits do not stand for.
  if (said.status === "undecided" && isTaken(answer) && answer.note !== undefined) return [];
  const isLong = said.trace?.lasso?.isShortest === false || isTaken(answer);
  const length = after === undefined || isLong ? "" : ` after ${after}`;
  const saidLength =
    after === undefined || isLong || said.trace === undefined
      ? ""
      : ` after ${said.trace.steps.length}`;
  return [{ what: name, is: `${status}${length}`, said: `${said.status}${saidLength}` }];
}

/** The figures that a search must have; without those that a false symmetry leaves without a meaning. */
function figuresFor(truth: Truth, symmetry: boolean): Partial<Figures> {
  if (!symmetry || truth.exchanges === 1) return truth.figures;
  if (truth.reduced !== undefined) return truth.reduced;
  const { unreducedStates, depth } = truth.figures;
  return { unreducedStates, depth };
}

function ofFigures(figures: Partial<Figures>, { statistics }: Verdict): readonly Pair[] {
  return Object.entries(figures).map(([what, is]) => ({
    what,
    is: shown(is),
    said: shown(statistics[what as keyof Figures]),
  }));
}

/** As JSON has it; a number of states may be a large one. */
const shown = (value: unknown): string =>
  typeof value === "bigint" ? String(value) : JSON.stringify(value);
