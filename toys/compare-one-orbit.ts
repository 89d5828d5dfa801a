/**
 * `node toys/run.mjs toys/compare-one-orbit.ts [SIZES]`: of each of so many sizes, a spec for each way to single out a
 * cell. Each must be refused or answered right, by the compiled engine and, where it can walk it, by the reference one.
 */
import { type EngineName, check } from "../checker/index.ts";
import { instantiate } from "../model/index.ts";
import { SpecError } from "../spec/index.ts";
import { type OneOrbit, looks, oneOrbit, sizes } from "./one-orbit.ts";
import { evaluated } from "./specs/evaluated.ts";

/** The most states, as they are without symmetry, that the reference engine is given. */
const mostByReference = 100_000;

/** "right", "refused", or what is said instead. */
async function answerOf({ source, after }: OneOrbit, engine: EngineName): Promise<string> {
  try {
    const verdict = check(instantiate(await evaluated(source)), { engine });
    if (verdict.kind !== "violated") return `${verdict.kind}, and is violated after ${after} steps`;
    const { name } = verdict.property;
    const steps = verdict.trace.steps.length;
    if (name === "nobodyIsStruck" && steps === after) return "right";
    // A note says that the symmetry is false; then it is not said that no trace is shorter.
    if (verdict.note !== undefined && name === "nobodyIsStruck") return "refused";
    return `${name} violated after ${steps} steps, and it is after ${after}`;
  } catch (error) {
    if (error instanceof SpecError) return "refused";
    throw error;
  }
}

const [count = sizes.length] = process.argv.slice(2).map(Number);
let specs = 0;
let wrong = 0;
for (const shapes of sizes.slice(0, count)) {
  for (const number of looks.keys()) {
    // Each look with either shape at every other size.
    const shape = shapes[
      (number + specs / looks.length) % 2 < 1 ? 0 : 1
    ] as (typeof shapes)[number];
    const spec = oneOrbit(shape, number);
    const engines: readonly EngineName[] =
      spec.states > mostByReference ? ["compiled"] : ["compiled", "reference"];
    const answers = new Map<EngineName, string>();
    for (const engine of engines) answers.set(engine, await answerOf(spec, engine));
    const isWrong = [...answers.values()].some((answer) => !["right", "refused"].includes(answer));
    if (isWrong) wrong++;
    const told = [...answers].map(([engine, answer]) => `${engine}: ${answer}`).join("; ");
    console.log(
      `${shape.cells} cells of ${shape.values} values, ${spec.states} states, look ${number}: ${told}`,
    );
  }
  specs += looks.length;
}
console.log(`${specs} specs: ${wrong} wrong`);
if (wrong > 0) process.exitCode = 1;
