import * as z from "zod";
import { definitions, printed } from "../runs/report-schema.ts";

/** The text of `runs/report.schema.json`, as `runs/report-schema.ts` declares it. */
export function reportSchemaText(): string {
  for (const [id, declaration] of Object.entries(definitions)) {
    z.globalRegistry.add(declaration, { ...z.globalRegistry.get(declaration), id });
  }
  const schema = z.toJSONSchema(printed, {
    target: "draft-07",
    override: ({ jsonSchema }) => {
      delete jsonSchema.id;
      // That zod's whole numbers are exact is nothing that JSON schema has to say.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return `${JSON.stringify(schema, null, 2)}\n`;
}
