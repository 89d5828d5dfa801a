import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";

/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** What a process came to. */
export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Wall time from before the start to after the end. */
  readonly seconds: number;
  /** The same to the first that it prints on stdout; undefined where it prints nothing. */
  readonly firstOutputSeconds: number | undefined;
  /** Of all its threads and children, the system's share included; as the next, not known without GNU time. */
  readonly cpuSeconds: number | undefined;
  /** The largest resident set. */
  readonly peakBytes: number | undefined;
  /** It was ended because it took longer than it may. */
  readonly overLimit: boolean;
}

const gnuTime = "/usr/bin/time";

/** Whether the memory and the CPU time of a process can be measured. */
export const measuresUsage = existsSync(gnuTime);

const running = new Set<number>();

/** Ends every process that runs, with its children. */
export function endAll(): void {
  for (const group of running) endGroup(group);
}

function endGroup(group: number): void {
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** Runs a command to its end, in a folder, in a process group of its own. */
export async function run(command: Command, folder: string, limitSeconds: number): Promise<Run> {
  const usageFile = join(folder, "usage");
  const [program, ...args] = measuresUsage
    ? ([gnuTime, "-f", "%M %U %S", "-o", usageFile, ...command] as const)
    : command;
  const output = { stdout: "", stderr: "" };
  const start = process.hrtime.bigint();
  const sinceStart = (): number => Number(process.hrtime.bigint() - start) / 1e9;
  let firstOutputSeconds: number | undefined;
  const child = spawn(program, args, {
    cwd: folder,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  const group = child.pid;
  if (group !== undefined) running.add(group);
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    firstOutputSeconds ??= sinceStart();
    output.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  let overLimit = false;
  const timer = setTimeout(() => {
    overLimit = true;
    if (group !== undefined) endGroup(group);
  }, limitSeconds * 1000);
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", resolve);
    });
    const seconds = sinceStart();
    return { status, ...output, seconds, firstOutputSeconds, ...usageIn(usageFile), overLimit };
  } finally {
    clearTimeout(timer);
    if (group !== undefined) running.delete(group);
  }
}

function usageIn(usageFile: string): Pick<Run, "cpuSeconds" | "peakBytes"> {
  const unknown = { cpuSeconds: undefined, peakBytes: undefined };
  if (!existsSync(usageFile)) return unknown;
  // A line about the exit status may stand before the figures.
  const line = readFileSync(usageFile, "utf8").trim().split("\n").at(-1) ?? "";
  rmSync(usageFile);
  const [kilobytes = NaN, user = NaN, system = NaN] = line.split(" ").map(Number);
  if (![kilobytes, user, system].every(Number.isFinite)) return unknown;
  return { cpuSeconds: user + system, peakBytes: kilobytes * 1024 };
}

/** Whether a program is on the PATH. */
export function isInstalled(program: string): boolean {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.some((folder) => existsSync(join(folder, program)));
}
