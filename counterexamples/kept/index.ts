export { fromFile } from "./from-file.ts";
export {
  constants,
  type Described,
  fairAction,
  kept,
  oneOf,
  reason,
  state,
  traceMembers,
  traceOf,
  whole,
} from "./trace-schema.ts";
