import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { packageRoot } from "../cli/package-root.ts";

/** Before the first test that runs the command: builds dist/ if it is older than the sources. */
export default function build(): void {
  const { status, stderr } = spawnSync(process.execPath, ["cli/run-from-source.mjs", "--version"], {
    cwd: fileURLToPath(packageRoot()),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
}
