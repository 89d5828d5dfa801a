export * from "./language/index.ts";
export * from "./page/index.ts";
