import { writeFileSync } from "node:fs";
import { test } from "vitest";
import { check } from "../../checker/index.ts";
import { instantiate } from "../../model/index.ts";
import type { Spec, Variant } from "../language/index.ts";
import * as base from "./s390-guest-page-hinting.ts";
import * as variants from "./s390-guest-page-hinting-variants.ts";

test("explore", { timeout: 600000 }, () => {
  const out: unknown[] = [];
  const all: [string, Spec, unknown][] = [["base", base.default, "holds"]];
  for (const v of Object.values(variants) as unknown as Variant[])
    if (v.kind === "variant") all.push([v.name, v.spec, v.expects]);
  for (const [name, spec, expects] of all) {
    if (process.env["ONLY"] && !name.includes(process.env["ONLY"])) continue;
    const constants = JSON.parse(process.env["SET"] ?? "{}");
    const verdict = check(instantiate(spec, { constants }), { maxStates: 60000 });
    out.push({ name, expects, ...verdict });
  }
  writeFileSync(
    "/tmp/s390.json",
    JSON.stringify(out, (_k, v) =>
      typeof v === "bigint" ? Number(v) : v instanceof Set ? [...v] : v,
    ),
  );
});
