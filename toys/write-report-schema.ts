/** `npm run schema`: writes `runs/report.schema.json` as it is declared. */
import { writeFileSync } from "node:fs";
import { reportSchemaText } from "./report-schema.ts";

writeFileSync("runs/report.schema.json", reportSchemaText());
