import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { reportSchemaText } from "../toys/report-schema.ts";

test("the JSON schema that is shipped is what the declaration says; `npm run schema` writes it", () => {
  const shipped = readFileSync(new URL("report.schema.json", import.meta.url), "utf8");
  expect(shipped).toBe(reportSchemaText());
});
