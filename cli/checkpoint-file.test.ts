import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderOutside } from "./built-command.ts";
import {
  checkProtocol,
  readCheckpoint,
  readCheckpointLine,
  type SearchFacts,
  writeCheckpoint,
} from "./checkpoint-file.ts";

const facts: SearchFacts = {
  protocol: "toy",
  variant: "its-variant",
  constants: { pages: 3, fast: false },
  symmetry: true,
  properties: ["one", "other"],
  source: "of the spec",
};
const checkpoint = { header: { depth: 3 }, states: Uint8Array.from([1, 2, 10, 3]) };

describe("a checkpoint in a file", () => {
  const folder = folderOutside();
  const file = join(folder, "kept");

  it("is read as it was written, from a shared memory too", () => {
    const memory = new Uint8Array(new SharedArrayBuffer(300_000)).fill(7);
    const shared = { ...checkpoint, states: memory.subarray(5) };
    for (const one of [checkpoint, shared]) {
      expect(writeCheckpoint(file, { ...facts, file: "/toy.ts" }, one)).toBeUndefined();
      expect(readCheckpointLine(file)).toMatchObject({ ...facts, file: "/toy.ts" });
      const { header, states } = readCheckpoint(file, facts);
      expect(header).toEqual(one.header);
      expect(Buffer.compare(states, one.states)).toBe(0);
    }
    expect(readdirSync(folder)).toEqual(["kept"]);
  });

  it.each([
    ["another protocol", { protocol: "other" }, "a checkpoint of toy, not of other"],
    ["no variant", { variant: undefined }, "variant: none; in the file: its-variant"],
    [
      "other constants",
      { constants: { fast: true, pages: 3 } },
      "constants: fast=true pages=3; in the file: fast=false pages=3",
    ],
    ["no symmetry", { symmetry: false }, "symmetry: not reduced; in the file: reduced"],
    ["other properties", { properties: ["one"] }, "properties: one; in the file: one, other"],
    ["all properties", { properties: undefined }, "properties: all; in the file: one, other"],
    ["another source", { source: "changed" }, "the protocol has been changed since"],
  ] as const)("is refused to a search with %s, which is said", (_what, other, message) => {
    writeCheckpoint(file, facts, checkpoint);
    const now = { ...facts, ...other } as SearchFacts;
    expect(() => {
      checkProtocol(file, now.protocol);
      readCheckpoint(file, now);
    }).toThrow(message);
  });

  it("is refused if it was written by another version", () => {
    writeCheckpoint(file, facts, checkpoint);
    const text = readFileSync(file, "latin1");
    writeFileSync(file, text.replace(/"hintproof":"[^"]*"/, '"hintproof":"0.0.9"'), "latin1");
    expect(() => readCheckpoint(file, facts)).toThrow(/hintproof: .*; in the file: 0\.0\.9/);
    writeFileSync(file, text.replace('"formatVersion":1', '"formatVersion":9'), "latin1");
    expect(() => readCheckpoint(file, facts)).toThrow("which this version cannot read");
  });

  it("is refused at whatever byte it is cut short, and if a byte has changed", () => {
    writeCheckpoint(file, facts, checkpoint);
    const bytes = readFileSync(file);
    for (let length = 0; length < bytes.length; length++) {
      writeFileSync(file, bytes.subarray(0, length));
      expect(() => readCheckpoint(file, facts)).toThrow(/is cut short|is not a checkpoint/);
    }
    const changed = Buffer.from(bytes);
    changed[bytes.length - 2] = 0x0b;
    writeFileSync(file, changed);
    expect(() => readCheckpoint(file, facts)).toThrow("is damaged");
    writeFileSync(file, Buffer.concat([bytes, bytes]));
    expect(() => readCheckpoint(file, facts)).toThrow("is damaged");
  });

  it("stays as it was if a newer one cannot be written", () => {
    writeCheckpoint(file, facts, checkpoint);
    mkdirSync(`${file}.tmp`);
    expect(writeCheckpoint(file, facts, { ...checkpoint, header: { depth: 4 } })).toBe(
      "it is a folder",
    );
    expect(readCheckpoint(file, facts).header).toEqual({ depth: 3 });
    rmdirSync(`${file}.tmp`);
    expect(writeCheckpoint(join(folder, "nowhere", "kept"), facts, checkpoint)).toBe(
      "there is no such folder",
    );
  });
});
