export const pageBytes = 65_536;
/** A memory has 32-bit addresses. */
export const mostBytes = 2 ** 32;
export const mostPages = mostBytes / pageBytes;

/** The system refuses a memory of any size; the message says what to do. */
export class NoMemory extends Error {
  override readonly name = "NoMemory";
}

/** Bytes of a memory, from an address up to another. */
export type Used = readonly [from: number, to: number];

/** Clearing so much takes less time than the system takes for a new memory. */
const mostCleared = 2 ** 25;

/**
 * A memory that an earlier search of this thread has left, and what it wrote to: each new one makes the JavaScript
 * engine look for garbage everywhere, which takes longer than most small searches.
 */
let spare: { readonly memory: WebAssembly.Memory; readonly used: readonly Used[] } | undefined;

/**
 * A clear memory for a search. All of it is there from the start, which costs nothing: the system hands out what
 * is written to. So nothing has to be moved when the search grows. Where even a promise of so much is
 * refused, it is less. Throws `NoMemory` where it would be less than is needed.
 */
export function clearMemory(
  limitBytes: number,
  neededBytes: number,
  isShared: boolean,
): WebAssembly.Memory {
  const most = Math.min(Math.ceil(limitBytes / pageBytes), mostPages);
  const kept = spare;
  if (!isShared && kept?.memory.buffer.byteLength === most * pageBytes) {
    spare = undefined;
    for (const [from, to] of kept.used) {
      new Uint8Array(kept.memory.buffer, from, to - from).fill(0);
    }
    return kept.memory;
  }
  for (let pages = most; ; pages >>>= 1) {
    try {
      return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: isShared });
    } catch (error) {
      if ((pages >>> 1) * pageBytes >= neededBytes) continue;
      throw new NoMemory(
        "The system does not let this process reserve the 10 GiB of addresses that a memory of WebAssembly takes " +
          "(ulimit -v?). Raise that limit; or set NODE_OPTIONS=--disable-wasm-trap-handler, with which it takes no " +
          "more than what is used; or take --engine reference.",
        { cause: error },
      );
    }
  }
}

/** Takes the memory of a search back that is over; it wrote to nothing but these stretches. */
export function takeBack(memory: WebAssembly.Memory, used: readonly Used[]): void {
  if (used.reduce((sum, [from, to]) => sum + to - from, 0) <= mostCleared) spare = { memory, used };
}
