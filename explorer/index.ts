export type { Given } from "./given.ts";
export { htmlPage, type PageParts } from "./html.ts";
