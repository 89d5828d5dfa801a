/*
 * The one script of a page: the explorer, and what a protocol imports. The protocol comes behind it in the same text, and
 * is handed to `start`; the same text is run again by the worker that checks and searches.
 */
import * as immer from "immer";
import { render } from "preact";
import * as tsPattern from "ts-pattern";
import { exportedBy, type Protocol } from "../../runs/told/index.ts";
import * as language from "../../spec/index.ts";
import { answer, type Asked } from "../background.ts";
import type { Given } from "../given.ts";
import { opened } from "../session.ts";
import { App } from "./app.tsx";

/** What the file of a protocol imports, by its name there. */
const modules: Readonly<Record<string, unknown>> = {
  hintproof: language,
  immer,
  "ts-pattern": tsPattern,
};

function start(module: object): void {
  const { spec, variants, variant } = exportedBy(module);
  if (spec === undefined) throw new Error("The file exports no protocol.");
  const protocol = { spec, variants, variant };
  if (typeof document === "undefined") serve(protocol);
  else show(protocol);
}

/** In the worker. */
function serve(protocol: Protocol): void {
  addEventListener("message", ({ data }: MessageEvent<Asked>) => {
    void answer(protocol, data, (told) => postMessage(told));
  });
}

/** In the page. */
function show(protocol: Protocol): void {
  const script = (document.currentScript as HTMLScriptElement).src;
  const given = JSON.parse(document.getElementById("given")?.textContent ?? "") as Given;
  const root = document.getElementById("explorer") as HTMLElement;
  const text = root.querySelector("pre")?.textContent ?? "";
  const begin = opened(protocol, given, location.hash.slice(1));
  root.replaceChildren();
  render(<App protocol={protocol} given={given} text={text} begin={begin} script={script} />, root);
}

Object.assign(globalThis, { hintproof: { modules, start } });
