import { check } from "../checker/index.ts";
import { counterexampleOf, type Story, storyOf } from "../counterexamples/index.ts";
import { instantiate } from "../model/index.ts";
import type { Spec } from "../spec/index.ts";

/** How the first property of a spec that is violated came to be so. */
export function whyOfFirst(spec: Spec): Story["why"] {
  const model = instantiate(spec, { symmetry: false });
  const result = check(model).properties.find(({ trace }) => trace !== undefined);
  if (result?.trace === undefined) throw new Error("Nothing is violated.");
  return storyOf(model, counterexampleOf(model, undefined, result, result.trace)).why;
}
