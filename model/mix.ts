/** A 32-bit hash of two 32-bit numbers; order matters. */
export function mix(a: number, b: number): number {
  let hash = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  hash ^= hash >>> 13;
  return hash | 0;
}

/** A 32-bit hash of three. */
export function mixed(a: number, b: number, c: number): number {
  return mix(mix(a, b), c);
}
