import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { schemas } from "./schemas.ts";

test.each(Object.entries(schemas))(
  "%s is what is declared; `npm run schema` writes it",
  (file, text) => {
    expect(readFileSync(new URL(`../${file}`, import.meta.url), "utf8")).toBe(text());
  },
);
