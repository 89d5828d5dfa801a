import { existsSync, readFileSync } from "node:fs";

/** The folder of this package, as a URL that ends in a slash; the same from the sources and from dist/. */
export function packageRoot(): URL {
  let folder = new URL("./", import.meta.url);
  while (!existsSync(new URL("package.json", folder))) {
    const above = new URL("../", folder);
    if (above.href === folder.href)
      throw new Error("hintproof is installed without its package.json.");
    folder = above;
  }
  return folder;
}

/** The version in package.json. */
export function packageVersion(): string {
  const text = readFileSync(new URL("package.json", packageRoot()), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
