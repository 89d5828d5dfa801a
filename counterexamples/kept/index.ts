export { fromFile } from "./from-file.ts";
export {
  constants,
  type Described,
  fairAction,
  oneOf,
  reason,
  state,
  traceMembers,
  traceOf,
  whole,
} from "./trace-schema.ts";
