import { describe, expect, it } from "vitest";
import { hintproof } from "../toys/built-command.ts";
import { few } from "../toys/share.ts";

/** Counts that other checkers agree on (see checker/anchors.test.ts), from the command, with threads of its own. */
const anchors = [
  { name: "two-phase-commit", size: "managers=3", counts: [288, 1_146, 11], orbits: 80 },
  { name: "two-phase-commit", size: "managers=5", counts: [8_832, 58_146, 17], orbits: 314 },
  { name: "two-phase-commit", size: "managers=6", counts: [50_816, 402_306, 20], orbits: 553 },
  { name: "page-ring", size: "pages=6", counts: [35_783, 215_861, 38], orbits: 547 },
];
/** The first in which levels are so large that they are shared, and a table grows in several threads. */
const large = [
  { name: "page-ring", size: "pages=9", counts: [1_752_297, 15_673_793, 56], orbits: 1_183 },
];

const plain = (text: string): number => Number(text.replaceAll(",", ""));

describe("one worker and several find the anchors", () => {
  it.each(few(anchors.slice(1, 2), [...anchors, ...large]))(
    "$name, $size",
    async ({ name, size, counts, orbits }) => {
      const checked = async (...options: readonly string[]): Promise<string> => {
        const all = ["check", name, "--set", size, "--no-liveness", ...options];
        const { stdout, status } = await hintproof(all);
        expect(status).toBe(0);
        return stdout;
      };
      for (const reduced of [[], ["--no-symmetry"]]) {
        const one = await checked("--workers", "1", ...reduced);
        expect(await checked("--workers", "2", ...reduced)).toBe(one);
        for (const workers of few([], ["3"])) {
          expect(await checked("--workers", workers, ...reduced)).toBe(one);
        }
        const figures =
          /([\d,]+) (?:distinct states|orbits \(([\d,]+) states\)), ([\d,]+) generated/;
        const [, first, unreduced, generated] = figures.exec(one) as RegExpExecArray;
        if (reduced.length === 0) {
          expect([first, unreduced].map((text) => plain(text as string))).toEqual([
            orbits,
            counts[0],
          ]);
        } else {
          const depth = /depth (\d+)/.exec(one)?.[1];
          expect([first, generated, depth].map((text) => plain(text as string))).toEqual(counts);
        }
      }
    },
  );

  const ofSeveralWords = ["blocks=2", "users=2", "capacity=2", "deviceErrors=true"];
  it.each(few([], [["2"], ["3"]]))(
    "states of several words, whose parts are numbered by %s",
    async (workers) => {
      const checked = async (many: string): Promise<string> => {
        const constants = ofSeveralWords.flatMap((constant) => ["--set", constant]);
        const limits = ["--no-liveness", "--no-symmetry", "--max-states", "600000"];
        const all = ["check", "linux-free-page-reporting", ...constants, ...limits];
        const { stdout } = await hintproof([...all, "--workers", many]);
        return stdout;
      };
      const one = await checked("1");
      expect(one).toMatch(/\d{3},\d{3} distinct states/);
      expect(await checked(workers)).toBe(one);
    },
  );
});
