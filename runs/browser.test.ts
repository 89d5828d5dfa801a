/** What is left of the command line runs in a browser: one page without a server, the same figures. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { runInNewContext } from "node:vm";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "hintproof-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = `
import { check, render, replay } from "./runs/index.ts";
import { pageRing } from "./spec/protocols/page-ring/claims.ts";
import { hostDiscardsAnyPage } from "./spec/protocols/page-ring/variants.ts";

const report = await check(pageRing, {
  constants: { pages: globalThis.pages ?? 7 },
  symmetry: false,
  liveness: false,
});
const { distinctStates, transitions, depth } = report.statistics;
const violated = await check(hostDiscardsAnyPage, { constants: { pages: 2 } });
const { kind: replayed } = await replay(hostDiscardsAnyPage, JSON.stringify(violated));
done(JSON.stringify({ verdict: report.verdict, distinctStates, transitions, depth, replayed, text: render(report) }));
`;

/** Counts that SPIN, Rumur and TLC agree on; and a trace is read and taken again. */
const found = { verdict: "holds", replayed: "violates" };
const with5 = { ...found, distinctStates: 9_345, transitions: 47_440, depth: 32 };
const with7 = { ...found, distinctStates: 133_533, transitions: 934_384, depth: 44 };

let code = "";
let imports: readonly string[] = [];
beforeAll(async () => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: program, resolveDir: fileURLToPath(new URL("..", import.meta.url)) },
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
  });
  code = outputFiles[0]?.text as string;
  imports = Object.values(metafile.outputs).flatMap((output) =>
    output.imports.map(({ path }) => path),
  );
});

test("a bundle for browsers imports nothing, and runs where there is nothing of Node.js", async () => {
  expect(imports).toEqual([]);
  const answer = await new Promise<string>((done, failed) => {
    const given = {
      pages: 5,
      done,
      failed,
      WebAssembly,
      TextEncoder,
      structuredClone,
      performance,
      URL,
      console,
    };
    runInNewContext(`(async () => {${code}})().catch(failed)`, given);
  });
  expect(JSON.parse(answer)).toMatchObject(with5);
});

const chromium = process.env["CHROMIUM"] ?? "chromium";
const isThere = spawnSync(chromium, ["--version"]).status === 0;

/** `.ci/run` sees to it that there is one. */
describe.runIf(isThere || process.env["CI_HAS_CHROMIUM"] === "1")("in Chromium", () => {
  test("the page ring with 7 pages, from one file", () => {
    const page = join(folder, "page-ring.html");
    const script = code.replaceAll("</script", "<\\\\/script");
    writeFileSync(
      page,
      `<!doctype html><meta charset="utf-8"><title>page ring</title><pre id="answer"></pre>
<script>function done(text) { document.getElementById("answer").textContent = text; }</script>
<script type="module">${script}</script>\n`,
    );
    const { stdout, stderr } = spawnSync(
      chromium,
      [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        `--user-data-dir=${join(folder, "profile")}`,
        "--dump-dom",
        pathToFileURL(page).href,
      ],
      { encoding: "utf8" },
    );
    const [, answer = ""] = /<pre id="answer">([^<]*)<\/pre>/.exec(stdout) ?? [];
    expect(answer, stderr).not.toBe("");
    const answered = JSON.parse(answer.replaceAll("&quot;", '"').replaceAll("&gt;", ">")) as object;
    expect(answered).toMatchObject(with7);
  });
});
