import { createHash } from "node:crypto";
import { drawStory, instanceText } from "../counterexamples/drawn/index.ts";
import type { Story } from "../counterexamples/index.ts";
import { type Given, htmlPage } from "../explorer/index.ts";
import { packedPage } from "./bundle-page.ts";
import type { Source } from "./job.ts";
import type { ExploreOptions } from "./options.ts";
import { marked } from "./ours.ts";
import { painter } from "./paint.ts";
import { quoted } from "./task.ts";

/** A page in which a protocol, or a counterexample, can be walked through. */
export interface Page {
  readonly title: string;
  readonly html: string;
}

/** As it is written to a file: the mark that says who wrote it is the last line, in a comment that ends with the file. */
export const pageFile = (html: string): string => marked(`${html}<!--`);

/** A page that begins with a counterexample. */
export function pageOfStory(source: Source, story: Story, again: string): Promise<Page> {
  const text = drawStory(story, { format: "chart", again, paint: painter(false) });
  const { variant, constants, defaults } = story;
  const title = instanceText(story, defaults);
  return pageAbout(source, title, text, { variant, constants, story, again });
}

/** A page about an instance; `text` is for whoever runs no scripts. */
export async function pageAbout(
  source: Source,
  title: string,
  text: string,
  given: Given,
): Promise<Page> {
  const packed = await packedPage(source);
  const digestOf = (its: string): string => createHash("sha256").update(its).digest("base64");
  return { title, html: htmlPage({ title, text, given, packed }, digestOf) };
}

/** The command that makes a page again. */
export function pageAgain(
  name: string,
  { variant, constants, spec }: Pick<ExploreOptions, "variant" | "constants" | "spec">,
): string {
  return [
    "hintproof",
    "explore",
    quoted(name),
    ...(variant === undefined ? [] : ["--variant", quoted(variant)]),
    ...Object.entries(constants).map(
      ([constant, value]) => `--set ${quoted(`${constant}=${value}`)}`,
    ),
    ...(spec === undefined ? [] : ["--spec", quoted(spec)]),
  ].join(" ");
}
