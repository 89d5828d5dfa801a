/**
 * A worker gets stuck, and an event loop polls for ever and changes nothing. A toy: whether nothing happens any more is
 * said once, and alike by the search for deadlocks and by liveness.
 */
import { declare, oneOf, variant } from "../../spec/index.ts";

const { action, alwaysEventually, process, spec } = declare({
  constants: {},
  state: { worker: oneOf("works", "stuck") },
});

const worker = process("worker", { fairness: "weak" });
const workerGetsStuck = worker.at("works", { to: "stuck" });
const loopPolls = action("loop", { fairness: "weak", effect: () => {} });

const workerWorks = alwaysEventually((state) => state.worker === "works");

const stuckWorker = spec({
  name: "stuck-worker",
  title: "A worker that gets stuck, beside a loop that polls",
  actions: { workerGetsStuck, loopPolls },
  liveness: { workerWorks },
  expects: { breaks: ["deadlockFreedom", "workerWorks"] },
});
export default stuckWorker;

export const watchdogFreesTheWorker = variant(stuckWorker, {
  name: "watchdog-frees-the-worker",
  because: "somebody has to look at the worker, not only at the queue",
  change: { added: { watchdogFrees: worker.at("stuck", { to: "works" }) } },
  expects: "holds",
});
