import { Worker } from "node:worker_threads";
import type { Job, warmUp } from "./job.ts";

/* Threads that run `search-worker.ts`. Little is imported here, so that the first can be started early. */

/** A thread that has loaded nothing yet. */
let prepared: Worker | undefined;

/** Threads that have done a job of a shipped protocol, and wait for another one of a shipped protocol. */
const idle: Worker[] = [];

/**
 * Starts a thread before there is a job for it: it loads what it needs while this one finds out what it
 * has to do. It has to be dismissed in the end, in case there was none. Where that will take long, it can be told to run
 * first what makes it fast.
 */
export function prepareThread(first?: typeof warmUp): void {
  prepared ??= started(first);
}

/** Ends the threads that wait for a job. */
export async function dismissThreads(): Promise<void> {
  const waiting = idle.splice(0);
  if (prepared !== undefined) waiting.push(prepared);
  prepared = undefined;
  await Promise.all(waiting.map((thread) => thread.terminate()));
}

/** A thread with a job, of which it posts messages. */
export function threadOf(job: Job): Worker {
  if (job.help !== undefined) return started(job);
  const thread = (job.source.kind === "shipped" ? idle.pop() : undefined) ?? prepared;
  if (thread === undefined) return started(job);
  if (thread === prepared) prepared = undefined;
  thread.postMessage(job);
  return thread;
}

/** Keeps a thread that has done a job of a shipped protocol: what it has loaded, and what runs fast by now, stays so. */
export function keepThread(thread: Worker): void {
  idle.push(thread);
}

function started(job: Job | typeof warmUp | undefined): Worker {
  const url = new URL("./search-worker.js", import.meta.url);
  const thread = new Worker(url, { workerData: job, stdout: true, stderr: true });
  // What a spec prints (console.log, say) must not get between the lines of the report.
  void import("./terminal.ts").then(({ spill }) => spill(thread));
  return thread;
}
