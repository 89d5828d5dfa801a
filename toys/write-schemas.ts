/** `npm run schema`: writes the JSON schemas that are shipped, as they are declared. */
import { writeFileSync } from "node:fs";
import { schemas } from "./schemas.ts";

for (const [file, text] of Object.entries(schemas)) writeFileSync(file, text());
