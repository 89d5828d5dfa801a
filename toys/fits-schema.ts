import { readFileSync } from "node:fs";
import { Ajv } from "ajv";

/** Whether something is what `check --format json` prints, by the published schema; `errors` says why it is not. */
export const fitsSchema = new Ajv({
  allErrors: true,
  allowUnionTypes: true,
  strictRequired: false,
}).compile(
  JSON.parse(
    readFileSync(new URL("../runs/report.schema.json", import.meta.url), "utf8"),
  ) as object,
);
