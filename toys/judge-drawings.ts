/**
 * Whether tools of others read what is drawn of each known violation, and read all of it: Quint's own reader of ITF, Graphviz
 * (compiled to WebAssembly), and Mermaid in the Chromium that is there. They are fetched from npm for this run alone, these
 * very versions; nobody needs them to develop.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { drawDot, drawItf, drawMermaid } from "../counterexamples/drawn/index.ts";
import type { Story } from "../counterexamples/index.ts";
import { printable } from "../spec/index.ts";
import { violation, violations } from "./corpus.ts";
import { lampStory } from "./lamp-story.ts";

/** Each with what its archive must be. Of Quint that is what its reader of ITF loads, and no more. */
const packages = [
  {
    name: "@informalsystems/quint@0.33.1",
    integrity:
      "sha512-EYsgxr9SEsumYiix6pD8jbXPiPJoNbQaUxnrLE+dSVL+B9eQHPkVjSW7CBFEoBeMhau/1n70DAQOKvgxa1pVfw==",
  },
  {
    name: "@sweet-monads/either@3.2.0",
    integrity:
      "sha512-n+nR0b60GRTKb+D76qhTf4NEBXU9zfpigYYEtKtSYbV+5+i5gxr9jFd64pYkY2O7hVsb/G7nspbAeFni/i1ltA==",
  },
  {
    name: "@sweet-monads/maybe@3.2.0",
    integrity:
      "sha512-/t+K0D/kBfkYOkZaePEsrK868at0M9UIEVgehcM0xscrCSZhKWGteE41vl2XJQqh8WyiFo/mZ5y7eAPSYzS+pg==",
  },
  {
    name: "lodash@4.18.1",
    integrity:
      "sha512-dMInicTPVE8d1e5otfwmmjlxkZoUpiVLwyeTdUsi/Caj/gfzzblBcCE5sRHV/AsjuCmxWrte2TNGSYuCeCq+0Q==",
  },
  {
    name: "lodash.clonedeep@4.5.0",
    integrity:
      "sha512-H5ZhCF25riFd9uB5UCkVKo61m3S/xZk1x4wA6yp/L3RFP6Z/eHH1ymQcGLo7J3GMPfm0V/7m1tryHuGVxpqEBQ==",
  },
  {
    name: "immutable@4.3.9",
    integrity:
      "sha512-ObHy4YN7ycwZOUCLI1/6svfyAFu7vL8RhAvVu/bh/RZW9EPlOyDaQ9jDQWCtdqzaXUjgXZCW1migtHE7YI7UGQ==",
  },
  {
    name: "json-bigint@1.0.0",
    integrity:
      "sha512-SiPv/8VpZuWbvLSMtTDU8hEfrZWg/mH/nV/b4o0CYbSxu1UIQPLdwKOCIyLQX+VIPO5vrLX3i8qtqFyhdPSUSQ==",
  },
  {
    name: "bignumber.js@9.3.1",
    integrity:
      "sha512-Ko0uX15oIUS7wJ3Rb30Fs6SkVbLmPBAKdlm7q9+ak9bbIeFf0MwuBsQV6z7+X768/cHsfg+WlysDWJcmthjsjQ==",
  },
  {
    name: "@viz-js/viz@3.31.0",
    integrity:
      "sha512-r7zlQdRvcwvIpjHGgs+KNWHeE/P5/Dq7k8ZAKaMCbZqomxCBJV78gVuQYaHzFVca+kB0mX0fMW9UFevCOBG50A==",
  },
  {
    name: "mermaid@11.14.0",
    integrity:
      "sha512-GSGloRsBs+JINmmhl0JDwjpuezCsHB4WGI4NASHxL3fHo3o/BRXTxhDLKnln8/Q0lRFRyDdEjmk1/d5Sn1Xz8g==",
    /** It is 76 MB, and this is all that there is in one file. */
    only: "package/dist/mermaid.min.js",
  },
] as const;

/** Puts the packages where they find each other. */
function fetched(folder: string): void {
  const names = packages.map(({ name }) => name);
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder, ...names];
  const answer = JSON.parse(execFileSync("npm", args, { encoding: "utf8" })) as readonly {
    readonly id: string;
    readonly filename: string;
    readonly integrity: string;
  }[];
  for (const its of packages) {
    const pack = answer.find(({ id }) => id === its.name);
    if (pack?.integrity !== its.integrity) throw new Error(`${its.name} is not what it was.`);
    const to = join(folder, "node_modules", its.name.replace(/@[^@]+$/, ""));
    mkdirSync(to, { recursive: true });
    const only = "only" in its ? [its.only] : [];
    const archive = join(folder, pack.filename);
    execFileSync("tar", ["-xzf", archive, "-C", to, "--strip-components=1", ...only]);
  }
}

interface Itf {
  readonly vars: readonly string[];
  readonly states: readonly Readonly<Record<string, unknown>>[];
}

/** What Quint makes of a trace, and writes of it again. */
interface Quint {
  ofItf(itf: Itf): readonly unknown[];
  toItf(vars: readonly string[], states: readonly unknown[]): { readonly value: Itf };
}

