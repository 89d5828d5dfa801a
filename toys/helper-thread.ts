import { workerData } from "node:worker_threads";
import { help } from "../checker/index.ts";
import { instantiate } from "../model/index.ts";
import type { Helping } from "./helpers.ts";
import { protocols } from "./protocols.ts";

/* A thread that helps in a search of a shipped protocol without symmetry; see `helpers.ts`. */

const { name, constants, seat } = workerData as Helping;
for (const { spec } of protocols) {
  if (spec.name === name) help(instantiate(spec, { constants, symmetry: false }), seat);
}
