/*
 * `npm run -s hintproof -- ...`: builds dist/ if a source is newer, with nothing on stdout, and runs
 * the command in this process. Plain JavaScript, because it runs before there is anything built.
 */
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, stamp } from "./build.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const rooms = ["spec", "model", "checker", "counterexamples", "runs", "gate", "explorer", "cli"];
const others = [
  "index.ts",
  "vitest.ts",
  "package.json",
  "tsconfig.json",
  "tsconfig.build.json",
  "cli/build.mjs",
];
const lock = join(root, "dist", ".building");

const timeOf = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

function newestSource() {
  const inRooms = rooms.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true })
      .filter((path) => /\.tsx?$/.test(path) && !path.endsWith(".test.ts"))
      .map((path) => join(root, room, path)),
  );
  return Math.max(...[...inRooms, ...others.map((path) => join(root, path))].map(timeOf));
}

async function buildAnew() {
  const fault = await build();
  if (fault === undefined) return true;
  process.stderr.write(`${fault}hintproof: the sources do not compile.\n`);
  process.exitCode = 1;
  return false;
}

/** One build at a time: the second of two commands waits for the first. */
async function withLock(work) {
  mkdirSync(join(root, "dist"), { recursive: true });
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      if (Date.now() - timeOf(lock) > 60_000) rmSync(lock, { recursive: true, force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

const isFresh = () => timeOf(stamp) >= newestSource();
if (isFresh() || (await withLock(async () => isFresh() || (await buildAnew()))))
  await import("../dist/bundle/main.js");
