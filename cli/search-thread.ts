import { Worker } from "node:worker_threads";
import type { Job } from "./job.ts";

/* Threads that run `search-worker.ts`. Little is imported here, so that the first can be started early. */

let prepared: Worker | undefined;

/**
 * Starts a thread before there is a job for it: it loads what it needs while this one finds out what it
 * has to do. It has to be dismissed in the end, in case there was none.
 */
export function prepareThread(): void {
  prepared = started(undefined);
}

/** Ends a thread that was prepared for nothing. */
export async function dismissThread(): Promise<void> {
  await prepared?.terminate();
}

/** A thread with a job, of which it posts messages. */
export function threadOf(job: Job): Worker {
  const thread = job.help === undefined ? prepared : undefined;
  if (thread === undefined) return started(job);
  prepared = undefined;
  thread.postMessage(job);
  return thread;
}

function started(job: Job | undefined): Worker {
  const url = new URL("./search-worker.js", import.meta.url);
  const thread = new Worker(url, { workerData: job, stdout: true, stderr: true });
  // What a spec prints (console.log, say) must not get between the lines of the report.
  void import("./terminal.ts").then(({ spill }) => spill(thread));
  return thread;
}
