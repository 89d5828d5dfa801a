/*
 * `npm run -s hintproof -- ...`: builds dist/ if a source is newer, with nothing on stdout, and runs
 * the command in this process. Plain JavaScript, because it runs before there is anything built.
 */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const rooms = ["spec", "model", "checker", "counterexamples", "runs", "cli"];
const others = ["index.ts", "vitest.ts", "package.json", "tsconfig.json", "tsconfig.build.json"];
/** Its time is that of the start of the last build that went well. */
const stamp = join(root, "dist", ".built");
const lock = join(root, "dist", ".building");

const timeOf = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

function newestSource() {
  const inRooms = rooms.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true })
      .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
      .map((path) => join(root, room, path)),
  );
  return Math.max(...[...inRooms, ...others.map((path) => join(root, path))].map(timeOf));
}

function build() {
  const start = new Date();
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const { status, stdout } = spawnSync(process.execPath, [compiler, "-p", "tsconfig.build.json"], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) {
    process.stderr.write(`${stdout}hintproof: the sources do not compile.\n`);
    process.exitCode = 1;
    return false;
  }
  removeLeftOver();
  writeFileSync(stamp, "");
  utimesSync(stamp, start, start);
  return true;
}

/** Removes what a source made that is no longer there: it would be packed with the rest. */
function removeLeftOver() {
  const dist = join(root, "dist");
  for (const path of readdirSync(dist, { recursive: true })) {
    if (!/\.(?:js|d\.ts)$/.test(path)) continue;
    const source = path.replace(/(?:\.js|\.d\.ts)$/, ".ts");
    if (!existsSync(join(root, source))) rmSync(join(dist, path));
  }
}

/** One build at a time: the second of two commands waits for the first. */
function withLock(work) {
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
    return work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

const isFresh = () => timeOf(stamp) >= newestSource();
if (isFresh() || withLock(() => isFresh() || build())) await import("../dist/cli/main.js");
