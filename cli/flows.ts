import { relative } from "node:path";
import type { Flow, Outcome, Place } from "../gate/index.ts";
import type { Description } from "../runs/told/index.ts";
import { describing } from "./described.ts";
import type { Gauged } from "./gated.ts";
import type { Source } from "./job.ts";
import type { GateOptions } from "./options.ts";

/** Where what is declared under a name stands in the sources; the place of the whole for one that is not found. */
type PlaceOf = (name?: string) => Place | undefined;

/**
 * Says of what is not as it was where it is shown: the property that is violated, and the action of each step. For that
 * the sources are read once more; where all is as it was nothing is.
 */
export async function placed(
  gauged: readonly Gauged[],
  options: GateOptions,
): Promise<readonly Gauged[]> {
  const known = new Map<Source, PlaceOf>();
  const all: Gauged[] = [];
  for (const one of gauged) {
    const { outcome, gated, story, row } = one;
    if (outcome.status === "as pinned" && outcome.remarks.length === 0) {
      all.push(one);
      continue;
    }
    const { source } = gated.plan;
    const placeOf = known.get(source) ?? (await placesIn(source, gated.place, options));
    known.set(source, placeOf);
    const first = row.answer.kind === "report" ? row.answer.report.property?.name : undefined;
    const place = placeOf(story?.property.name ?? first);
    all.push({ ...one, outcome: { ...outcome, place, flow: story && flowOf(story, placeOf) } });
  }
  return all;
}

async function placesIn(
  source: Source,
  whole: Place | undefined,
  options: GateOptions,
): Promise<PlaceOf> {
  const answer = await describing(source, options, { explained: true });
  const places =
    answer.kind === "description" ? placesOf(answer.description) : new Map<string, Place>();
  return (name) => (name === undefined ? undefined : places.get(name)) ?? whole;
}

/** Of what stands in a file below this folder: others mean nothing to who looks at the sources. */
function placesOf({ actions, properties }: Description): ReadonlyMap<string, Place> {
  const found = [...actions, ...properties].flatMap(
    ({ name, place }): readonly [string, Place][] => {
      if (place === undefined) return [];
      const file = relative(process.cwd(), place.file).replaceAll("\\", "/");
      return file.startsWith("../") ? [] : [[name, { ...place, file }]];
    },
  );
  return new Map(found);
}

/** A counterexample step by step, as the columns of a table would have it. */
function flowOf(
  story: NonNullable<Gauged["story"]>,
  placeOf: PlaceOf,
): NonNullable<Outcome["flow"]> {
  const steps = story.rows.map(({ label, action, changes }): Flow["steps"][number] => {
    const changed = changes.map((one) => `${one.path} ${one.old} -> ${one.new}`).join(", ");
    return { text: changed === "" ? label : `${label}: ${changed}`, place: placeOf(action) };
  });
  return { property: story.property.name, steps };
}
