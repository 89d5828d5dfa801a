import { Worker } from "node:worker_threads";
import type { Job, Source } from "./job.ts";

/* Threads that run `search-worker.ts`. Little is imported here, so that the first can be started early. */

/** A thread that has loaded nothing yet. */
let prepared: Worker | undefined;

/** Threads that wait for another job, by what they have loaded: all shipped protocols, or a user's file. */
const idle = new Map<unknown, Worker[]>();

const loadedFor = (source: Source): unknown =>
  source.kind === "file" ? source.bundle : source.kind;

/**
 * Starts a thread before there is a job for it: it loads what it needs while this one finds out what it
 * has to do. It has to be dismissed in the end, in case there was none.
 */
export function prepareThread(): void {
  prepared = started(undefined);
}

/** Ends the threads that wait for a job. */
export async function dismissThreads(): Promise<void> {
  const waiting = [...idle.values()].flat();
  idle.clear();
  if (prepared !== undefined) waiting.push(prepared);
  await Promise.all(waiting.map((thread) => thread.terminate()));
}

/** A thread with a job, of which it posts messages. */
export function threadOf(job: Job): Worker {
  if (job.help !== undefined) return started(job);
  const thread = idle.get(loadedFor(job.source))?.pop() ?? prepared;
  if (thread === undefined) return started(job);
  if (thread === prepared) prepared = undefined;
  thread.postMessage(job);
  return thread;
}

/** Keeps a thread that has done a job for another one of the same source: what it has loaded and learned to do it keeps. */
export function keepThread(thread: Worker, source: Source): void {
  const key = loadedFor(source);
  idle.set(key, [...(idle.get(key) ?? []), thread]);
}

function started(job: Job | undefined): Worker {
  const url = new URL("./search-worker.js", import.meta.url);
  const thread = new Worker(url, { workerData: job, stdout: true, stderr: true });
  // What a spec prints (console.log, say) must not get between the lines of the report.
  void import("./terminal.ts").then(({ spill }) => spill(thread));
  return thread;
}
