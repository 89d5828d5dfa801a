import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { build, folderOutside } from "./toys/built-command.ts";
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
  build();
  // The build that npm would make first is the one above.
  const command = ["pack", "--dry-run", "--json", "--ignore-scripts", "--offline"];
  const [answer] = JSON.parse(execFileSync("npm", command, { cwd: root, encoding: "utf8" }));
  packed = answer as Packed;
  folder = folderOutside();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the package", () => {
  test("is less than 3 MB when it is unpacked, and no file has more than 300 kB of it", () => {
    expect(packed.unpackedSize).toBeLessThan(3 * megabyte);
    const large = packed.files.filter(({ size }) => size > 0.3 * megabyte);
    expect(large).toEqual([]);
  });

  test("is what the sources make, their documents, and nothing for tests or benches", () => {
    const built = [...sources, "index.ts"]
      .filter((source) => !source.startsWith("cli/bench/") && !source.endsWith(".d.ts"))
      .flatMap((source) => [".js", ".d.ts"].map((end) => `dist/${source.replace(/\.ts$/, end)}`));
    const documents = [
      "LICENSE",
      "README.md",
      "cli/record.json",
      "cli/report.schema.json",
      "package.json",
      "spec/README.md",
      "spec/protocols/linux-free-page-reporting/rules.md",
      "spec/protocols/s390-guest-page-hinting/rules.md",
    ];
    expect(packed.files.map(({ path }) => path).toSorted()).toEqual(
      [...built, ...documents].toSorted(),
    );
  });

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
      execFileSync(process.execPath, [compiler, "-p", folder], { encoding: "utf8", stdio: "pipe" });
    }).not.toThrow();
  });
});

const changed = `import { type Index, variant } from "hintproof";
import { block, linuxFreePageReporting, protocol } from "hintproof/protocols/linux-free-page-reporting";
import { putsBackBeforeTheAnswer } from "hintproof/protocols/linux-free-page-reporting-variants";

const about = { because: "why not?", expects: "holds" } as const;
const nothingIsEverReported = protocol.invariant({
  forAny: block,
  holds: (state, b) => state.mark[b] === "unreported",
});

export const once = variant(linuxFreePageReporting, {
  ...about,
  name: "once",
  change: {
    constants: { blocks: 1 },
    properties: { nothingIsEverReported },
    actions: {
      devicePops: "removed",
      guestAllocates: { guard: (state, b: Index<"block">) => state.owner[b] === "free" },
    },
    added: { hostSleeps: protocol.action("host", { effect: (state) => void (state.queue = "empty") }) },
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
