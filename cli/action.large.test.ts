/** `action.yml`, and the workflow that `init` writes: run as GitHub would, as far as that is possible elsewhere. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withoutAgents } from "./agent.ts";
import { initFiles } from "./init-files.ts";
import { packageRoot } from "./package-root.ts";
import { folderOutside } from "../toys/built-command.ts";

/** Each with what its archive must be: a reader of YAML, and the schemas of GitHub's actions and workflows with their judge. */
const judges = [
  {
    name: "@action-validator/core@0.6.0",
    integrity:
      "sha512-tPglwCr8Mm8SWzwnVewwFmqRx91F0WvMsM0BRAqH4CLalyGndm53Xvp+UcUSzswpk1wkjIDYI7RyEhWMLyPkig==",
  },
  {
    name: "yaml@2.8.1",
    integrity:
      "sha512-lcYcMxX2PO9XMGvAJkJ3OsNMw+/7FKes7/hgerGUYWIoWu5j/+YQqcZr5JnPZWzOsEBgMbSbiSTn/dv/69Mkpw==",
  },
] as const;

interface Packed {
  readonly id: string;
  readonly filename: string;
  readonly integrity: string;
}

const root = fileURLToPath(packageRoot());
const project = folderOutside();
const modules = join(project, "node_modules");
const at = (...path: readonly string[]): string => join(project, ...path);

/** Packs what is named, or this package, and unpacks it where the project finds it. */
function installed(...names: readonly string[]): readonly Packed[] {
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", project, ...names];
  const packed = JSON.parse(
    execFileSync("npm", args, { cwd: root, encoding: "utf8" }),
  ) as readonly Packed[];
  for (const { id, filename } of packed) {
    const to = join(modules, id.replace(/@[^@]+$/, ""));
    mkdirSync(to, { recursive: true });
    execFileSync("tar", ["-xzf", at(filename), "-C", to, "--strip-components=1"]);
  }
  return packed;
}

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly "working-directory"?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

interface Validation {
  readonly actionType: string;
  readonly errors: readonly object[];
}

interface Judge {
  validateAction(text: string): Validation;
  validateWorkflow(text: string): Validation;
}

const actionText = readFileSync(join(root, "action.yml"), "utf8");
let parse: (text: string) => unknown;
let judge: Judge;

beforeAll(() => {
  const fetched = installed(...judges.map(({ name }) => name));
  for (const { name, integrity } of judges) {
    expect(fetched.find(({ id }) => id === name)?.integrity, name).toBe(integrity);
  }
  const require = createRequire(at("package.json"));
  ({ parse } = require("yaml") as { parse: (text: string) => unknown });
  judge = require("@action-validator/core") as Judge;

  installed();
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (name.startsWith(".") || readdirSync(modules).includes(name)) continue;
    symlinkSync(join(root, "node_modules", name), join(modules, name), "junction");
  }
  mkdirSync(join(modules, ".bin"));
  symlinkSync("../hintproof/dist/bundle/main.js", join(modules, ".bin", "hintproof"));
  execFileSync("chmod", ["+x", join(modules, "hintproof/dist/bundle/main.js")]);
  writeFileSync(at("package.json"), '{ "type": "module" }\n');
  execFileSync("npx", ["hintproof", "init"], { cwd: project });
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

/** `${{ inputs.version }}`: there is nothing else in ours, and what else there is would not be run here unseen. */
const evaluated = (text: string, inputs: Readonly<Record<string, string>>): string =>
  text.replace(/\$\{\{(.*?)\}\}/g, (_, expression: string) => {
    const [, name = ""] = /^\s*inputs\.([\w-]+)\s*$/.exec(expression) ?? [];
    const value = inputs[name];
    if (value === undefined) throw new Error(`Nobody can say what ${expression} is.`);
    return value;
  });

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly summary: string;
  readonly used: readonly string[];
}

