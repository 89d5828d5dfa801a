/** The page in a real browser, as somebody uses it who has keys, a pointer, or a screen reader. */
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { instantiate } from "../../model/index.ts";
import { check, render, replay } from "../../runs/index.ts";
import type { Variant } from "../../spec/index.ts";
import { shippedNamed } from "../../spec/protocols/index.ts";
import { pageRing } from "../../spec/protocols/page-ring/claims.ts";
import { folderOutside, hintproof } from "../../toys/built-command.ts";
import { few, nightly } from "../../toys/share.ts";
import { pagesIn } from "../pages.ts";
import { follow, stateAt } from "../walk.ts";

const program = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const isThere = spawnSync(program, ["--version"]).status === 0;

const folder = folderOutside();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A page as the command writes it. */
async function written(name: string, ...args: readonly string[]): Promise<string> {
  const file = join(folder, `${name}.html`);
  const { status, stderr, stdout } = await hintproof(["explore", ...args, "--output", file]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toContain(file);
  return file;
}

/** A variant that is shipped. */
async function variantNamed(protocol: string, variant: string): Promise<Variant> {
  const shipped = await shippedNamed(protocol);
  return shipped?.variants.find(({ name }) => name === variant) as Variant;
}

/** Names that would be markup, or code, if anybody took them for that. */
const hostile = `
import { declare, each, interchangeable, oneOf } from "hintproof";
const bad = "<img src=x onerror=alert(1)></script><script>alert(2)</script><!--";
const set = interchangeable("page", 2);
const { action, invariant, pages, spec } = declare({
  constants: {},
  state: { "<b>bold": each(set, oneOf(bad, "'\\"&lt;")), [bad]: oneOf(bad, "{{1+1}}") },
});
export default spec({
  name: "hostile",
  title: bad,
  actions: {
    [bad]: action(bad, {
      forAny: set,
      when: (state, p) => state["<b>bold"][p] === bad,
      effect: (state, p) => { state["<b>bold"][p] = "'\\"&lt;"; },
    }),
  },
  invariants: { nothingIsBold: invariant((state) => state["<b>bold"].some((one) => one === bad)) },
  pages: pages({ forEach: set, state: () => "stable" }),
  draw: () => '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20" onload="alert(3)">' +
    "<script>alert(4)</script><image href='https://example.org/x.png'/><rect width='30' height='20'/></svg>",
  mayEnd: () => true,
});
`;

describe.runIf(isThere || process.env["CI_HAS_CHROMIUM"] === "1")("the page, in Chromium", () => {
  let browser: Browser;
  /** What must never be: errors, messages, requests of anything but the worker. */
  const complaints: string[] = [];
  const files = { ring: "", trace: "", lasso: "", hostile: "" };

  beforeAll(async () => {
    files.ring = await written("ring", "page-ring", "--set", "pages=3");
    files.trace = await written("trace", "clears-both-bitmaps");
    files.lasso = await written("lasso", "starts-what-is-done");
    writeFileSync(join(folder, "hostile.ts"), hostile);
    const kept = join(folder, "hostile.json");
    await hintproof(["check", join(folder, "hostile.ts"), "--trace", kept, "--quiet"]);
    files.hostile = await written("hostile", kept, "--spec", join(folder, "hostile.ts"));
    browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox"] });
  });
  afterAll(async () => {
    await browser?.close();
    expect(complaints).toEqual([]);
  });

  async function opened(file: string, options: BrowserContextOptions = {}, hash = "") {
    const context = await browser.newContext({ ...options, offline: true });
    const page = await context.newPage();
    page.setDefaultTimeout(300_000);
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error.stack)));
    page.on("dialog", (dialog) => {
      complaints.push(dialog.message());
      void dialog.dismiss();
    });
    page.on("request", (request) => {
      if (!/^(?:file|data|blob):/.test(request.url())) complaints.push(request.url());
    });
    await page.goto(pathToFileURL(file).href + hash);
    if (options.javaScriptEnabled !== false) await page.waitForSelector("nav");
    return page;
  }

  const closed = (page: Page): Promise<void> => page.context().close();

  /** The rows of the table of pages, as a reader reads them. */
  const pagesOf = (page: Page): Promise<string[][]> =>
    page
      .locator("table.pages tbody tr")
      .evaluateAll((rows) =>
        rows.map((row) => [...row.children].slice(0, 3).map((cell) => cell.textContent as string)),
      );
  const currentStep = (page: Page): Promise<string | null> =>
    page.locator('.steps [aria-current="step"]').textContent();

  test("each file has less than 300 kB, and a policy that allows what it names", async () => {
    for (const file of Object.values(files)) {
      const text = readFileSync(file, "utf8");
      expect(text.length).toBeLessThan(300_000);
      expect(text).toContain("default-src 'none'");
      expect(text).not.toMatch(/unsafe-inline|'unsafe-eval'/);
    }
  });

  test("the keys step through a counterexample, and the page states are those of its states", async () => {
    const page = await opened(files.trace);
    const text = readFileSync("counterexamples/corpus/clears-both-bitmaps.json", "utf8");
    const { protocol, variant, constants, trace } = JSON.parse(text) as {
      readonly protocol: string;
      readonly variant: string;
      readonly constants: Record<string, number | boolean>;
      readonly trace: readonly { readonly step: { action: string; choice: readonly unknown[] } }[];
    };
    const { spec } = await variantNamed(protocol, variant);
    const model = instantiate(spec, { symmetry: false, constants });
    const { walk, misfit } = follow(
      model,
      0,
      trace.map(({ step: { action, choice } }) => ({ action, choice: choice.map(String) })),
    );
    expect(misfit).toBeUndefined();
    for (let at = 0; at <= trace.length; at++) {
      const shown = pagesIn(model, stateAt(walk, at));
      expect(await pagesOf(page)).toEqual(
        shown.map(({ name, state, isDiscarded }) => [
          name,
          state,
          isDiscarded ? "discarded" : "kept",
        ]),
      );
      const label = at === 0 ? "initial state" : (walk.taken[at - 1]?.step.label as string);
      expect(await currentStep(page)).toContain(label);
      await page.keyboard.press("ArrowRight");
    }
    expect(await page.locator("tr", { hasText: "violated" }).count()).toBe(0);
    expect(await page.locator(".properties .bad").count()).toBeGreaterThan(0);
    await page.keyboard.press("Home");
    expect(await currentStep(page)).toContain("initial state");
    expect(await page.locator(".properties .bad").count()).toBe(0);
    await closed(page);
  });

  nightly(() => {
    test("a loop goes round, and says why it is fair", async () => {
      const page = await opened(files.lasso);
      const text = readFileSync("counterexamples/corpus/starts-what-is-done.json", "utf8");
      const outcome = await replay(
        await variantNamed("virtio-free-page-hint", "starts-what-is-done"),
        text,
      );
      if (outcome.kind !== "violates") throw new Error(outcome.why);
      const { loop, rows } = outcome.story;
      await page.keyboard.press("End");
      expect(await currentStep(page)).toContain(rows.at(-1)?.label);
      await page.keyboard.press("ArrowRight");
      expect(await page.locator(".slider").textContent()).toContain(
        `State ${loop?.to} of ${rows.length}`,
      );
      expect(await page.getByRole("heading", { name: "Why this is fair" }).count()).toBe(1);
      expect(loop?.to).toBeLessThan(rows.length);
      expect(await page.locator("li.loop").count()).toBe(rows.length - (loop?.to as number));
      await closed(page);
    });
  });

  test("without scripts it is a chart to read", async () => {
    const page = await opened(files.lasso, { javaScriptEnabled: false });
    expect(await page.locator("pre").textContent()).toContain(
      "hintproof explore starts-what-is-done",
    );
    await closed(page);
  });

  describe("about a protocol", () => {
    let page: Page;
    beforeAll(async () => {
      page = await opened(files.ring);
    });
    afterAll(() => closed(page));
    const button = (name: string) => page.getByRole("button", { name, exact: true });

    test("steps are taken, and taken back; what cannot be is said with the reason", async () => {
      await button("guest frees 1").click();
      expect(await pagesOf(page)).toContainEqual(["page 1", "free", "kept"]);
      expect(await page.locator(".leaf.changed").allTextContents()).toContain("[1] used → free");
      await page.locator("summary", { hasText: "guest allocates" }).click();
      const reasons = await page.locator(".impossible").textContent();
      expect(reasons).toContain(
        "guest allocates 0: location[0] is used (possible if it were free)",
      );
      expect(reasons).toContain(
        "worker finishes: worker is requested (possible if it were active)",
      );
      await button("Undo").click();
      expect(await currentStep(page)).toContain("initial state");
    });

    test("a jump goes to the nearest state that is as is said", async () => {
      await page.getByLabel("to the nearest state in which").fill("location[2] is isolated");
      await button("Jump").click();
      await page.getByText("3 steps further").waitFor();
      expect(await pagesOf(page)).toContainEqual(["page 2", "isolated", "kept"]);
      await page.getByLabel("to the nearest state in which").fill("location[7] is isolated");
      await button("Jump").click();
      await page.getByText("There is nothing called location[7]").waitFor();
    });

    nightly(() => {
      test("an address holds the walk, also of those who get it later", async () => {
        await page.waitForURL(/workerIsolates:2@3$/);
        const fragment = new URL(page.url()).hash;
        const other = await opened(files.ring, {}, fragment);
        expect(await pagesOf(other)).toEqual(await pagesOf(page));
        expect(await currentStep(other)).toContain("worker isolates 2");
        await closed(other);
        const late = await opened(files.ring, {}, fragment.replace("workerStarts", "workerBegins"));
        expect(await late.locator(".notice").textContent()).toBe(
          "The link no longer fits at step 2: there is no action workerBegins.",
        );
        expect(await currentStep(late)).toContain("guest frees 2");
        await late.evaluate((its) => {
          location.hash = its;
        }, fragment);
        await late.getByText("State 3 of 3").waitFor();
        expect(await late.locator(".notice").textContent()).toBe("");
        await closed(late);
      });
    });

    test("an instance is checked in the page, with the figures of the command", async () => {
      const expected = await check(pageRing, { constants: { pages: 3 }, symmetry: false });
      await page.getByLabel("make use of symmetry").uncheck();
      await button("Check this instance").click();
      const text = page.getByLabel("What the command prints");
      await text.waitFor();
      const figures = (all: string): string | undefined =>
        all.split("\n").find((line) => line.includes(" distinct states, "));
      expect(figures((await text.textContent()) as string)).toBe(figures(render(expected)));
      expect(figures(render(expected))).toContain("573 distinct states");
      expect(await page.getByRole("status").allTextContents()).toContain("holds");
    });

    nightly(() => {
      test("what was not looked at to the end never holds, and a violation can be walked through", async () => {
        const limit = page.getByLabel("give up after");
        await limit.fill("10");
        await limit.press("Tab");
        await button("Check this instance").click();
        await page.getByText("incomplete", { exact: true }).waitFor();
        await limit.fill("200000");
        await page.getByLabel("variant").selectOption("host-discards-any-page");
        await page.getByText("What follows is of another instance.").waitFor();
        await button("Check this instance").click();
        await page.getByRole("button", { name: /^Show how used page is resident/ }).click();
        await page.getByRole("heading", { name: "Counterexample" }).waitFor();
        await page.keyboard.press("End");
        expect(
          await page.locator(".properties tr", { hasText: "used page is resident" }).textContent(),
        ).toContain("fails");
      });
    });
  });

  test("names are shown, and never taken for anything else", async () => {
    const page = await opened(files.hostile);
    await page.keyboard.press("End");
    expect(await page.locator("h1").textContent()).toContain("<img src=x onerror=alert(1)>");
    expect(await page.locator("main script, b b").count()).toBe(0);
    // The one image is the drawing, in which nothing runs and nothing is asked for: see `complaints`.
    const images = await page.locator("img").evaluateAll((all) =>
      all.map((one) => {
        const { alt, naturalWidth } = one as HTMLImageElement;
        return [alt, naturalWidth];
      }),
    );
    expect(images).toEqual([["State 2, as the protocol draws it", 30]]);
    await closed(page);
  });

  nightly(() => {
    test("of thousands of steps a move touches two", async () => {
      const steps = Array.from({ length: 1000 }, () => "guestFrees:0/guestAllocates:0").join("/");
      const page = await opened(files.ring, {}, `#page-ring;pages=3//0/${steps}@1000`);
      expect(await page.locator(".steps li").count()).toBe(2001);
      await page.evaluate(() => {
        const seen: MutationRecord[] = [];
        Reflect.set(window, "seen", seen);
        new MutationObserver((records) => seen.push(...records)).observe(
          document.querySelector(".steps ol") as Element,
          { subtree: true, childList: true, attributes: true, characterData: true },
        );
      });
      await page.keyboard.press("ArrowRight");
      await page.getByText("State 1001 of 2000").waitFor();
      expect(await page.evaluate(() => (Reflect.get(window, "seen") as unknown[]).length)).toBe(2);
      await closed(page);
    });
  });

  test.each(
    few<readonly (readonly ["light" | "dark", number])[]>(
      [],
      [
        ["light", 1280],
        ["dark", 360],
      ],
    ),
  )("can be used by anybody: %s, %d wide", async (colorScheme, width) => {
    const page = await opened(files.lasso, {
      colorScheme,
      viewport: { width, height: 800 },
      bypassCSP: true,
    });
    for (const summary of await page.locator("details > summary").all()) await summary.click();
    await page.addScriptTag({ path: fileURLToPath(import.meta.resolve("axe-core")) });
    const { violations } = await page.evaluate(() =>
      (
        Reflect.get(window, "axe") as {
          run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
        }
      ).run(),
    );
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(width);
    await closed(page);
  });
});
