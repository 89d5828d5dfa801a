import { UsageError } from "../runs/index.ts";
import type { CheckOptions } from "./options.ts";

/** Throws `UsageError` where options of `check` do not go together, or not with a name or without one. */
export function refuseContradictions(name: string | undefined, options: CheckOptions): void {
  const isTable = (name === undefined && options.resume === undefined) || options.all === true;
  if (options.updateRecord === true && !(isTable && name === undefined)) {
    throw new UsageError(
      "--update-record is for all shipped protocols together; leave out the name.",
    );
  }
  const ofOne = {
    "--variant": options.variant !== undefined,
    "--property": options.property !== undefined,
    "--random": options.random === true,
    "--no-symmetry": !options.symmetry,
    "--trust-symmetry": options.trustSymmetry === true,
    "--no-liveness": !options.liveness,
    "--unfair": options.unfair !== undefined,
    "--needed-fairness": options.neededFairness === true,
    "--first": options.first === true,
    "--traces": options.traces === true,
    "--statistics": options.statistics === true,
    "--checkpoint": options.checkpoint !== undefined,
    "--resume": options.resume !== undefined,
    "--trace": options.trace !== undefined,
    "--set": isTable && name === undefined && Object.keys(options.set).length > 0,
  };
  for (const [option, isGiven] of Object.entries(ofOne)) {
    if (!isTable || !isGiven) continue;
    const isAll = options.all === true;
    const why = isAll ? "does not go with --all" : "needs the name of a protocol";
    throw new UsageError(`${option} ${why}.`);
  }
  if (options.random === true && !options.symmetry) {
    throw new UsageError("--no-symmetry has no meaning with --random, which never reduces.");
  }
  if (options.trustSymmetry === true) {
    if (!options.symmetry) throw new UsageError("--trust-symmetry does not go with --no-symmetry.");
    if (options.random === true) {
      throw new UsageError("--trust-symmetry has no meaning with --random, which never reduces.");
    }
  }
  const ofGraphs = { "--unfair": options.unfair, "--needed-fairness": options.neededFairness };
  for (const [option, value] of Object.entries(ofGraphs)) {
    if (value === undefined) continue;
    if (options.random === true) {
      throw new UsageError(`${option} does not go with --random, which decides no liveness.`);
    }
    if (!options.liveness) throw new UsageError(`${option} does not go with --no-liveness.`);
  }
  if (options.random === true && options.engine === "compiled") {
    throw new UsageError("--engine compiled does not go with --random, whose runs learn nothing.");
  }
  const ofCompiled = {
    "--audit": options.audit,
    "--workers": options.workers,
    "--memory": options.memory,
    "--checkpoint": options.checkpoint,
    "--resume": options.resume,
  };
  for (const [option, value] of Object.entries(ofCompiled)) {
    if (value === undefined) continue;
    if (options.random === true) throw new UsageError(`${option} does not go with --random.`);
    // A table's workers are runs at a time, with any engine.
    if (options.engine !== "reference" || (isTable && option === "--workers")) continue;
    throw new UsageError(
      `${option} is for the compiled engine; leave out ${option} or --engine reference.` +
        (option === "--memory" ? " (NODE_OPTIONS=--max-old-space-size=MB limits the other.)" : ""),
    );
  }
  const ofRandom = {
    "--runs": options.runs,
    "--steps": options.steps,
    "--seed": options.seed,
    "--path": options.path,
  };
  for (const [option, value] of Object.entries(ofRandom)) {
    if (options.random !== true && value !== undefined)
      throw new UsageError(`${option} goes with --random.`);
  }
  if (options.path !== undefined && options.seed === undefined) {
    throw new UsageError("--path says where in the runs of a seed; give --seed too.");
  }
}
