import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { type CheckOptions, check } from "../checker/index.ts";
import { instantiate, type Model } from "../model/index.ts";
import { declare, each, ordered, range, type Spec } from "../spec/index.ts";
import { protocols } from "../toys/protocols.ts";
import { folderOutside } from "../toys/built-command.ts";
import { few, oneIn } from "../toys/share.ts";
import { type Protocol, UsageError } from "../runs/index.ts";
import {
  checkProtocol,
  prepareCheckpoint,
  readCheckpoint,
  readHead,
  type SearchFacts,
  temporaryOf,
  writeCheckpoint,
} from "./checkpoint-file.ts";
import { fingerprint } from "./fingerprint.ts";

const facts: SearchFacts = {
  protocol: "toy",
  variant: "its-variant",
  constants: { pages: 3, fast: false },
  symmetry: true,
  properties: ["one", "other"],
  source: "of the spec",
};
const searched = { of: "states", header: { depth: 3 }, states: Uint8Array.from([1, 2, 10, 3]) };
const checkpoint = [searched];

describe("a checkpoint in a file", () => {
  const folder = folderOutside();
  const file = join(folder, "kept");

  it("is read as it was written, from a shared memory too", () => {
    const memory = new Uint8Array(new SharedArrayBuffer(300_000)).fill(7);
    const shared = { ...searched, states: memory.subarray(5) };
    const from = { path: "/toy.ts", digest: "of it" };
    for (const one of [[searched], [shared], [shared, searched], [searched, shared, searched]]) {
      expect(writeCheckpoint(file, { ...facts, file: from }, one)).toBeUndefined();
      expect(readHead(file).head).toMatchObject({ ...facts, file: from });
      const read = readCheckpoint(file, facts);
      expect(read.map(({ of, header }) => ({ of, header }))).toEqual(
        one.map(({ of, header }) => ({ of, header })),
      );
      for (const [place, { states }] of one.entries()) {
        expect(Buffer.compare(read[place]?.states as Uint8Array, states)).toBe(0);
      }
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
    writeFileSync(file, text.replace("checkpoint 2 ", "checkpoint 1 "), "latin1");
    expect(() => readCheckpoint(file, facts)).toThrow("of another version of hintproof");
    writeFileSync(file, '{"format":"hintproof checkpoint","formatVersion":1}\n');
    expect(() => readCheckpoint(file, facts)).toThrow("of another version of hintproof");
    forge((head) => ({ ...head, hintproof: "0.0.9" }));
    expect(() => readCheckpoint(file, facts)).toThrow(/hintproof: .*; in the file: 0\.0\.9/);
  });

  it("is refused at whatever byte it is cut short, and if it is longer", () => {
    writeCheckpoint(file, facts, [searched, searched]);
    const bytes = readFileSync(file);
    for (let length = 0; length < bytes.length; length++) {
      writeFileSync(file, bytes.subarray(0, length));
      expect(() => readCheckpoint(file, facts)).toThrow(/is cut short|is not a checkpoint/);
    }
    writeFileSync(file, Buffer.concat([bytes, bytes]));
    expect(() => readCheckpoint(file, facts)).toThrow("is damaged");
  });

  it("has nothing in its head that is not known there, or is of another type", () => {
    const changes: Readonly<Record<string, unknown>>[] = [
      { propertie: ["one"] },
      { properties: "one" },
      { constants: { pages: "3", fast: false } },
      { constants: [3] },
      { symmetry: 1 },
      { variant: null },
      { protocol: undefined },
      { stateBytes: [] },
      { file: { path: 1, digest: "" } },
    ];
    for (const change of changes) {
      forge((head) => ({ ...head, ...change }));
      expect(() => readCheckpoint(file, facts)).toThrow("is damaged");
    }
  });

  /** Writes a checkpoint whose head was made up, with the digest that belongs to it. */
  function forge(change: (head: object) => object): void {
    rmSync(file, { force: true });
    writeCheckpoint(file, facts, checkpoint);
    const bytes = readFileSync(file);
    const [begin, end] = [
      bytes.indexOf("\n") + 1,
      bytes.indexOf("\n", bytes.indexOf("\n") + 1) + 1,
    ];
    const head = JSON.parse(bytes.toString("utf8", begin, end)) as object;
    const line = `${JSON.stringify(change(head))}\n`;
    const digest = createHash("sha256").update(line).digest("hex");
    const first = Buffer.from(`hintproof checkpoint 2 ${digest}\n${line}`);
    writeFileSync(file, Buffer.concat([first, bytes.subarray(end)]));
  }

  it("is one's own where it was written, and wherever it is moved", () => {
    writeCheckpoint(file, facts, checkpoint);
    expect(readHead(file).isOwn).toBe(true);
    renameSync(file, `${file}-moved`);
    expect(readHead(`${file}-moved`).isOwn).toBe(true);
    copyFileSync(`${file}-moved`, file);
    expect(readHead(file).isOwn).toBe(false);
    chmodSync(`${file}-moved`, 0o666);
    expect(readHead(`${file}-moved`).isOwn).toBe(false);
    rmSync(`${file}-moved`);
  });

  it("stays as it was if a newer one cannot be written", () => {
    writeCheckpoint(file, facts, checkpoint);
    mkdirSync(temporaryOf(file));
    expect(writeCheckpoint(file, facts, [{ ...searched, header: { depth: 4 } }])).toBeDefined();
    expect(readCheckpoint(file, facts)[0]?.header).toEqual({ depth: 3 });
    rmdirSync(temporaryOf(file));
    expect(writeCheckpoint(join(folder, "nowhere", "kept"), facts, checkpoint)).toBe(
      "there is no such folder",
    );
  });

  it("is not written over one that the search does not go on from", () => {
    writeCheckpoint(file, facts, checkpoint);
    const another = join(folder, "another");
    for (const resume of [undefined, another]) {
      expect(() => prepareCheckpoint(file, resume)).toThrow(
        /a checkpoint is there already, of toy its-variant pages=3 fast=false\. --resume .* goes on from it/,
      );
    }
    expect(readCheckpoint(file, facts)[0]?.header).toEqual({ depth: 3 });
    symlinkSync(file, another);
    prepareCheckpoint(file, another);
    prepareCheckpoint(another, file);
    rmSync(another);
    // Nobody could go on from that.
    writeFileSync(file, readFileSync(file, "utf8").slice(0, 120));
    prepareCheckpoint(file);
  });

  it("is half written under the name of its process, which is cleared away once that is no more", () => {
    const { pid: ended } = spawnSync(process.execPath, ["--version"]);
    const left = temporaryOf(file, ended);
    const used = temporaryOf(file, process.ppid);
    const others = join(folder, ".kept.other-machine.1.tmp");
    for (const each of [left, used, others, temporaryOf(file)]) writeFileSync(each, "half");
    prepareCheckpoint(file, file);
    expect(readdirSync(folder).toSorted()).toEqual(
      [basename(others), basename(used), "kept"].toSorted(),
    );
    expect(new Set([left, used, temporaryOf(file)]).size).toBe(3);
    writeCheckpoint(file, facts, checkpoint);
    expect(readFileSync(used, "utf8")).toBe("half");
  });
});

describe("of a checkpoint with one bit changed", () => {
  const folder = folderOutside();
  const ring = protocols.find(({ spec }) => spec.name === "page-ring") as Protocol;
  const s390 = protocols.find(({ spec }) => spec.name === "s390-guest-page-hinting") as Protocol;
  const wide = (): Model => instantiate(counters(9, 255));

  it.each(
    oneIn<[string, Model, Partial<SearchFacts>, CheckOptions]>(3, [
      ["a protocol with symmetry", instantiate(ring.spec, { constants: { pages: 3 } }), {}, {}],
      [
        "a variant and some properties",
        instantiate(s390.variants[0]?.spec as Spec, { symmetry: false }),
        {
          variant: s390.variants[0]?.name as string,
          symmetry: false,
          properties: ["discardedPageIsClean"],
        },
        { properties: ["discardedPageIsClean"] },
      ],
      ["states of several words", wide(), {}, {}],
    ]),
  )("nothing is read, of a search of %s", (_what, model, more, options) => {
    const file = join(folder, "kept");
    const its: SearchFacts = {
      protocol: model.spec.name,
      constants: model.constants,
      symmetry: true,
      source: fingerprint(model.spec, undefined),
      ...more,
    };
    check(model, {
      ...options,
      maxStates: 300,
      onCheckpoint: (found) => expect(writeCheckpoint(file, its, found)).toBeUndefined(),
    });
    const bytes = readFileSync(file);
    const opened = openSync(file, "r+");
    let accepted = 0;
    for (let bit = 0; bit < 8 * bytes.length; bit += few(7, 1)) {
      const at = bit >>> 3;
      const right = bytes[at] as number;
      writeSync(opened, Uint8Array.of(right ^ (1 << (bit & 7))), 0, 1, at);
      try {
        readCheckpoint(file, its);
        accepted++;
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
      }
      writeSync(opened, Uint8Array.of(right), 0, 1, at);
    }
    closeSync(opened);
    expect(accepted).toBe(0);
    expect(readCheckpoint(file, its)[0]?.states.length).toBeGreaterThan(100);
  });

  /** Counters that count up one by one. */
  function counters(count: number, last: number): Spec {
    const counter = ordered("counter", count);
    const { action, spec } = declare({
      constants: {},
      state: { at: each(counter, range(0, last)) },
    });
    const counts = action("counters", {
      forAny: counter,
      when: (state, c) => state.at[c] < last,
      effect: (state, c) => {
        state.at[c] += 1;
      },
    });
    return spec({ name: "counters", title: "count up", actions: { counts } });
  }
});
