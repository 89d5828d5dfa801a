import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { packageRoot } from "../cli/package-root.ts";

/* For tests: the command as a user runs it, built from the sources as they are. */

const root = fileURLToPath(packageRoot());
const command = join(root, "dist", "bundle", "main.js");

/** What a run of the command came to. */
export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** An empty folder outside the repository. */
export function folderOutside(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), "hintproof-test-")));
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called while the command runs. */
  readonly during?: (child: ChildProcess) => void;
}

/** Without threads that compile and collect in the background: a run so short takes a quarter less with none. */
export const lean = "--v8-pool-size=0";

/** Runs the command to its end. */
export async function hintproof(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const child = spawn(process.execPath, [lean, command, ...args], {
    cwd: options.cwd ?? root,
    // What a terminal says of itself is none of the tests' business.
    env: { ...process.env, FORCE_COLOR: undefined, COLUMNS: undefined, ...options.env },
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output.stderr += text;
  });
  options.during?.(child);
  return new Promise((resolve) => {
    child.on("close", (status) => resolve({ status, ...output }));
  });
}
