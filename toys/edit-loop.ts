/**
 * `npm run edit-loop`: how long it takes from saving a file to its verdict, under `hintproof watch`, and what the processor
 * works for that (Linux): medians of ten saves, in seconds, each of a file that is another one than before.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import build from "./build-command.ts";
import { folderOutside } from "./built-command.ts";

const howOften = 10;

/** The lamp of the language's README, mended; and two-phase commit as a file of its own. */
const lamp = (
  /```ts file=lamp\.ts\n([\s\S]*?)```/.exec(readFileSync("spec/README.md", "utf8"))?.[1] ?? ""
).replace(
  'state.corridor = "empty";',
  'state.corridor = "empty";\n    for (const l of state.light.keys()) state.light[l] = "off";',
);
const [protocol, claims] = ["protocol", "claims"].map((name) =>
  readFileSync(`spec/protocols/two-phase-commit/${name}.ts`, "utf8").replace(
    "../../language/index.ts",
    "hintproof",
  ),
) as [string, string];

const folder = folderOutside();
const file = (name: string, text: string): void => writeFileSync(join(folder, name), text);

/** Seconds of the processor that a process has had, with all its threads; 0 where nobody says. */
function worked(pid: number): number {
  const stat = `/proc/${pid}/stat`;
  if (!existsSync(stat)) return 0;
  const fields = readFileSync(stat, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
const ticksPerSecond = 100;

/** Resolves when a process has nothing to do any more. */
async function atRest(pid: number): Promise<void> {
  for (let [last, now] = [-1, 0]; now - last > 0.02; ) {
    last = now;
    await new Promise((resolve) => void setTimeout(resolve, 500));
    now = worked(pid);
  }
}

interface Save {
  /** Seconds until the verdict. */
  readonly wall: number;
  readonly cpu: number;
}

/** What it took from each save of a file to the verdict on it. */
async function measured(
  name: string,
  text: string,
  args: readonly string[],
): Promise<readonly Save[]> {
  file(name, text);
  const command = [join(process.cwd(), "dist", "bundle", "main.js"), "watch", name, ...args];
  const child = spawn(process.execPath, command, {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const pid = child.pid as number;
  const times: Save[] = [];
  let saved = { at: performance.now(), worked: 0 };
  await new Promise<void>((resolve, reject) => {
    child.once("exit", () => reject(new Error(`hintproof watch ${name} has ended.`)));
    child.stdout.on("data", (data: Buffer) => {
      if (/^(?:holds|violated|vacuous)/m.test(data.toString())) {
        const cpu = worked(pid) - saved.worked;
        times.push({ wall: (performance.now() - saved.at) / 1000, cpu });
      }
    });
    child.stderr.on("data", (data: Buffer) => {
      if (!data.toString().includes("waiting for")) return;
      if (times.length > howOften) return resolve();
      void atRest(pid).then(() => {
        saved = { at: performance.now(), worked: worked(pid) };
        file(name, `${text}\n// ${times.length}\n`);
      });
    });
  });
  child.removeAllListeners("exit");
  child.kill("SIGTERM");
  return times.slice(1); // the first was no save
}

build();
file("protocol.ts", protocol);
try {
  for (const [name, text, args] of [
    ["lamp.ts", lamp, []],
    ["claims.ts", claims, ["--set", "managers=5"]],
  ] as const) {
    const saves = await measured(name, text, args);
    const shown = (["wall", "cpu"] as const).map((of) => {
      const sorted = saves.map((one) => one[of]).toSorted((one, other) => one - other);
      const [median, least, most] = [Math.floor(sorted.length / 2), 0, sorted.length - 1].map(
        (at) => sorted[at]?.toFixed(2),
      );
      return `${of} ${median} s (${least} to ${most})`;
    });
    console.log(`${[name, ...args].join(" ")}: ${shown.join(", ")}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
