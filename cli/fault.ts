import type { Fault } from "../runs/told/index.ts";
import { exitCode } from "./exit-code.ts";
import { jsonText, print, say } from "./terminal.ts";

/** An error thrown in the main thread, by whose fault it is. */
export function faultOf(error: unknown): Fault {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const lines = error instanceof Error && "lines" in error ? (error.lines as string[]) : undefined;
  switch (name) {
    case "UsageError":
      return { kind: "fault", of: "command line", message, stack };
    case "SyntaxFault":
      return { kind: "fault", of: "spec", message, lines, stack };
    case "SpecError":
      return { kind: "fault", of: "spec", message, stack };
    default:
      return { kind: "fault", of: "hintproof", message, isWriting: name === "WriteError", stack };
  }
}

/**
 * Prints an error on stderr, without a stack unless it is asked for; and on stdout where the answer was to be JSON.
 * Answers the exit status.
 */
export function printFault(fault: Fault, showsStack: boolean): number {
  sayAsJson(fault);
  for (const line of fault.lines ?? [`hintproof: ${fault.message}`]) say(line);
  if (showsStack && fault.stack !== undefined) say(fault.stack);
  else if (fault.of === "hintproof" && fault.isWriting !== true) {
    say("This is a bug in hintproof; --stack shows where.");
  }
  return faultCode(fault);
}

/** Says an error on stdout, where the answer was to be JSON: whoever reads that finds something to read. */
export function sayAsJson(fault: Fault): void {
  const { of, message, lines } = fault;
  const status = faultCode(fault);
  if (isJsonAsked(process.argv)) print(jsonText({ fault: { of, message, lines, status } }));
}

/** Whether the answer on stdout is to be JSON: what is typed says so even where it cannot be understood. */
function isJsonAsked(argv: readonly string[]): boolean {
  const isTyped = (option: string): boolean =>
    argv.some((word) => word === option || word.startsWith(`${option}=`));
  const format = argv.lastIndexOf("--format");
  const isJson = argv.includes("--format=json") || (format >= 0 && argv[format + 1] === "json");
  // What explore writes to a file is a page; what it says of that is printed.
  return isJson && (argv[2] === "explore" || !isTyped("--output"));
}

/** The exit status for an error. */
export function faultCode({ of }: Pick<Fault, "of">): number {
  switch (of) {
    case "spec":
      return exitCode.specError;
    case "command line":
      return exitCode.usage;
    case "hintproof":
      return exitCode.ourBug;
  }
}
