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
  /** The largest resident set; not known without GNU time. */
  readonly peakBytes: number | undefined;
  /** It was ended because it took longer than it may. */
  readonly overLimit: boolean;
}

const gnuTime = "/usr/bin/time";

/** Whether the memory of a process can be measured. */
export const measuresMemory = existsSync(gnuTime);

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
  const memoryFile = join(folder, "peak-memory");
  const [program, ...args] = measuresMemory
    ? ([gnuTime, "-f", "%M", "-o", memoryFile, ...command] as const)
    : command;
  const output = { stdout: "", stderr: "" };
  const start = process.hrtime.bigint();
  const child = spawn(program, args, {
    cwd: folder,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  const group = child.pid;
  if (group !== undefined) running.add(group);
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
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
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    return { status, ...output, seconds, peakBytes: peakIn(memoryFile), overLimit };
  } finally {
    clearTimeout(timer);
    if (group !== undefined) running.delete(group);
  }
}

function peakIn(memoryFile: string): number | undefined {
  if (!existsSync(memoryFile)) return undefined;
  // A line about the exit status may stand before the figure.
  const kilobytes = Number(readFileSync(memoryFile, "utf8").trim().split("\n").at(-1));
  rmSync(memoryFile);
  return Number.isFinite(kilobytes) ? kilobytes * 1024 : undefined;
}

/** Whether a program is on the PATH. */
export function isInstalled(program: string): boolean {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.some((folder) => existsSync(join(folder, program)));
}
