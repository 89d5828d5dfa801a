/** `npm run picture`: the picture of a page in explorer/README.md, taken in the Chromium that is there. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import build from "./build-command.ts";
import { folderOutside, hintproof } from "./built-command.ts";

build();
const folder = folderOutside();
const file = join(folder, "page.html");
const { stdout, stderr } = await hintproof(["explore", "clears-both-bitmaps", "--output", file], {
  isAlone: true,
});
process.stdout.write(stdout + stderr);
const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
try {
  const page = await browser.newPage({ viewport: { width: 1180, height: 860 } });
  await page.goto(pathToFileURL(file).href);
  await page.waitForSelector("nav");
  await page.keyboard.press("End");
  await page.getByText(/^State (\d+) of \1$/).waitFor();
  await page.screenshot({ path: "explorer/page.png" });
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
