import { useEffect, useRef } from "preact/hooks";
import type { Asked, Told } from "../background.ts";

/** A thread beside the page, made of the page's own script; one question at a time. */
export function useWorker(script: string): {
  /** Asks; a question that is still open is given up. */
  readonly ask: (asked: Asked, told: (answer: Told) => void) => void;
  readonly stop: () => void;
} {
  const worker = useRef<Worker | undefined>(undefined);
  const stop = (): void => {
    worker.current?.terminate();
    worker.current = undefined;
  };
  useEffect(() => stop, []);
  return {
    stop,
    ask: (asked, told) => {
      stop();
      const its = new Worker(script);
      worker.current = its;
      its.addEventListener("message", ({ data }: MessageEvent<Told>) => {
        if (worker.current !== its) return;
        told(data);
        if (data.kind !== "searching") stop();
      });
      its.addEventListener("error", ({ message }) => {
        if (worker.current !== its) return;
        told({ kind: "fault", why: message || "the thread that searches has ended" });
        stop();
      });
      its.postMessage(asked);
    },
  };
}
