/** Bytes, as many as are pushed. */
export class Bytes {
  #bytes = new Uint8Array(256);
  length = 0;

  push(...values: readonly number[]): void {
    this.#reserve(values.length);
    for (let i = 0; i < values.length; i++) this.#bytes[this.length++] = values[i] as number;
  }

  append(other: Uint8Array): void {
    this.#reserve(other.length);
    this.#bytes.set(other, this.length);
    this.length += other.length;
  }

  all(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.length);
  }

  #reserve(more: number): void {
    if (this.length + more <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.length + more));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/** Bytes that are put together. */
export type ByteList = readonly number[] | Uint8Array;

/** The parts in one, with their length in front. */
export function sized(parts: readonly ByteList[]): Uint8Array {
  const all = new Bytes();
  all.push(...unsigned(parts.reduce((sum, part) => sum + part.length, 0)));
  for (const part of parts) all.append(Uint8Array.from(part));
  return all.all();
}

/** A whole number, 0 or more, in groups of seven bits, the lowest first (LEB128). */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return bytes;
}
