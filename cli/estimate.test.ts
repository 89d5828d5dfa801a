import { describe, expect, it } from "vitest";
import { hintproof } from "../toys/built-command.ts";
import { nightly } from "../toys/share.ts";

interface Told {
  readonly estimate: {
    readonly states: { readonly low: number; readonly high: number };
    readonly degree?: number;
  };
  readonly measured: readonly { readonly distinctStates: number }[];
  readonly fits: string;
  readonly lowering: readonly { readonly constant: string; readonly factor: number }[];
}

const told = async (
  ...args: readonly string[]
): Promise<Told & { readonly status: number | null }> => {
  const { status, stdout } = await hintproof(["estimate", ...args, "--format", "json"]);
  return { ...(JSON.parse(stdout) as Told), status };
};

describe("hintproof estimate", () => {
  it("refuses what is no instance", async () => {
    const wrong = await hintproof(["estimate", "page-ring", "--set", "papers=2"]);
    expect(wrong).toMatchObject({ status: 2, stdout: "" });
    const none = await hintproof(["estimate", "page-ring", "--max-states", "3"]);
    expect(none).toMatchObject({ status: 2, stdout: "" });
    expect(none.stderr).toContain("No two instances of page-ring are small enough");
    expect(none.stderr).toContain("give --max-states more");
    const late = await hintproof(["estimate", "page-ring", "--timeout", "0.0001"]);
    expect(late).toMatchObject({ status: 2, stdout: "" });
    expect(late.stderr).toContain("give --timeout more");
  });
});

nightly(() => {
  describe("hintproof estimate, of protocols whose sizes are recorded", () => {
    it("finds the polynomial that a protocol is known to have, and what does not fit", async () => {
      const args = ["page-ring", "--set", "pages=9", "--max-states", "400", "--memory", "1M"];
      const { estimate, measured, fits, lowering, status } = await told(...args);
      // What the record has of nine pages, of which none was searched.
      expect(estimate).toMatchObject({ states: { low: 1_183, high: 1_183 }, degree: 2 });
      expect(Math.max(...measured.map((one) => one.distinctStates))).toBeLessThanOrEqual(400);
      expect({ fits, status }).toEqual({ fits: "no", status: 4 });
      expect(lowering.map(({ constant }) => constant)).toContain("pages");
      for (const { factor } of lowering) expect(factor).toBeGreaterThan(1);
    });

    it("has what three blocks come to within what two show", async () => {
      const args = ["--no-liveness", "--max-states", "30000"];
      const { estimate, measured } = await told("linux-free-page-reporting", ...args);
      expect(Math.max(...measured.map((one) => one.distinctStates))).toBeLessThan(30_000);
      expect(estimate.states.low).toBeLessThanOrEqual(40_062);
      expect(estimate.states.high).toBeGreaterThanOrEqual(40_062);
    });
  });
});
