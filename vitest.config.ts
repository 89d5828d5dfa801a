import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { configDefaults, defineConfig } from "vitest/config";

/** A test ends when it has its answer: a slow or loaded machine is no reason to fail. */
const timeout = 600_000;

/** What is large by itself is for `npm run nightly`; see toys/share.ts. */
const isAll = process.env["HINTPROOF_TESTS"] === "all";
const large = isAll ? [] : ["**/*.large.test.ts"];
const exclude = [...configDefaults.exclude, ...large];

const root = fileURLToPath(new URL(".", import.meta.url));
const engineRooms = ["spec", "model", "checker", "counterexamples", "toys"];

/** Tests of what has no terminal and no process, but for those that put something in the place of a module or a function. */
const pure = engineRooms.flatMap((room) =>
  readdirSync(root + room, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".test.ts"))
    .map((path) => `${room}/${path.replaceAll("\\", "/")}`)
    .filter((path) => !/\bvi\.\w/.test(readFileSync(root + path, "utf8"))),
);

/** As in `cli/main.ts`, since each file starts cold. Threads have the flags of this process. */
const tiering = "--interrupt-budget=1056000";
setFlagsFromString(tiering);
/** As many files at a time as there are cores leave none for V8's own threads. */
const execArgv = [tiering, "--v8-pool-size=0"];

/*
 * In an ordinary run each file has a thread, which costs less than a process; in the nightly list each file has a
 * process of its own. Pure files are a project of their own, since only the others need the command to be built.
 */
export default defineConfig({
  test: {
    testTimeout: timeout,
    hookTimeout: timeout,
    maxWorkers: "100%",
    projects: [
      {
        extends: true,
        test: {
          name: "pure",
          include: pure,
          exclude,
          ...(isAll ? { execArgv } : { pool: "threads" }),
        },
      },
      {
        extends: true,
        test: {
          name: "others",
          exclude: [...exclude, ...pure],
          globalSetup: "toys/build-command.ts",
          ...(isAll ? { execArgv } : { pool: "threads" }),
        },
      },
    ],
  },
});
