/** `hintproof explore`, but for what only a browser can say. */
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { folderOutside, hintproof } from "../toys/built-command.ts";
import { servePage } from "./serve-page.ts";

const folder = folderOutside();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

const explored = (...args: readonly string[]) => hintproof(["explore", ...args]);

describe("a page that cannot be made says why, and nothing is written", () => {
  writeFileSync(at("notes.html"), "my own notes\n");
  const lamp = `
import { readFileSync } from "node:fs";
import { declare, oneOf } from "hintproof";
const { action, spec } = declare({ state: { light: oneOf("off", "on") } });
export const text = readFileSync;
export default spec({
  name: "lamp",
  title: "a lamp",
  actions: { somebodySwitches: action("somebody", { effect: (state) => { state.light = "on"; } }) },
  mayEnd: () => true,
});
`;
  writeFileSync(at("lamp.ts"), lamp);
  const trace = JSON.parse(
    readFileSync("counterexamples/corpus/clears-both-bitmaps.json", "utf8"),
  ) as { trace: unknown[] };
  writeFileSync(at("old.json"), JSON.stringify({ ...trace, trace: trace.trace.slice(1) }));

  test.each([
    [
      "a protocol that there is not",
      ["page-rink"],
      "There is no protocol page-rink; did you mean page-ring?",
    ],
    ["a variant", ["page-ring", "--variant", "none"], "page-ring has no variant none"],
    ["a constant", ["page-ring", "--set", "page=3"], "did you mean pages?"],
    ["a value", ["page-ring", "--set", "pages=true"], "pages is a whole number, not true."],
    ["what needs Node.js", [at("lamp.ts")], 'Could not resolve "node:fs"'],
    ["a value that the protocol refuses", ["page-ring", "--set", "pages=-1"], "pages"],
    ["a trace that does not fit", [at("old.json")], "no longer fits"],
    [
      "a trace of an instance",
      ["clears-both-bitmaps", "--set", "blocks=1"],
      "says itself which instance",
    ],
    ["the file of no trace", ["page-ring", "--spec", at("lamp.ts")], "--spec is for a trace"],
    ["a port and a file", ["page-ring", "--port", "8000"], "take one of them"],
  ])("%s", async (_what, args, why) => {
    const { status, stdout, stderr } = await explored(...args, "--output", at("page.html"));
    expect(stderr).toContain(why);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(existsSync(at("page.html"))).toBe(false);
  });

  test("a file that hintproof did not write", async () => {
    const { status, stderr } = await explored("page-ring", "--output", at("notes.html"));
    expect(stderr).toContain("hintproof did not write it");
    expect(status).toBe(2);
    expect(readFileSync(at("notes.html"), "utf8")).toBe("my own notes\n");
  });
});

test("a page that was written is written over, unless somebody has put a word into it", async () => {
  const [file, again] = [at("ring.html"), ["page-ring", "--output", at("ring.html")]];
  expect(await explored(...again)).toMatchObject({ status: 0, stderr: "" });
  const text = readFileSync(file, "utf8");
  expect(await explored(...again)).toMatchObject({ status: 0 });
  expect(readFileSync(file, "utf8")).toBe(text);
  writeFileSync(file, text.replace("<h1>", "<h1>My "));
  expect(await explored(...again)).toMatchObject({ status: 2 });
});

describe("a page is served", () => {
  test("to this machine alone, and nothing else is, until the end", async () => {
    const end = new AbortController();
    let address = "";
    const served = servePage("<p>a page", 0, end.signal, (its) => {
      address = its;
    });
    await expect.poll(() => address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(await (await fetch(address)).text()).toBe("<p>a page");
    expect((await fetch(`${address}package.json`)).status).toBe(404);
    expect((await fetch(address, { method: "POST", body: "x" })).status).toBe(404);
    end.abort();
    await served;
    await expect(fetch(address)).rejects.toThrow();
  });

  test("not on a port that something else has", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const serving = servePage("", port, new AbortController().signal, () => {});
    await expect(serving).rejects.toThrow(
      `--port ${port}: something else listens there already; without --port one is taken that is free.`,
    );
    other.close();
  });
});

test("check writes the page of what it finds, or of the protocol where nothing is violated", async () => {
  const file = at("checked.html");
  const ring = ["check", "page-ring", "--set", "pages=2", "--no-trace", "--quiet"];
  const written = ["--format", "html", "--output", file];
  const variant = ["--variant", "host-discards-any-page"];
  expect((await hintproof([...ring, ...variant, ...written])).status).toBe(12);
  const violated = readFileSync(file, "utf8");
  expect(violated).toMatch(
    /<pre> page-ring \/ host-discards-any-page, pages=2 [\w= ]+:\s+violated\n[^]* BUG: /,
  );
  expect(violated).toContain('"story":{"protocol":"page-ring"');
  expect(violated.length).toBeLessThan(300_000);
  // What it wrote itself it writes over.
  expect(await hintproof([...ring, ...written])).toMatchObject({
    status: 0,
    stdout: expect.stringContaining("holds") as string,
  });
  const holds = readFileSync(file, "utf8");
  expect(holds).toContain("hintproof explore page-ring --set pages=2");
  expect(holds).not.toContain('"story":');
  const several = await hintproof(["check", "page-ring", "two-phase-commit", "--format", "html"]);
  expect(several).toMatchObject({ status: 2, stdout: "" });
});
