/*
 * The built command, as often as it is asked for in one process, which starts once: a message has arguments, a folder and
 * an environment, the answer has a status and what was printed. It is for tests of what a command says and does; how a
 * process starts, is interrupted and ends is tested with one of its own.
 */

// It starts its service, each time, in the folder in which it was loaded: in one that a test removes it could not.
await import("esbuild");

const [, , main] = process.argv;
let printed = { stdout: "", stderr: "" };
for (const name of /** @type {const} */ (["stdout", "stderr"])) {
  process[name].write = (text, ...more) => {
    printed[name] += text;
    more.at(-1)?.call?.();
    return true;
  };
}
let runs = 0;

process.on("message", async ({ args, cwd, env }) => {
  printed = { stdout: "", stderr: "" };
  for (const name of /** @type {const} */ (["stdout", "stderr"])) {
    process[name].removeAllListeners("error");
  }
  process.chdir(cwd);
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
  process.argv = [process.execPath, main, ...args];
  process.exitCode = undefined;
  runs += 1;
  // Only the module that runs is new; what it imports is loaded already.
  await import(`file://${main}?${runs}`);
  // What threads have printed before they ended is on its way.
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
  process.send({ status: process.exitCode ?? 0, ...printed });
});
