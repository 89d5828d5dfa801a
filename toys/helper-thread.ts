import { workerData } from "node:worker_threads";
import { help } from "../checker/index.ts";
import { instantiate } from "../model/index.ts";
import { shippedNamed } from "../spec/protocols/index.ts";
import type { Helping } from "./helpers.ts";

/* A thread that helps in a search of a shipped protocol without symmetry; see `helpers.ts`. */

const { name, constants, seat } = workerData as Helping;

async function helps(): Promise<void> {
  const { spec } = (await shippedNamed(name)) ?? {};
  if (spec !== undefined) help(instantiate(spec, { constants, symmetry: false }), seat);
}

void helps();
