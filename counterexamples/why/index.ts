export { conditionReads } from "./accesses.ts";
export { type Remark, type Why, whyOf } from "./why.ts";
