/** `node toys/run.mjs toys/compare-random-specs.ts [SPECS] [SEED]`: random specs against the oracle. */
import { compareRandomSpecs, told } from "./random-specs.ts";

const [specs = 10_000, seed = 1] = process.argv.slice(2).map(Number);

const { counts, unexplained } = await compareRandomSpecs({
  specs,
  seed,
  mostUnexplained: 20,
  onProgress: (done) => {
    if (done % 500 === 0) console.log(`${done} specs`);
  },
});
for (const one of unexplained) console.log(`\n${told(one)}\n`);
console.log(
  Object.keys(counts)
    .toSorted((one, other) => one.localeCompare(other))
    .map((what) => `${what} ${counts[what]}`)
    .join(", "),
);
console.log(`${specs} random specs against the oracle: ${unexplained.length} unexplained`);
if (unexplained.length > 0) process.exitCode = 1;
