import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { globSync } from "tinyglobby";
import { configDefaults, defineConfig } from "vitest/config";

/** A test ends when it has its answer: a slow or loaded machine is no reason to fail. */
const timeout = 3_600_000;

/** What is large by itself is for `npm run nightly`; see toys/share.ts. */
const isAll = process.env["HINTPROOF_TESTS"] === "all";
const large = isAll ? [] : ["**/*.large.test.ts"];
const exclude = [...configDefaults.exclude, ...large];

const root = fileURLToPath(new URL(".", import.meta.url));

/** Files that put something in the place of a module, or for good in that of a function. */
const apart = globSync("**/*.test.ts", { cwd: root, ignore: ["node_modules", "dist"] }).filter(
  (path) =>
    /\bvi\.(?:mock|hoisted|resetModules)\b|\bguardOutside\b/.test(
      readFileSync(root + path, "utf8"),
    ),
);

/** As in `cli/main.ts`, since each file starts cold. Threads have the flags of this process. */
const tiering = "--interrupt-budget=1056000";
setFlagsFromString(tiering);
/** What a test learns is kept for no other one: there is no such folder, and there can be none. */
process.env["XDG_CACHE_HOME"] = `${root}package.json`;

/** As many files at a time as there are cores leave none for V8's own threads. */
const execArgv = [tiering, "--v8-pool-size=0"];

/*
 * In an ordinary run files share a thread for each core, and with it what they import; only those that put something in
 * the place of a module, or guard what is outside, have a thread of their own. In the nightly list each file has a process.
 */
export default defineConfig({
  test: {
    testTimeout: timeout,
    hookTimeout: timeout,
    maxWorkers: "100%",
    globalSetup: "toys/build-command.ts",
    ...(isAll ? { execArgv } : { pool: "threads" }),
    projects: [
      {
        extends: true,
        test: { name: "together", exclude: [...exclude, ...apart], isolate: isAll },
      },
      { extends: true, test: { name: "apart", include: apart, exclude } },
    ],
  },
});
