export { type Remark, type Why, whyOf } from "./why.ts";
