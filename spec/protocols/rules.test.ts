import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { idsIn, protocolsFolder as folder, rulesOf } from "../../toys/rules.ts";
import { sources } from "../../toys/sources.ts";

const protocols = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const read = (...path: readonly string[]): string => readFileSync(join(folder, ...path), "utf8");

describe.each(protocols)("%s", (protocol) => {
  const own = readdirSync(join(folder, protocol))
    .filter((file) => file.endsWith(".ts"))
    .map((file) => read(protocol, file));
  const parts = own.flatMap((text) =>
    [...text.matchAll(/"\.\.\/\.\.\/parts\/(.*?)"/g)].map(([, part = ""]) =>
      read("..", "parts", part),
    ),
  );
  const used = new Set([...own, ...parts].flatMap(idsIn));
  const rules = rulesOf(protocol);
  const defined = rules.map(({ id }) => id);

  test("each id that is used is defined, once", () => {
    expect([...used].filter((id) => !defined.includes(id))).toEqual([]);
    expect(defined).toEqual([...new Set(defined)]);
  });

  test("each id that is defined is used", () => {
    expect(defined.filter((id) => !used.has(id))).toEqual([]);
  });

  test("each rule is a sentence with a source, and speaks of no id that is not defined", () => {
    for (const { id, rule, source } of rules) {
      expect(idsIn(id)).toEqual([id]);
      expect(rule, id).toMatch(/^[A-Z].*\.$/);
      expect(source, id).not.toBe("");
      for (const other of idsIn(`${rule} ${source}`)) expect(defined, id).toContain(other);
    }
  });
});

test("no other source speaks of an id that no protocol defines", () => {
  const defined = protocols.flatMap((protocol) => rulesOf(protocol).map(({ id }) => id));
  const named = sources
    .filter((source) => !source.startsWith(folder))
    .flatMap((source) => [...readFileSync(source, "utf8").matchAll(/\b[a-i]\/R\d+\b|\bLM\d+\b/g)]);
  expect(named.map(([id]) => id).filter((id) => !defined.includes(id))).toEqual([]);
});

test("ids are found as they are written", () => {
  expect(
    idsIn("N1 to N3, then K7' and K6b; as bugs 3 and 4 (f/R2), bug class 21, i4, a.5."),
  ).toEqual(["N1", "N2", "N3", "K7'", "K6b", "bug 3", "bug 4", "f/R2", "bug 21", "i4", "a.5"]);
  expect(idsIn("S390, v12, 0x1F and Sz are none")).toEqual([]);
});
