import { availableParallelism } from "node:os";
import { type CheckTask, type Fault, type ReportAnswer, reportText } from "../runs/told/index.ts";
import type { Bundle } from "./bundle.ts";
import { SyntaxFault, type WatchedSpec, watchSpec } from "./bundle-spec.ts";
import { isColoured, storyWidth } from "./colour.ts";
import { exitCode } from "./exit-code.ts";
import { faultOf, printFault } from "./fault.ts";
import { interruption } from "./interruption.ts";
import { type JobAnswer, type Source, warmUp } from "./job.ts";
import type { CheckOptions, WatchOptions } from "./options.ts";
import { painter } from "./paint.ts";
import { runJob } from "./run-job.ts";
import { prepareThread } from "./search-thread.ts";
import { smallerThan } from "./smallest.ts";
import { jsonText, print, say, sayInPlace } from "./terminal.ts";
import { keysHelp, WatchKeys, type Wish } from "./watch-keys.ts";

/** `hintproof watch`: checks a file whenever it is saved, until somebody has seen enough. */
export async function watchCommand(name: string, options: WatchOptions): Promise<void> {
  prepareThread();
  const watcher = new Watcher(name, options);
  const stopping = interruption(() => watcher.end());
  try {
    await watcher.run();
  } finally {
    stopping.stop();
  }
  process.exitCode = exitCode.asExpected;
}

/** An instance with fewer states is looked at as it is; of a larger one the smallest comes first. */
const fewStates = 20_000;

class Watcher {
  readonly #name: string;
  readonly #options: WatchOptions;
  #properties: readonly string[] | undefined;
  #spec: WatchedSpec | undefined;
  /** What was bundled last, if it could be. */
  #bundle: Bundle | undefined;
  /** Ends the check that is being made. */
  #running = new AbortController();
  /** Over when all that was begun is over. */
  #busy: Promise<void> = Promise.resolve();
  #end: () => void = () => {};
  readonly #ended = new Promise<void>((resolve) => {
    this.#end = resolve;
  });

  constructor(name: string, options: WatchOptions) {
    this.#name = name;
    this.#options = options;
    this.#properties = options.properties;
  }

  /** Resolves when it is told to end. */
  async run(): Promise<void> {
    const { stdin } = process;
    const keys = new WatchKeys((wish) => this.#meet(wish), sayInPlace);
    const press = (text: Buffer): void => keys.press(text.toString());
    this.#spec = await watchSpec(this.#name, (bundle) => this.#saved(bundle));
    if (stdin.isTTY) stdin.setRawMode(true).on("data", press).resume();
    await this.#ended;
    this.#running.abort();
    if (stdin.isTTY) stdin.off("data", press).pause().setRawMode(false);
    await Promise.all([this.#spec.end(), this.#busy]);
  }

  end(): void {
    this.#end();
  }

  #saved(bundle: Bundle | SyntaxFault): void {
    this.#bundle = bundle instanceof SyntaxFault ? undefined : bundle;
    if (bundle instanceof SyntaxFault) this.#next(async () => this.#atFault(faultOf(bundle)));
    else this.#next((signal) => this.#checked(bundle, signal));
  }

  #meet(wish: Wish): void {
    switch (wish.kind) {
      case "quit":
        return this.end();
      case "help":
        return say(keysHelp);
      case "again":
        void this.#spec?.again();
        return;
      case "all":
        return this.#next(() => this.#table());
      case "properties":
        this.#properties = wish.names.length === 0 ? undefined : wish.names;
        if (this.#bundle !== undefined) this.#saved(this.#bundle);
    }
  }

  /** Begins something, as soon as what is being done has heard that it is not wanted any more. */
  #next(begin: (signal: AbortSignal) => Promise<void>): void {
    this.#running.abort();
    const running = new AbortController();
    this.#running = running;
    this.#busy = this.#busy.then(async () => {
      if (running.signal.aborted) return;
      try {
        await begin(running.signal);
      } catch (error) {
        this.#atFault(faultOf(error));
      }
      if (!running.signal.aborted) this.#wait();
    });
  }

  #wait(): void {
    prepareThread(warmUp);
    const keys = process.stdin.isTTY ? "; h says what can be typed" : "";
    say(`hintproof: waiting for ${this.#name} to be saved${keys}`);
  }

  /** Checks what was saved, and says what came of it unless it was saved again meanwhile. */
  async #checked(bundle: Bundle, signal: AbortSignal): Promise<void> {
    const source: Source = { kind: "file", bundle };
    if (bundle.warnings !== "") say(bundle.warnings);
    const { constants, variant, liveness, timeoutSeconds } = this.#options;
    const task: CheckTask = {
      kind: "check",
      constants,
      variant,
      liveness,
      timeoutSeconds,
      properties: this.#properties,
      symmetry: true,
      stories: "first",
      unused: "warned of",
      workers: 1,
    };
    const asked = (more: Partial<CheckTask>): Promise<JobAnswer> =>
      runJob(
        source,
        { ...task, ...more },
        {
          stepTimeoutSeconds: this.#options.stepTimeout,
          interrupt: signal,
        },
      );
    const quick = await asked({ maxStates: fewStates });
    if (signal.aborted) return;
    if (!isTooLarge(quick)) return this.#told(quick);
    const [smallest] = smallerThan(quick.report.constants);
    if (smallest !== undefined) {
      const answer = await asked({ constants: smallest });
      if (signal.aborted) return;
      // Constants that the spec refuses are no instance.
      if (answer.kind !== "fault") this.#told(answer);
      if (answer.kind === "report" && answer.report.verdict === "violated") return;
    }
    const whole = await asked({ workers: availableParallelism() });
    if (!signal.aborted) this.#told(whole);
  }

  #told(answer: JobAnswer): void {
    if (answer.kind === "fault") return this.#atFault(answer);
    if (answer.kind !== "report") throw new Error(`A check was answered with a ${answer.kind}.`);
    for (const line of answer.warnings ?? []) say(line);
    const { format, ghosts } = this.#options;
    if (format === "json") return print(jsonText(answer.report));
    const coloured = isColoured(this.#options);
    const text = reportText(answer.report, {
      ...answer,
      format,
      ghosts,
      width: storyWidth({ format }),
      paint: painter(coloured),
    });
    print(`\n${text}`, coloured);
  }

  #atFault(fault: Fault): void {
    printFault(fault, this.#options.stack === true);
  }

  /** The protocol with all its variants. */
  async #table(): Promise<void> {
    const { checkTable } = await import("./check-table.ts");
    const { format, stepTimeout, color, constants, liveness } = this.#options;
    const options: CheckOptions = {
      format,
      stepTimeout,
      color,
      constants,
      liveness,
      symmetry: true,
      all: true,
      quiet: true,
    };
    await checkTable([{ name: this.#name }], options);
  }
}

/** Whether a look at few states came to no verdict. */
function isTooLarge(answer: JobAnswer): answer is ReportAnswer {
  if (answer.kind !== "report" || answer.isCutOff) return false;
  return answer.report.verdict === "incomplete" && answer.report.reason === "state limit";
}
