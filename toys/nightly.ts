/**
 * `npm run nightly`: all the tests, and all that is too long for them, as many jobs at a time as there are cores. The
 * last lines say what came of each; the exit status is 1 if one of them failed. With names of jobs only those
 * are run.
 */
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { createInterface } from "node:readline";

interface Job {
  readonly name: string;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Its result is the last line that this matches; else the last one. */
  readonly result?: RegExp;
}

const toy = (file: string, ...rest: readonly string[]): readonly string[] => [
  process.execPath,
  "toys/run.mjs",
  `toys/${file}`,
  ...rest,
];

const checking = (...args: readonly string[]): readonly string[] => [
  process.execPath,
  "cli/run-from-source.mjs",
  "check",
  "--quiet",
  ...args,
];

const audited = (name: string, protocol: string, ...rest: readonly string[]): Job => ({
  name,
  command: checking(protocol, "--audit", "all", ...rest),
});

/** In an instance of one block some things are never seen; these do not depend on that. */
const livenessOfLinux = [
  "freeBlockIsReported",
  "requestIsFollowedByAPass",
  "freeBlockIsReportedInTime",
  "isolatedBlockComesBack",
  "isolatedBlockCanComeBack",
  "acknowledgedBlockIsNotLost",
  "reporterCanComeToRest",
  "reporterComesToRest",
];

const today = new Date().toISOString().slice(0, 10).replaceAll("-", "");

const jobs: readonly Job[] = [
  // Of the tests all that an ordinary run takes a share of; see toys/share.ts.
  {
    name: "tests",
    command: [process.execPath, "node_modules/vitest/vitest.mjs", "run", "--maxWorkers=1"],
    environment: { HINTPROOF_TESTS: "all", NO_COLOR: "1" },
    result: /^ *Tests /,
  },
  // No test searches the catalogue again.
  {
    name: "catalogue",
    command: checking(),
    environment: { NO_COLOR: "1" },
  },
  { name: "random-specs", command: toy("compare-random-specs.ts", "2000", "1") },
  // Others every day; what is unexplained is printed with its seed.
  { name: "random-specs-of-today", command: toy("compare-random-specs.ts", "2000", today) },
  {
    name: "random-specs-compiled-at-once",
    command: toy("compare-random-specs.ts", "2000", "1000"),
    environment: { COMPILE_AT_ONCE: "1" },
  },
  // Quint, Graphviz and Mermaid, fetched for this run, read what is drawn of each known violation.
  { name: "drawings", command: toy("judge-drawings.ts") },
  { name: "one-orbit", command: toy("compare-one-orbit.ts") },
  // Every state and step by the reference engine as well, and the graph for liveness in an instance that it can walk.
  ...["page-ring", "two-phase-commit", "kvm-free-page-hint", "s390-guest-page-hinting"].map(
    (name) => audited(`audited-${name}`, name),
  ),
  // With statistics beside it, which the catalogue has of one page in a buffer; they share nothing but the machine.
  {
    name: "balloon-statistics",
    command: checking("balloon-inflate", "--set", "statistics=true"),
    environment: { NO_COLOR: "1" },
  },
  // Halves of two blocks, which the catalogue has of one.
  {
    name: "kvm-two-blocks",
    command: checking("kvm-free-page-hint", "--set", "blocks=2"),
    environment: { NO_COLOR: "1" },
  },
  audited(
    "audited-percpu",
    "percpu-page-hinting-v9",
    "--variant",
    "locks-the-queue",
    "--set",
    "blocks=3",
    "--no-liveness",
  ),
  audited("audited-bitmap", "bitmap-page-reporting-v12", "--variant", "marks-every-chunk"),
  // A hint may be behind the id of its round there, and both be late.
  audited("audited-free-page-hint", "virtio-free-page-hint", "--set", "slots=3"),
  audited("audited-linux", "linux-free-page-reporting", "--no-liveness"),
  audited(
    "audited-linux-liveness",
    "linux-free-page-reporting",
    "--set",
    "blocks=1",
    ...livenessOfLinux.flatMap((name) => ["--property", name]),
  ),
];

/** Runs a job, its output line by line as it comes; its status and the last line that it printed. */
async function run({ name, command, environment, result = /\S/ }: Job): Promise<string> {
  console.log(`${name}: ${command.slice(1).join(" ")}`);
  const [file, ...rest] = command as [string, ...string[]];
  const child = spawn(file, rest, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...environment },
  });
  const ended = new Promise<number>((resolve) => {
    child.on("error", (error) => {
      console.log(`${name}: ${error.message}`);
      resolve(1);
    });
    child.on("close", (status) => resolve(status ?? 1));
  });
  let last = "";
  for await (const line of createInterface({ input: child.stdout })) {
    console.log(`${name}: ${line}`);
    if (result.test(line)) last = line.trim();
  }
  const status = await ended;
  if (status !== 0) process.exitCode = 1;
  return `${name}: ${status === 0 ? "" : `FAILED (status ${status}): `}${last}`;
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !jobs.some((job) => job.name === name));
if (unknown.length > 0) {
  const known = jobs.map(({ name }) => name).join(", ");
  console.log(`There is no job ${unknown.join(", ")}. (The jobs: ${known}.)`);
  process.exitCode = 2;
} else {
  const chosen = jobs.filter(({ name }) => asked.length === 0 || asked.includes(name));
  const results: string[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < chosen.length; at = next++)
      results[at] = await run(chosen[at] as Job);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  console.log(`\n${results.join("\n")}`);
}
