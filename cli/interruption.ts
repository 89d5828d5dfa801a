import { say } from "./terminal.ts";

/** Says what the first signal does, and what another one would. */
export const sayEnding = (): void =>
  say("hintproof: ending with what there is; once more to end at once");

/** A second signal that comes sooner is taken for an echo of the first: npm passes signals on. */
const echoMilliseconds = 300;

/**
 * Turns the first Ctrl-C (or SIGTERM, or the end of the terminal) into a wish to end with what there is, and the second into the
 * end. `stop` gives the signals back.
 */
export function interruption(onFirst: () => void): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  let since = Number.POSITIVE_INFINITY;
  const handlers = (
    [
      ["SIGINT", 130],
      ["SIGTERM", 143],
      ["SIGHUP", 129],
    ] as const
  ).map(([name, status]) => {
    const handler = (): void => {
      if (!controller.signal.aborted) {
        since = performance.now();
        controller.abort();
        onFirst();
      } else if (performance.now() - since > echoMilliseconds) process.exit(status);
    };
    process.on(name, handler);
    return { name, handler };
  });
  return {
    signal: controller.signal,
    stop: () => {
      for (const { name, handler } of handlers) process.off(name, handler);
    },
  };
}
