export { protocols as shipped } from "../spec/protocols/index.ts";
