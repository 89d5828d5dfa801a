/**
 * `npm run edit-loop`: how long it takes from saving a file to its verdict, under `hintproof watch`: the median of ten saves,
 * in seconds, each of a file that is another one than before.
 */
import { spawn } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import build from "./build-command.ts";
import { folderOutside } from "./built-command.ts";

const saves = 10;

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

/** Seconds from each save of a file to the verdict on it. */
async function measured(
  name: string,
  text: string,
  args: readonly string[],
): Promise<readonly number[]> {
  file(name, text);
  const command = [join(process.cwd(), "dist", "bundle", "main.js"), "watch", name, ...args];
  const child = spawn(process.execPath, command, {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const times: number[] = [];
  let saved = performance.now();
  await new Promise<void>((resolve, reject) => {
    child.once("exit", () => reject(new Error(`hintproof watch ${name} has ended.`)));
    child.stdout.on("data", (data: Buffer) => {
      if (/^(?:holds|violated|vacuous)/m.test(data.toString())) {
        times.push((performance.now() - saved) / 1000);
      }
    });
    child.stderr.on("data", (data: Buffer) => {
      if (!data.toString().includes("waiting for")) return;
      if (times.length > saves) return resolve();
      setTimeout(() => {
        saved = performance.now();
        file(name, `${text}\n// ${times.length}\n`);
      }, 500);
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
    const times = (await measured(name, text, args)).toSorted((one, other) => one - other);
    const median = times[Math.floor(times.length / 2)] as number;
    const [least, most] = [times[0] as number, times.at(-1) as number];
    const shown = [median, least, most].map((one) => one.toFixed(2));
    console.log(`${name} ${args.join(" ")}: ${shown[0]} s (${shown[1]} to ${shown[2]})`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
