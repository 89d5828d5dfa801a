/*
 * `node toys/run.mjs FILE ...`: runs a TypeScript file of this folder, bundled for this process alone. Nothing here is
 * ever built into `dist/`. With COMPILE_AT_ONCE the compiled engine does not wait until compiling pays.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const [file, ...rest] = process.argv.slice(2);

/** What compiling costs, as the tests have it that want it at once. */
const contents = `
  export const costOfWalk = 1, costOfCall = 1, costOfNode = 0, costOfModule = 0;
  export const costOfForm = 1, costOfForms = 0;
`;
const atOnce = {
  name: "compile at once",
  setup: ({ onLoad, onEnd }) => {
    let isReplaced = false;
    onLoad({ filter: /model\/learned\/compiled\/costs\.ts$/ }, () => {
      isReplaced = true;
      return { contents };
    });
    onEnd(() => {
      if (!isReplaced) throw new Error("What compiling costs is not where it was.");
    });
  },
};

// In the repository, for what is imported by name is looked for from there.
const folder = mkdtempSync(join(root, "node_modules", ".toys-"));
try {
  const outfile = join(folder, "main.mjs");
  await build({
    absWorkingDir: root,
    entryPoints: [file],
    outfile,
    bundle: true,
    packages: "external",
    platform: "node",
    target: "node20.19",
    format: "esm",
    sourcemap: "inline",
    keepNames: false,
    plugins: process.env.COMPILE_AT_ONCE === undefined ? [] : [atOnce],
  });
  process.argv = [process.argv[0], file, ...rest];
  await import(pathToFileURL(outfile).href);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
