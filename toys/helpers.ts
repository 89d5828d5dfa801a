import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { buildSync, type OutputFile } from "esbuild";
import { boardOf } from "../checker/compiled/board.ts";
import type { WholeSeat } from "../checker/compiled/helper.ts";
import type { Seat } from "../checker/index.ts";

/** What a thread is told that is to help. */
export interface Helping {
  readonly name: string;
  readonly constants: Readonly<Record<string, number | boolean>>;
  readonly seat: Seat;
}

const root = fileURLToPath(new URL("..", import.meta.url));
let code: string | undefined;

/**
 * Starts threads that help in a search of a shipped protocol, made in the thread of a test; each is there before the
 * search goes on.
 */
export function startsHelpers(name: string, constants: Helping["constants"]): (seat: Seat) => void {
  code ??= bundle();
  return (seat) => {
    const { memory, worker } = seat as WholeSeat;
    const workerData: Helping = { name, constants, seat };
    new Worker(code as string, { eval: true, workerData }).unref();
    const board = boardOf(memory);
    const asleep = new Int32Array(new SharedArrayBuffer(4));
    while (board.own(worker, "isReady") !== 1) {
      if (board.read(worker) !== undefined) throw new Error("A helper did not come.");
      Atomics.wait(asleep, 0, 0, 5);
    }
  };
}

/** A helper's code, with all that it imports. */
function bundle(): string {
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: [join(root, "toys/helper-thread.ts")],
    write: false,
    bundle: true,
    platform: "node",
    target: "node20.19",
    format: "cjs",
  });
  return (outputFiles[0] as OutputFile).text;
}