/** Runs an action that is composed of steps, as a runner does, until a step fails. */
function ran(given: Readonly<Record<string, string>> = {}): Ran {
  const { inputs, runs } = parse(actionText) as Action;
  expect(runs.using).toBe("composite");
  const unknown = Object.keys(given).filter((name) => inputs[name] === undefined);
  expect(unknown).toEqual([]);
  const values = {
    ...Object.fromEntries(Object.entries(inputs).map(([name, its]) => [name, its.default ?? ""])),
    ...given,
  };
  const files = ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV", "GITHUB_PATH"];
  const forRunner = Object.fromEntries(files.map((name) => [name, at(`${name}.txt`)]));
  for (const file of Object.values(forRunner)) writeFileSync(file, "");
  const used: string[] = [];
  let stdout = "";
  let status: number | null = 0;
  for (const step of runs.steps) {
    const { uses, run, shell, env = {} } = step;
    if (uses !== undefined) {
      const told = Object.values(step.with ?? {}).map((text) => evaluated(text, values));
      used.push([uses, ...told].join(" "));
      continue;
    }
    // A step without a shell is refused by the runner.
    expect(shell).toBe("bash");
    const script = at("step.sh");
    writeFileSync(script, evaluated(run ?? "", values));
    const its = Object.entries(env).map(([name, text]) => [name, evaluated(text, values)]);
    const made = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", script], {
      cwd: at(evaluated(step["working-directory"] ?? ".", values)),
      encoding: "utf8",
      env: {
        ...withoutAgents(process.env),
        FORCE_COLOR: undefined,
        CI: "true",
        GITHUB_ACTIONS: "true",
        ...forRunner,
        ...Object.fromEntries(its),
      },
    });
    stdout += made.stdout;
    ({ status } = made);
    if (status !== 0) break;
  }
  const summary = readFileSync(forRunner["GITHUB_STEP_SUMMARY"] as string, "utf8");
  return { status, stdout, summary, used };
}

describe("what GitHub reads", () => {
  test("is what its schemas say: the action, and the workflow of init", () => {
    expect(judge.validateAction(actionText)).toMatchObject({ actionType: "action", errors: [] });
    // What is wrong is seen.
    const headless = actionText.replace("using: composite", "using: composit");
    expect(judge.validateAction(headless).errors).not.toEqual([]);
    const workflow = initFiles.find(({ file }) => file.startsWith(".github/"))?.text ?? "";
    expect(judge.validateWorkflow(workflow)).toMatchObject({ actionType: "workflow", errors: [] });
    expect(judge.validateWorkflow(workflow.replace("runs-on", "run-on")).errors).not.toEqual([]);
  });

  test("is YAML wherever a README has some", () => {
    const readme = readFileSync(join(root, "gate", "README.md"), "utf8");
    const blocks = [...readme.matchAll(/```yaml\n([^]*?)```/g)].map(([, text = ""]) => text);
    expect(blocks.length).toBeGreaterThan(3);
    for (const text of blocks) expect(parse(text)).toBeTypeOf("object");
    // Steps alone are no workflow.
    const jobs = blocks.filter((text) => text.includes("runs-on") || text.startsWith("jobs:"));
    expect(jobs).not.toEqual([]);
    for (const text of jobs) {
      expect(judge.validateWorkflow(`name: gate\non: push\n${text}`).errors).toEqual([]);
    }
  });
});

describe("the action", () => {
  const file = join("protocols", "hint.ts");
  const right = initFiles[0].text;
  const wrong = right.replace('"gone") && state.hint === "none"', '"gone")');

  test("is green where all is as it is pinned, and uses the version of Node.js that is asked for", () => {
    const { status, stdout, summary, used } = ran();
    expect(stdout).toMatch(/\nas pinned: all 2\n/);
    expect(stdout).not.toContain("::error");
    expect(status).toBe(0);
    expect(summary).toContain("as pinned: all 2");
    expect(used).toEqual(["actions/setup-node@v4 22"]);
  });

  test("is red with annotations and a summary where a change breaks an invariant, and green again", () => {
    expect(wrong).not.toBe(right);
    writeFileSync(at(file), wrong);
    const red = ran();
    expect(red.status).toBe(12);
    expect(red.stdout).toMatch(/^::error file=protocols\/hint\.ts,line=\d+,col=\d+,title=hint::/m);
    expect(red.summary).toContain("NOT as pinned: 1 of 2");
    writeFileSync(at(file), right);
    expect(ran().status).toBe(0);
  });

  test("finds the manifest that is named, in the folder that is named, and is red where there is none", () => {
    const elsewhere = ran({ "working-directory": "protocols", manifest: "../hintproof.gate.json" });
    expect(elsewhere.status).toBe(0);
    expect(ran({ manifest: "none $(touch made).json" }).status).toBe(2);
    expect(readdirSync(project)).not.toContain("made");
  });
});
