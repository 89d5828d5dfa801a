export { annotations, stepSummary } from "./annotations.ts";
export { junit } from "./junit.ts";
