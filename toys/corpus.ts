/** The known violations in `counterexamples/corpus/`, each taken once. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  replay,
  type Replay,
  type Story,
  storyOf,
  type TraceFile,
} from "../counterexamples/index.ts";
import { fromFile } from "../counterexamples/kept/index.ts";
import { instantiate } from "../model/index.ts";
import { defaultsOf, type Protocol, specOf } from "../runs/told/index.ts";
import { protocols } from "./protocols.ts";

const folder = join("counterexamples", "corpus");

/** By the names that `hintproof replay` knows them under. */
export const violations: readonly string[] = readdirSync(folder).map((file) =>
  file.replace(/\.json$/, ""),
);

/** What a kept violation comes to in today's protocol. */
export interface Taken {
  readonly name: string;
  /** As it is written. */
  readonly text: string;
  readonly file: TraceFile;
  readonly protocol: Protocol;
  readonly outcome: Replay;
  /** Throws where it is no violation any more. */
  readonly story: () => Story;
}

const taken = new Map<string, Taken>();

/** A kept violation, taken again. Throws where there is no such protocol or variant. */
export function violation(name: string): Taken {
  const its = taken.get(name) ?? taking(name);
  taken.set(name, its);
  return its;
}

function taking(name: string): Taken {
  const text = readFileSync(join(folder, `${name}.json`), "utf8");
  const file = fromFile(text);
  const protocol = protocols.find(({ spec }) => spec.name === file.protocol);
  if (protocol === undefined) throw new Error(`There is no ${file.protocol}.`);
  const model = instantiate(specOf(protocol, file.variant), { constants: file.constants });
  const outcome = replay(model, file);
  let story: Story | undefined;
  return {
    name,
    text,
    file,
    protocol,
    outcome,
    story: () => {
      if (outcome.kind !== "violates") throw new Error(`${name}: ${outcome.kind}`);
      story ??= storyOf(model, outcome.counterexample, {
        shortest: "not known",
        defaults: defaultsOf(protocol, file.variant),
      });
      return story;
    },
  };
}
