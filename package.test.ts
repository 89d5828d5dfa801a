import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withoutAgents } from "./cli/agent.ts";
import { folderOutside } from "./toys/built-command.ts";
import { few, nightly } from "./toys/share.ts";
import { sources } from "./toys/sources.ts";

const root = fileURLToPath(new URL(".", import.meta.url));
const megabyte = 2 ** 20;

interface Packed {
  /** Bytes, unpacked. */
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

let packed: Packed;
let folder = "";
beforeAll(() => {
  // The build that npm would make first is the one above.
  const command = ["pack", "--dry-run", "--json", "--ignore-scripts", "--offline"];
  const [answer] = JSON.parse(execFileSync("npm", command, { cwd: root, encoding: "utf8" }));
  packed = answer as Packed;
  folder = folderOutside();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const isBundled = (path: string): boolean => path.startsWith("dist/bundle/");

/** What user files import: the language is one module. */
const isModule = (source: string): boolean =>
  /^spec\/(?!language\/)|^spec\/language\/index\.ts$/.test(source.replaceAll("\\", "/"));

describe("the package", () => {
  test("is less than 3 MB when it is unpacked, and no file but a bundle has more than 100 kB of it", () => {
    expect(packed.unpackedSize).toBeLessThan(3 * megabyte);
    const large = packed.files.filter(
      ({ path, size }) => size > (isBundled(path) ? 0.4 : 0.1) * megabyte,
    );
    expect(large).toEqual([]);
  });

  test("is what the sources make, their documents, and nothing for tests or benches", () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths.filter(isBundled)).toEqual(
      expect.arrayContaining(
        ["index.js", "main.js", "page.js.gz", "search-worker.js", "vitest.js"].map(
          (name) => `dist/bundle/${name}`,
        ),
      ),
    );
    const built = [...sources, "index.ts", "vitest.ts"]
      .filter(
        (source) =>
          !/^(cli|counterexamples\/cases|explorer)\//.test(source) && !source.endsWith(".d.ts"),
      )
      .flatMap((source) =>
        [...(isModule(source) ? [".js"] : []), ".d.ts"].map(
          (end) => `dist/${source.replace(/\.ts$/, end)}`,
        ),
      )
      // Declarations that what is published leads to.
      .filter((path) => existsSync(join(root, path)));
    const published = built.filter((path) => path.endsWith(".d.ts"));
    expect(published.length).toBeGreaterThan(150);
    for (const path of published) {
      const text = readFileSync(join(root, path), "utf8");
      for (const [, imported = ""] of text.matchAll(/^(?:im|ex)port .* from "(\.[^"]+)\.ts";$/gm)) {
        expect(built, path).toContain(`${join(dirname(path), imported)}.d.ts`);
      }
    }
    const documents = [
      "LICENSE",
      "README.md",
      "counterexamples/cases/record.json",
      "package.json",
      "gate/manifest.schema.json",
      "gate/reports/problem-matcher.json",
      "runs/report.schema.json",
      "skills/hintproof/SKILL.md",
      "spec/README.md",
      "spec/protocols/balloon-inflate/record.json",
      "spec/protocols/balloon-inflate/rules.md",
      "spec/protocols/bitmap-page-reporting-v12/record.json",
      "spec/protocols/bitmap-page-reporting-v12/rules.md",
      "spec/protocols/kvm-free-page-hint/record.json",
      "spec/protocols/kvm-free-page-hint/rules.md",
      "spec/protocols/linux-free-page-reporting/record.json",
      "spec/protocols/linux-free-page-reporting/rules.md",
      "spec/protocols/page-ring/record.json",
      "spec/protocols/percpu-page-hinting-v9/record.json",
      "spec/protocols/percpu-page-hinting-v9/rules.md",
      "spec/protocols/ring-of-hints/record.json",
      "spec/protocols/ring-of-hints/rules.md",
      "spec/protocols/s390-batched-hinting/record.json",
      "spec/protocols/s390-batched-hinting/rules.md",
      "spec/protocols/s390-guest-page-hinting/record.json",
      "spec/protocols/s390-guest-page-hinting/rules.md",
      "spec/protocols/s390-lazy-hinting/record.json",
      "spec/protocols/s390-lazy-hinting/rules.md",
      "spec/protocols/two-phase-commit/record.json",
      "spec/protocols/virtio-free-page-hint/record.json",
      "spec/protocols/virtio-free-page-hint/rules.md",
      "spec/protocols/young-idle-flags/record.json",
      "spec/protocols/young-idle-flags/rules.md",
    ];
    expect(paths.filter((path) => !isBundled(path)).toSorted()).toEqual(
      [...built, ...documents].toSorted(),
    );
  });

  nightly(() => {
    test("types a variant of a shipped protocol, and of its variants, as the author's own", () => {
      mkdirSync(join(folder, "node_modules"));
      symlinkSync(root, join(folder, "node_modules", "hintproof"), "junction");
      writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
      writeFileSync(
        join(folder, "tsconfig.json"),
        '{ "compilerOptions": { "strict": true, "module": "nodenext", "target": "es2022", "noEmit": true } }\n',
      );
      writeFileSync(join(folder, "changed.ts"), changed);
      const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
      expect(() => {
        execFileSync(process.execPath, [compiler, "-p", folder], {
          encoding: "utf8",
          stdio: "pipe",
        });
      }).not.toThrow();
    });
  });
});

