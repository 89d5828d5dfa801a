import { defineConfig } from "vitest/config";

/** A test ends when it has its answer: a slow or loaded machine is no reason to fail. */
export default defineConfig({ test: { testTimeout: 600_000, hookTimeout: 600_000 } });
