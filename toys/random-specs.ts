import fc from "fast-check";
import type { Spec } from "../spec/index.ts";
import { compare, type Comparison } from "./differences.ts";
import { specTrees } from "./specs/arbitrary-specs.ts";
import { evaluated } from "./specs/evaluated.ts";
import type { SpecTree } from "./specs/tree.ts";
import { written } from "./specs/written-spec.ts";

/** A spec that an engine answers wrongly, as small as it was found. */
export interface Unexplained {
  readonly source: string;
  readonly differences: readonly string[];
  /** What makes it again. */
  readonly seed: number;
  readonly path: string;
}

export interface Campaign {
  /** How many specs came to what: by verdict, and by what there is to say of their symmetry. */
  readonly counts: Readonly<Record<string, number>>;
  readonly unexplained: readonly Unexplained[];
}

export interface CampaignOptions {
  /** How many specs, without those that are too large. */
  readonly specs: number;
  readonly seed: number;
  /** Given up after so many that are answered wrongly. */
  readonly mostUnexplained: number;
  readonly onProgress?: (specs: number) => void;
  /** Which specs; of all kinds, if left out. */
  readonly trees?: fc.Arbitrary<SpecTree>;
  /** What a spec is held against; the oracle, if left out. Each call evaluates it anew. */
  readonly judge?: (evaluate: () => Promise<Spec>) => Promise<Comparison>;
}

/** Compares what is said of random specs; each that is answered wrongly is made as small as can be. */
export async function compareRandomSpecs(options: CampaignOptions): Promise<Campaign> {
  const counts: Record<string, number> = {};
  const unexplained: Unexplained[] = [];
  let specs = 0;
  const compared = (tree: SpecTree): Promise<Comparison> =>
    compareSource(written(tree), options.judge ?? compare);
  for (let seed = options.seed; specs < options.specs; seed++) {
    const found = await fc.check(
      fc.asyncProperty(options.trees ?? specTrees, async (tree) => {
        const comparison = await compared(tree);
        fc.pre(comparison.kind !== "too large");
        if (comparison.differences.length > 0) throw new Error(comparison.differences.join("\n"));
        specs++;
        for (const key of [comparison.kind, `symmetry: ${comparison.symmetry}`]) {
          counts[key] = (counts[key] ?? 0) + 1;
        }
        if (comparison.refused > 0) counts["refused"] = (counts["refused"] ?? 0) + 1;
        options.onProgress?.(specs);
      }),
      { seed, numRuns: options.specs - specs, maxSkipsPerRun: 1000 },
    );
    if (!found.failed) break;
    const [tree] = found.counterexample ?? [];
    if (tree === undefined) throw new Error("Nearly all random specs are too large.");
    specs++;
    unexplained.push({
      source: written(tree),
      differences: (await compared(tree)).differences,
      seed,
      path: found.counterexamplePath ?? "",
    });
    if (unexplained.length >= options.mostUnexplained) break;
  }
  return { counts, unexplained };
}

/** A spec that cannot be evaluated is a mistake of the generator, and as easily seen. */
async function compareSource(
  source: string,
  judge: (evaluate: () => Promise<Spec>) => Promise<Comparison>,
): Promise<Comparison> {
  try {
    return await judge(() => evaluated(source));
  } catch (error) {
    const difference = error instanceof Error ? String(error.stack) : String(error);
    return { kind: "at fault", symmetry: "none", refused: 0, differences: [difference] };
  }
}

/** One failure as somebody reads it: the smallest spec that shows it, and how the answers differ. */
export const told = ({ source, differences, seed, path }: Unexplained): string =>
  [`seed ${seed}, path ${path}`, "", source, ...differences].join("\n");
