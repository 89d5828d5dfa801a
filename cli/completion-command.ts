import { unknown, UsageError } from "../runs/told/index.ts";
import { completionScripts } from "./completion-scripts.ts";
import { print } from "./terminal.ts";

/** `hintproof completion`: a script for a shell. */
export async function completionCommand(shell: string): Promise<void> {
  const script = completionScripts.get(shell);
  if (script === undefined)
    throw new UsageError(
      unknown("No completion for the shell", shell, [...completionScripts.keys()]),
    );
  print(script);
}
