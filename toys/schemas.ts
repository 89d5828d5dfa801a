import * as z from "zod";
import { manifestSchema } from "../gate/manifest/index.ts";
import { definitions, printed } from "../runs/report-schema.ts";

/** The JSON schemas that are shipped, by their files, as they are declared. */
export const schemas: Readonly<Record<string, () => string>> = {
  "runs/report.schema.json": () => {
    for (const [id, declaration] of Object.entries(definitions)) {
      z.globalRegistry.add(declaration, { ...z.globalRegistry.get(declaration), id });
    }
    return schemaText(printed);
  },
  "gate/manifest.schema.json": () => schemaText(manifestSchema),
};

function schemaText(declaration: z.ZodType): string {
  const schema = z.toJSONSchema(declaration, {
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
