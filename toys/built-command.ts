import { type ChildProcess, fork, spawn } from "node:child_process";
import { mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { withoutAgents } from "../cli/agent.ts";
import { packageRoot } from "../cli/package-root.ts";
import { few } from "./share.ts";

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
  /** Always in a process of its own. */
  readonly isAlone?: true;
}

/** Without threads that compile and collect in the background: a run so short takes a quarter less with none. */
export const lean = "--v8-pool-size=0";

/**
 * Runs the command to its end: in an ordinary run of the tests in a process that has run others before, unless it
 * is about that process; in the nightly list always in a process of its own.
 */
export async function hintproof(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const { cwd = root, during, isAlone = during !== undefined || few(false, true) } = options;
  // What a terminal says of itself is none of the tests' business.
  const { FORCE_COLOR: _, COLUMNS: __, ...ours } = withoutAgents(process.env);
  // Nor what other runs have learned: there can be no such folder.
  const env = { ...ours, XDG_CACHE_HOME: join(root, "package.json"), ...options.env };
  if (!isAlone) return runInResident({ args, cwd, env });
  const child = spawn(process.execPath, [lean, command, ...args], { cwd, env });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output.stderr += text;
  });
  during?.(child);
  return new Promise((resolve) => {
    child.on("close", (status) => resolve({ status, ...output }));
  });
}

/** Processes that wait for a command. */
const residents: ChildProcess[] = [];

/** What `resident-command.mjs` is told. */
interface Order {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

async function runInResident(order: Order): Promise<Run> {
  const resident = residents.pop() ?? startResident();
  const run = await new Promise<Run>((resolve, reject) => {
    const failed = (): void => reject(new Error(`"${order.args.join(" ")}" ended its process`));
    resident.once("exit", failed).once("message", (answer) => {
      resident.off("exit", failed);
      resolve(answer as Run);
    });
    resident.send(order);
  });
  residents.push(resident);
  return run;
}

/** It ends with the process, or thread, that started it. */
function startResident(): ChildProcess {
  const child = fork(join(root, "toys", "resident-command.mjs"), [command], {
    execArgv: [lean],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  child.unref();
  child.channel?.unref();
  return child;
}
