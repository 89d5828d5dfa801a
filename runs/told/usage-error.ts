/** The command line is at fault: a name that does not exist, a value that is none, a file that cannot be read. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** A file exports no protocol. */
export class NoProtocol extends UsageError {}
