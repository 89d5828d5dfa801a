import { annotations } from "./annotations.ts";
import { gitlab } from "./gitlab.ts";
import { junit } from "./junit.ts";
import { ktap } from "./ktap.ts";
import { lines } from "./lines.ts";
import { sarif } from "./sarif.ts";

export { annotations, stepSummary } from "./annotations.ts";

/** Outcomes in each form, by what it is asked for as. */
export const forms = { github: annotations, gitlab, junit, ktap, lines, sarif } as const;
