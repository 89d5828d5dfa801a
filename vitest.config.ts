import { defineConfig } from "vitest/config";

/** A test ends when it has its answer: a slow or loaded machine is no reason to fail. */
const timeout = 600_000;

export default defineConfig({
  test: { testTimeout: timeout, hookTimeout: timeout, maxWorkers: "100%" },
});
