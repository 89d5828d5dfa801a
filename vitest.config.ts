import { configDefaults, defineConfig } from "vitest/config";

/** A test ends when it has its answer: a slow or loaded machine is no reason to fail. */
const timeout = 600_000;

/** What is large by itself is for `npm run nightly`; see toys/share.ts. */
const large = process.env["HINTPROOF_TESTS"] === "all" ? [] : ["**/*.large.test.ts"];

export default defineConfig({
  test: {
    testTimeout: timeout,
    hookTimeout: timeout,
    maxWorkers: "100%",
    exclude: [...configDefaults.exclude, ...large],
  },
});