describe("a project outside the repository, with the package from its tarball", () => {
  const lamp = /```ts file=lamp\.ts\n([\s\S]*?)```/.exec(
    readFileSync(join(root, "spec", "README.md"), "utf8"),
  )?.[1] as string;
  /** Who leaves switches the lamps off. */
  const mended = lamp.replace(
    'state.corridor = "empty";',
    'state.corridor = "empty";\n    for (const l of state.light.keys()) state.light[l] = "off";',
  );
  const tests = `import { expect, test } from "vitest";
import { assertHolds, check, NotHolding, render, replay } from "hintproof";
import { specTests } from "hintproof/vitest";
import lamp, * as all from "./lamp.ts";

specTests(all, { timeout: 300 });

test("the file, in threads of its own, comes to what the spec comes to here", async () => {
  const [here, there] = await Promise.all([
    check(lamp, { constants: { lamps: 3 } }),
    check(new URL("./lamp.ts", import.meta.url), { constants: { lamps: 3 }, workers: 2 }),
  ]);
  expect(there.statistics.distinctStates).toBe(here.statistics.distinctStates);
  expect(render(there)).toBe(render(here));
  expect(await assertHolds(lamp)).toMatchObject({ verdict: "holds" });
});

export const types: readonly [typeof NotHolding, typeof replay] = [NotHolding, replay];
`;
  let project = "";
  beforeAll(() => {
    project = folderOutside();
    const packing = [
      "pack",
      "--json",
      "--ignore-scripts",
      "--offline",
      "--pack-destination",
      project,
    ];
    const [{ filename }] = JSON.parse(
      execFileSync("npm", packing, { cwd: root, encoding: "utf8" }),
    ) as [{ filename: string }];
    const modules = join(project, "node_modules");
    mkdirSync(join(modules, "hintproof"), { recursive: true });
    const unpacking = ["-xzf", filename, "-C", join(modules, "hintproof"), "--strip-components=1"];
    execFileSync("tar", unpacking, { cwd: project });
    for (const name of readdirSync(join(root, "node_modules"))) {
      if (name.startsWith(".")) continue;
      symlinkSync(join(root, "node_modules", name), join(modules, name), "junction");
    }
    file("package.json", '{ "type": "module" }\n');
    file("lamp.test.ts", tests);
  });
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  /** A slow machine is no reason to fail. */
  const unhurried = "--testTimeout=600000";
  const file = (name: string, text: string): void => writeFileSync(join(project, name), text);
  const run = (script: string, ...args: readonly string[]) => runIn(project, script, ...args);
  function runIn(
    cwd: string,
    script: string,
    ...args: readonly string[]
  ): { readonly status: number | null; readonly said: string } {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(project, "node_modules", script), ...args],
      {
        cwd,
        encoding: "utf8",
        env: { ...withoutAgents(process.env), NO_COLOR: "1", FORCE_COLOR: undefined },
      },
    );
    return { status, said: stdout + stderr };
  }

  test("is green with a lamp that is right, by vitest and by the command", () => {
    file("lamp.ts", mended);
    const vitest = run("vitest/vitest.mjs", "run", "--reporter=verbose", unhurried);
    expect(vitest.status, vitest.said).toBe(0);
    expect(vitest.said).toContain("no light in an empty corridor");
    expect(run("hintproof/dist/bundle/main.js", "check", "lamp.ts", "--quiet")).toMatchObject({
      status: 0,
      said: expect.stringContaining("holds: 3 properties checked") as string,
    });
  });

  test("is red with the lamp of the README, and the trace can be read", () => {
    file("lamp.ts", lamp);
    const { status, said } = run("vitest/vitest.mjs", "run", "-t", "no light", unhurried);
    expect(status).toBe(1);
    expect(said).toContain("* 2 somebody switches 0\n");
    expect(said).toContain("* 3 everybody leaves\n      [corridor somebody -> empty]\n");
    expect(said).not.toMatch(/at .*hintproof.dist/);
  });

  nightly(() => {
    test("begins in an empty folder: green at once, and red when the guest does not wait", () => {
      const begun = join(project, "begun");
      mkdirSync(begun);
      const began = runIn(begun, "hintproof/dist/bundle/main.js", "init");
      expect(began.status).toBe(0);
      const next = began.said.slice(began.said.indexOf("Next:")).match(/^ {2}npx hintproof .*/gm);
      expect(next?.length).toBe(3);
      expect(existsSync(join(begun, ".github", "workflows", "hintproof.yml"))).toBe(true);
      expect(runIn(begun, "hintproof/dist/bundle/main.js", "gate").status).toBe(0);

      const file = join(begun, "protocols", "hint.ts");
      const waits = '(state.page === "free" || state.page === "gone") && state.hint === "none"';
      const text = readFileSync(file, "utf8");
      expect(text).toContain(waits);
      writeFileSync(file, text.replace(waits, 'state.page === "free" || state.page === "gone"'));
      const broken = runIn(begun, "hintproof/dist/bundle/main.js", "gate");
      expect(broken.status).toBe(12);
      expect(broken.said).toContain("BUG: page is lost");
    });
  });

  const compilers: readonly (readonly [string, string])[] = [
    ["typescript", "nodenext"],
    ["typescript", "bundler"],
    ["typescript-5.9", "nodenext"],
    ["typescript-5.9", "bundler"],
  ];
  test.each(few([], compilers))(
    "compiles in strict mode by %s, resolved as %s",
    (compiler, moduleResolution) => {
      file("lamp.ts", mended);
      const compilerOptions = {
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        module: moduleResolution === "nodenext" ? "nodenext" : "esnext",
        moduleResolution,
        target: "es2022",
        allowImportingTsExtensions: true,
        noEmit: true,
        types: ["node"],
      };
      file("tsconfig.json", JSON.stringify({ compilerOptions, include: ["*.ts"] }));
      const script = compiler === "typescript" ? "typescript/bin/tsc" : "typescript-5.9/bin/tsc";
      expect(run(script, "-p", project)).toEqual({ status: 0, said: "" });
    },
  );
});

