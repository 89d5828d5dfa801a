import { mkdirSync, writeFileSync } from "node:fs";
import {
  drawChart,
  drawDot,
  drawItf,
  drawMermaid,
  drawTestFile,
} from "../../counterexamples/drawn/index.ts";
import { violation, violations } from "../corpus.ts";
const [out = "/tmp/charts", what = "chart", ...names] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
for (const name of names.length > 0 ? names : violations) {
  const story = violation(name).story();
  if (what === "chart") writeFileSync(`${out}/${name}.txt`, `${drawChart(story)}\n`);
  else {
    writeFileSync(`${out}/${name}.itf.json`, drawItf(story));
    writeFileSync(`${out}/${name}.mmd`, drawMermaid(story));
    writeFileSync(`${out}/${name}.dot`, drawDot(story));
    writeFileSync(`${out}/${name}.test.txt`, drawTestFile(story, { module: "./x.ts" }));
  }
}