/** What of the trace is lost where Quint reads it and writes it again: it must be the same. */
function lostByQuint(quint: Quint, story: Story): string | undefined {
  const itf = JSON.parse(drawItf(story)) as Itf;
  const again = quint.toItf(itf.vars, quint.ofItf(itf)).value;
  const bare = (states: Itf["states"]): string =>
    JSON.stringify(
      states.map((state, at) => ({ ...state, "#meta": { index: at } })),
      (_key, value: unknown) => (typeof value === "number" ? { "#bigint": String(value) } : value),
    ).replaceAll(/"index":\{"#bigint":"(\d+)"\}/g, '"index":$1');
  if (bare(itf.states) !== bare(again.states)) return "Quint reads other states";
  const fields = [...itf.vars, "#meta"].toSorted().join();
  const isWhole = again.states.every((state) => Object.keys(state).toSorted().join() === fields);
  return isWhole ? undefined : "Quint reads other variables";
}

interface Viz {
  render(
    dot: string,
    options: { readonly format: "json" | "svg" },
  ): {
    readonly status: "success" | "failure";
    readonly output?: string;
    readonly errors: readonly { readonly message: string }[];
  };
}

function lostByGraphviz(viz: Viz, story: Story): string | undefined {
  const { status, output, errors } = viz.render(drawDot(story), { format: "json" });
  if (status !== "success" || output === undefined || errors.length > 0) {
    return `Graphviz says ${JSON.stringify(errors)}`;
  }
  const { objects, edges } = JSON.parse(output) as {
    readonly objects: readonly { readonly label: string }[];
    readonly edges: readonly { readonly label?: string }[];
  };
  const steps = edges.filter(({ label = "" }) => label !== "");
  const { length } = story.rows;
  // A node for each state, but for one that is there already or does not come about, and one for what violates.
  const leadsOn =
    story.property.kind !== "assertion" && !(story.loop !== undefined && story.loop.to < length);
  if (objects.length !== length + (leadsOn ? 2 : 1)) return `Graphviz has ${objects.length} nodes`;
  if (steps.length !== length) return `Graphviz has ${steps.length} steps`;
  const seen = decoded(viz.render(drawDot(story), { format: "svg" }).output ?? "");
  const lost = story.rows.find(({ label }) => !seen.includes(printable(label)));
  return lost && `Graphviz writes other words for step ${lost.number}`;
}

const numbersDecoded = (text: string): string =>
  text.replaceAll(/&#(\d+);/g, (_all, code) => String.fromCodePoint(Number(code)));

/** Text without the entities of markup. */
const decoded = (text: string): string =>
  numbersDecoded(text)
    .replaceAll("\u00a0", " ")
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");

/** How many actors and steps Mermaid sees; what is wrong, in words. */
async function lostByMermaid(page: Page, story: Story): Promise<string | undefined> {
  const seen = await page.evaluate(async (text) => {
    interface Read {
      readonly db: {
        getActors(): ReadonlyMap<string, unknown>;
        getMessages(): readonly { readonly from?: string; readonly message?: unknown }[];
      };
    }
    const { mermaid } = globalThis as unknown as {
      readonly mermaid: {
        parse(of: string): Promise<unknown>;
        readonly mermaidAPI: { getDiagramFromText(of: string): Promise<Read> };
      };
    };
    try {
      await mermaid.parse(text);
      const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
      const messages = db.getMessages().filter(({ message, from }) => message !== "" && from);
      return { actors: db.getActors().size, messages: messages.map((its) => its.message) };
    } catch (error) {
      return String(error);
    }
  }, drawMermaid(story));
  if (typeof seen === "string") return `Mermaid says ${seen.slice(0, 300)}`;
  const actors = Math.max(1, new Set(story.rows.map(({ actor }) => actor)).size);
  if (seen.actors !== actors) return `Mermaid has ${seen.actors} actors`;
  // As Mermaid marks entities until it draws.
  const said = seen.messages.map((message) =>
    numbersDecoded(String(message).replaceAll("ﬂ°°", "&#").replaceAll("¶ß", ";")),
  );
  const lost = story.rows.find(
    ({ label, number }) =>
      !said.some((one) => one.startsWith(`${number} `) && one.endsWith(printable(label))),
  );
  return lost && `Mermaid reads other words in step ${lost.number}`;
}

/** Names that are something to each of the languages. */
const hostile: Story = {
  ...lampStory,
  protocol: 'lamp"];}\\',
  rows: lampStory.rows.map((row) => ({
    ...row,
    label: `${row.label} "\\"; end %% #quot; <b>&amp;</b> -->> \\N {`,
  })),
  reason: { ...lampStory.reason, lines: ['a "quote" \\ and #1; and\nend'] },
};

const folder = mkdtempSync(join(tmpdir(), "hintproof-judges-"));
const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
try {
  fetched(folder);
  const load = createRequire(join(folder, "judges.cjs"));
  const quint = load("@informalsystems/quint/dist/src/itf.js") as Quint;
  const viz = await (load("@viz-js/viz") as { instance(): Promise<Viz> }).instance();
  const page = await browser.newPage();
  await page.addScriptTag({ path: join(folder, "node_modules/mermaid/dist/mermaid.min.js") });

  const stories: readonly (readonly [name: string, story: Story])[] = [
    ["a lamp", lampStory],
    ["hostile names", hostile],
    ...violations.map((name) => [name, violation(name).story()] as const),
  ];
  for (const [name, story] of stories) {
    const faults = [
      lostByQuint(quint, story),
      lostByGraphviz(viz, story),
      await lostByMermaid(page, story),
    ].filter((fault) => fault !== undefined);
    for (const fault of faults) {
      process.exitCode = 1;
      console.log(`${name}: ${fault}`);
    }
  }
  const verdict = process.exitCode === 1 ? "not all are read" : "all are read as they are";
  console.log(`${stories.length} traces by Quint, Graphviz and Mermaid: ${verdict}`);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
