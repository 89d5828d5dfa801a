#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";
import { exitCode } from "./exit-code.ts";
import { dismissThreads, prepareThread } from "./search-thread.ts";

/*
 * The command. Only what every run needs is imported here; a command imports what it needs when it is
 * called, so that --help is quick.
 */

/*
 * V8 compiles a function anew, for speed, once so many bytes of it have run. The default suits what runs for long: of a
 * command that takes a second, a third went to functions that had little left to do.
 */
setFlagsFromString("--interrupt-budget=1056000");

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // Whoever reads has had enough (head, say). Nothing was proved to anybody, unless we know better.
  if (error.code === "EPIPE") process.exit(process.exitCode ?? exitCode.outputClosed);
  process.stderr.write(`hintproof: the output could not be written: ${error.message}\n`);
  process.exit(exitCode.ourBug);
});
process.stderr.on("error", () => {});

const [, , command, ...words] = process.argv;
if (command === "check" && !words.includes("--help") && !words.includes("-h")) prepareThread();

try {
  const { runProgram } = await import("./program.ts");
  await runProgram(process.argv);
} catch (error) {
  const { printFault, faultOf } = await import("./fault.ts");
  process.exitCode = printFault(faultOf(error), process.argv.includes("--stack"));
} finally {
  await dismissThreads();
}
