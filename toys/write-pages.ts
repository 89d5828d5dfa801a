/** `npm run pages`: writes `counterexamples/pages/` anew. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pages, pagesFolder } from "./pages.ts";

const written = pages();
rmSync(pagesFolder, { recursive: true, force: true });
mkdirSync(pagesFolder);
for (const [file, text] of written) writeFileSync(join(pagesFolder, file), text);
