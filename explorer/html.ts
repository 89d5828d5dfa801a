import type { Given } from "./given.ts";
import { loader } from "./loader.ts";
import { style } from "./style.ts";

/** What a page is made of. */
export interface PageParts {
  /** "page-ring, 3 pages" */
  readonly title: string;
  /** For whoever runs no scripts: the counterexample as a chart, or what there is to say of the protocol. */
  readonly text: string;
  readonly given: Given;
  /** The explorer and the protocol, one script: as `gzip` packs it, in base 64. */
  readonly packed: string;
}

/**
 * One file that asks for nothing else. Its policy allows the one script and the one style that are named by their
 * digests (SHA-256 in base 64, by `digestOf`), what that script unpacks, a worker made of the same text, and WebAssembly.
 */
export function htmlPage(
  { title, text, given, packed }: PageParts,
  digestOf: (text: string) => string,
): string {
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${digestOf(loader)}' 'strict-dynamic' 'wasm-unsafe-eval'`,
    `style-src 'sha256-${digestOf(style)}'`,
    "worker-src blob:",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<div id="explorer">
<main>
<h1>${escaped(title)}</h1>
<pre>${escaped(text)}</pre>
</main>
</div>
<script type="application/json" id="given">${dataText(given)}</script>
<script type="text/plain" id="packed">${packed}</script>
<script>${loader}</script>
</body>
</html>
`;
}

const signs: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** Text as markup that shows it. */
const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => signs[sign] as string);

/** Data inside of a script element, where nothing but `<` means anything. */
const dataText = (data: unknown): string => JSON.stringify(data).replaceAll("<", "\\u003c");
