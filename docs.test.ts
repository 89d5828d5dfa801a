import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withoutAgents } from "./cli/agent.ts";
import { hintproof, lean, type Run } from "./toys/built-command.ts";
import { few } from "./toys/share.ts";

/**
 * The documentation is run: every fenced `sh` block is typed as it stands, and where a `text output`
 * block follows, what is printed is what it says. A block `ts file=NAME` is saved first.
 */
const root = fileURLToPath(new URL(".", import.meta.url));
const pages = [
  "README.md",
  ...["spec", "model", "checker", "counterexamples", "runs", "gate", "explorer", "cli", "toys"].map(
    (room) => `${room}/README.md`,
  ),
  "counterexamples/cases/README.md",
  "counterexamples/pages/README.md",
  "skills/hintproof/SKILL.md",
];

interface Block {
  readonly language: string;
  readonly info: Readonly<Record<string, string>>;
  readonly text: string;
}

function blocksOf(page: string): readonly Block[] {
  const text = readFileSync(join(root, page), "utf8");
  return [...text.matchAll(/^```(\w+)([^\n]*)\n(.*?)^```$/gms)].map(([, language, info, body]) => ({
    language: language ?? "",
    info: Object.fromEntries(
      (info ?? "")
        .trim()
        .split(/\s+/)
        .filter(Boolean)
        .map((word) => [word.split("=")[0], word.split("=")[1] ?? ""]),
    ),
    text: body ?? "",
  }));
}

/** What takes a fresh machine or a minute: run by the CI script, not here. */
const elsewhere = ["npm ci", "npm run check", "npm test", "npm run -s hintproof -- gate"];
/** What an ordinary run leaves to the nightly list. */
const late = few(
  [
    "hintproof check my-change.ts --first",
    "npm run -s hintproof -- matrix",
    "npm run -s bench -- --short",
    "npm run -s hintproof -- bound linux-free-page-reporting --set blocks=1",
    "npm run -s hintproof -- check counterexamples/cases/ --all",
    "npm run -s hintproof -- check page-ring --set pages=7 --statistics",
    "npm run -s hintproof -- check two-phase-commit --set managers=5 --no-symmetry --format json",
    "hintproof check balloon.ts --all --quiet",
    "hintproof check buffer.ts --all",
    "hintproof check events.ts --all",
    "hintproof check lunch.ts --quiet",
    "hintproof check two-steps.ts --all",
    "hintproof check early-answer.ts --variant answers-early --property discardedFrameIsNotInUse",
    "hintproof check spinning.ts --all",
    "hintproof show lamp.ts",
  ],
  [],
);

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hintproof-docs-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly scripts: { readonly hintproof: string };
};

/** Our command with words that mean the same to any shell; but for one, which is left to npm. */
const plain = /^(?:hintproof|npm run -s hintproof --(?! list$)) ([\w ./=:,-]+)$/;

/**
 * Types a command; `hintproof` is this package's, in a folder of the reader's own. What npm starts is started without
 * it, but for one command: npm takes half a second to start it. An ordinary run has a shell for what needs one only.
 */
async function type(command: string): Promise<Run> {
  const isInRepository = command.startsWith("npm ");
  const [, words] = few(plain.exec(command), undefined) ?? [];
  if (words !== undefined) {
    const cwd = isInRepository ? root : folder;
    return hintproof(words.split(" "), { cwd, env: { NO_COLOR: "1", CI: "" } });
  }
  const line = command
    .replace(/^hintproof /, `"${process.execPath}" ${lean} "${root}dist/bundle/main.js" `)
    .replace(/^npm run -s hintproof -- (?!list$)/, `${scripts.hintproof} `);
  const { stdout, stderr, status } = spawnSync(line, {
    shell: true,
    cwd: isInRepository ? root : folder,
    encoding: "utf8",
    env: { ...withoutAgents(process.env), NO_COLOR: "1", FORCE_COLOR: undefined, CI: "" },
  });
  return { stdout, stderr, status };
}

describe.each(pages)("%s", (page) => {
  const blocks = blocksOf(page);
  for (const { info, text } of blocks.filter(
    ({ language, info }) => language === "ts" && info["file"],
  )) {
    test(`${info["file"]} can be saved`, () => {
      writeFileSync(join(folder, info["file"] as string), text);
    });
  }
  blocks.forEach((block, position) => {
    if (block.language !== "sh") return;
    const commands = block.text
      .split("\n")
      .filter((line) => line !== "" && ![...elsewhere, ...late].includes(line));
    for (const command of commands) {
      test(command, async () => {
        const { stdout, stderr, status } = await type(command);
        expect(stderr).not.toContain(": warning: ");
        expect(status).toBe(Number(block.info["exit"] ?? 0));
        const next = blocks[position + 1];
        if (next?.info["output"] !== undefined) expect(stdout.trimEnd()).toBe(next.text.trimEnd());
      });
    }
  });
  test("mentions only files that exist", () => {
    const text = readFileSync(join(root, page), "utf8");
    for (const [, target] of text.matchAll(/\]\(([^)#]+)\)/g)) {
      if (target?.startsWith("http")) continue;
      expect(() => readFileSync(join(root, page, "..", target ?? ""))).not.toThrow();
    }
  });
});

test("every command that the CI script leaves to the documentation is in it", () => {
  const script = readFileSync(join(root, ".ci/run"), "utf8");
  expect(script).toContain("npm ci");
  expect(script).toContain("npm run -s check");
  expect(script).toContain("npm test");
  expect(script).toContain("npm run -s hintproof -- gate");
});

test("the first protocol that a newcomer sees has 25 lines at most", () => {
  const [first] = blocksOf("spec/README.md").filter(({ language }) => language === "ts");
  expect(first?.text.trimEnd().split("\n").length).toBeLessThanOrEqual(25);
});

test("a virtio balloon from parts, with two mistakes and their fixes, has fewer than 150 lines", () => {
  const balloon = blocksOf("spec/README.md").find(({ info }) => info["file"] === "balloon.ts");
  expect(balloon?.text.trimEnd().split("\n").length).toBeLessThan(150);
});

test("no page is left out", () => {
  const found = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
    (path) => /(?:README|SKILL)\.md$/.test(path) && !/node_modules|dist/.test(path),
  );
  expect(found.toSorted()).toEqual(pages.toSorted());
});
