import { check } from "../checker/index.ts";
import { instantiate } from "../model/index.ts";
import { type Spec, SpecError } from "../spec/index.ts";
import { type Comparable, comparable } from "./compared.ts";
import type { Comparison } from "./differences.ts";

/** Specs with as many states are left out. */
const most = 300;

/** Whether both engines say the same of a spec, and count the same; no oracle is asked. */
export async function agreement(
  evaluate: () => Promise<Spec>,
  symmetry: boolean,
): Promise<Comparison> {
  const about = { symmetry: symmetry ? "true" : "none", refused: 0 } as const;
  if (isLarge(await evaluate())) return { ...about, kind: "too large", differences: [] };
  const one = comparable("reference", instantiate(await evaluate(), { symmetry }));
  const other = comparable("compiled", instantiate(await evaluate(), { symmetry }));
  return { ...about, kind: kindOf(one), differences: differencesBetween(one, other) };
}

type Said = Comparable | "spec at fault";

const kindOf = (said: Said): Comparison["kind"] =>
  typeof said === "string" ? "at fault" : (said.kind as Comparison["kind"]);

function differencesBetween(one: Said, other: Said): readonly string[] {
  const [reference, compiled] = [partsOf(one), partsOf(other)];
  return [...new Set([...reference.keys(), ...compiled.keys()])]
    .filter((part) => reference.get(part) !== compiled.get(part))
    .map((part) => `${part}: ${reference.get(part)} by reference, compiled ${compiled.get(part)}`);
}

/** What is said, part by part, as text. */
function partsOf(said: Said): ReadonlyMap<string, string> {
  if (typeof said === "string") return new Map([["kind", said]]);
  const { figures, ...others } = said;
  const parts = Object.entries({ ...others, ...figures });
  return new Map(parts.map(([name, value]) => [name, shown(value)]));
}

const shown = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? `${part}n` : part)) ??
  "nothing";

function isLarge(spec: Spec): boolean {
  const model = instantiate(spec, { symmetry: false });
  try {
    return check(model, { engine: "reference", maxStates: most }).statistics.distinctStates >= most;
  } catch (error) {
    if (error instanceof SpecError) return false;
    throw error;
  }
}
