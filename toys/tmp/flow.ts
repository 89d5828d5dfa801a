import { replay } from "../../counterexamples/index.ts";
import { fromFile } from "../../counterexamples/kept/index.ts";
import { readFileSync } from "node:fs";
import { instantiate } from "../../model/index.ts";
import { specOf } from "../../runs/told/index.ts";
import { protocols } from "../protocols.ts";
import { Flow } from "../../counterexamples/why/flow.ts";
import { violation } from "../corpus.ts";
for (const name of process.argv.slice(2)) {
  const its = violation(name);
  if (its.outcome.kind !== "violates") continue;
  const file = its.file;
  const protocol = protocols.find(({ spec }) => spec.name === file.protocol)!;
  const model = instantiate(specOf(protocol, file.variant), { constants: file.constants });
  const { counterexample } = its.outcome;
  const flow = new Flow(
    model,
    counterexample.trace as never,
    counterexample.property.kind === "assertion",
  );
  const story = its.story();
  console.log(
    "=====",
    name,
    counterexample.property.kind,
    "loopsTo",
    counterexample.trace.lasso?.loopsTo,
  );
  console.log(
    "violated looks at:",
    story.reason.reads.map((r) => `${r.path}@${flow.writerOf(r.path, flow.length)}`).join("; "),
  );
  for (let n = 1; n <= flow.length; n++) {
    console.log(`${n} ${flow.labelOf(n)}`);
    console.log(
      `   reads ${flow
        .readsOf(n)
        .map((r) => `${r.path}=${r.text}@${flow.writerOf(r.path, n - 1)}`)
        .join("; ")}`,
    );
    console.log(
      `   writes ${flow
        .changesOf(n)
        .map((c) => `${c.path}: ${c.was.text}->${c.is.text}`)
        .join("; ")}`,
    );
    console.log(`   basis ${[...flow.basisOf(n)].sort((a, b) => a - b).join(" ")}`);
  }
}
