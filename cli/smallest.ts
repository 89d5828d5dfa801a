import { type CheckTask, constantsText, type Report } from "../runs/told/index.ts";
import type { Constants } from "../spec/index.ts";
import type { Source } from "./job.ts";
import { runJob, type Watching } from "./run-job.ts";

/** More instances than this are not looked at. */
const most = 500;

/** What a look for smaller instances came to. */
export interface Smallest {
  /** Those of the smallest instance that shows the violation. */
  readonly constants: Constants;
  /** How many smaller instances were looked at, and how many of these nobody can say anything of. */
  readonly looked: number;
  readonly undecided: number;
}

/**
 * The instances that are smaller than one, none of whose constants is greater: those with the smallest sum first. Only
 * numbers of which there are two or more become smaller, down to one; what is on or off stays.
 */
export function smallerThan(constants: Constants): readonly Constants[] {
  const counts = Object.entries(constants).flatMap(([name, value]) =>
    typeof value === "number" && value > 1 ? [[name, value] as const] : [],
  );
  const all = counts.reduce<readonly Constants[]>(
    (found, [name, value]) =>
      found.flatMap((one) =>
        Array.from({ length: value }, (_, at) => ({ ...one, [name]: at + 1 })),
      ),
    [constants],
  );
  const sumOf = (one: Constants): number =>
    counts.reduce((sum, [name]) => sum + Number(one[name]), 0);
  return all
    .filter((one) => counts.some(([name, value]) => one[name] !== value))
    .toSorted((one, other) => sumOf(one) - sumOf(other));
}

/**
 * The smallest instance in which the property that a report found violated first still is; the report's own where none is
 * smaller. Instances that the spec refuses are no instances.
 */
export async function smallestOf(
  { constants, property }: Report,
  source: Source,
  task: CheckTask,
  watching: Watching,
): Promise<Smallest> {
  let looked = 0;
  let undecided = 0;
  const properties = property === undefined ? undefined : [property.name];
  for (const one of smallerThan(constants).slice(0, most)) {
    if (watching.interrupt?.aborted === true) break;
    const asked = { ...task, constants: one, properties, untilFirst: true, workers: 1 } as const;
    const answer = await runJob(source, { ...asked, stories: "none" }, watching);
    if (answer.kind === "fault") continue;
    if (answer.kind !== "report") throw new Error(`A check was answered with a ${answer.kind}.`);
    looked += 1;
    const { verdict } = answer.report;
    if (verdict === "violated") return { constants: one, looked, undecided };
    if (verdict === "incomplete") undecided += 1;
  }
  return { constants, looked, undecided };
}

/** What a look for smaller instances came to, in a line. */
export function smallestText({ constants, looked, undecided }: Smallest): string {
  const said = constantsText(constants).join(" ");
  const open = undecided === 0 ? "" : `, ${undecided} of which could not be decided`;
  const count = `${looked} smaller ${looked === 1 ? "instance was" : "instances were"} looked at${open}`;
  return `the smallest that shows it: ${said === "" ? "the only one" : said} (${count})`;
}