const changed = `import { type Index, variant } from "hintproof";
import { frame, linuxFreePageReporting, protocol } from "hintproof/protocols/linux-free-page-reporting";
import { putsBackBeforeTheAnswer } from "hintproof/protocols/linux-free-page-reporting-variants";

const about = { because: "why not?", expects: "holds" } as const;
const nothingIsEverReported = protocol.invariant({
  forAny: frame,
  holds: (state, f) => state.mark[f] === "unreported",
});

export const once = variant(linuxFreePageReporting, {
  ...about,
  name: "once",
  change: {
    constants: { blocks: 1 },
    properties: { nothingIsEverReported },
    actions: {
      devicePops: "removed",
      guestAllocates: { when: (state, b: Index<"block">) => state.owner[b] === "free" },
    },
    added: { hostSleeps: protocol.action("host", { effect: (state) => void (state.queue.buffer = "none") }) },
  },
});

for (const base of [once, putsBackBeforeTheAnswer]) {
  variant(base, { ...about, name: "twice", change: { actions: { workerWakes: "removed" } } });
  // @ts-expect-error no such action
  variant(base, { ...about, name: "twice", change: { actions: { workerWake: "removed" } } });
  // @ts-expect-error no such constant
  variant(base, { ...about, name: "twice", change: { constants: { block: 1 } } });
  variant(base, {
    ...about,
    name: "twice",
    change: {
      actions: {
        guestAllocates: {
          effect: (state, b) => {
            state.owner[b] = "written";
            // @ts-expect-error no such word
            state.owner[b] = "writen";
          },
        },
      },
    },
  });
}
`;
