import { describe, expect, test } from "vitest";
import { expectBroken, figuresOf, propertyBrokenBy } from "../../toys/part-checks.ts";
import { declare, each, oneOf, ordered, unlistedIn, variant } from "../language/index.ts";
import { dirtyBitmap } from "./dirty-bitmap.ts";

describe("the dirty bitmap of a migration", () => {
  /** A guest that hints pages and writes; a hint is good until the next sync. */
  function migration() {
    const page = ordered("frame", 2);
    const bitmap = dirtyBitmap(page);
    const { action, spec, type } = declare({
      parts: [bitmap],
      state: { hint: each(page, oneOf("none", "made", "stale")) },
    });
    type Draft = typeof type.draft;
    const endRound = (state: Draft): void => {
      state.hint.forEach((hint, p) => {
        if (hint === "made") state.hint[p] = "stale";
      });
    };
    const made = spec({
      name: "migration",
      title: "a guest hints pages while it is migrated",
      actions: {
        ...bitmap.actions,
        migrationSyncs: action("migration", {
          when: bitmap.isRunning,
          effect: (state) => {
            bitmap.sync(state);
            endRound(state);
          },
        }),
        guestWrites: action("guest", {
          forAny: page,
          when: bitmap.isRunning,
          effect: (state, p) => bitmap.write(state, [p]),
        }),
        guestHints: action("guest", {
          forAny: page,
          when: (state, p) => bitmap.isRunning(state) && state.hint[p] === "none",
          effect: (state, p) => {
            bitmap.giveUp(state, [p]);
            state.hint[p] = "made";
          },
        }),
        deviceTakesHint: action("device", {
          forAny: page,
          when: (state, p) => bitmap.isRunning(state) && state.hint[p] !== "none",
          effect: (state, p) => {
            if (state.hint[p] === "made") bitmap.clear(state, [p]);
            state.hint[p] = "none";
          },
        }),
      },
      invariants: bitmap.invariants,
      liveness: bitmap.liveness,
      mayEnd: (state) => state.migration === "ended",
    });
    return { bitmap, made };
  }

  test("has what was written and not given up in the end at the destination", () => {
    const { made } = migration();
    expect(unlistedIn(made)).toEqual([]);
    const [one, other] = figuresOf(made);
    expect(one).toEqual(other);
    expect(one).toMatchObject({ kind: "holds" });
  });

  const { bitmap, made } = migration();
  const wrong = { because: "a test", name: "wrong" } as const;
  test.each([
    // A hint that was made before the sync clears what the sync has set since (g/R1).
    variant(made, {
      ...wrong,
      change: {
        actions: {
          deviceTakesHint: { afterwards: (state, _before, p) => bitmap.clear(state, [p]) },
        },
      },
      expects: { breaks: ["olderPageIsToBeSent"] },
    }),
    // What is left is not sent.
    variant(made, {
      ...wrong,
      change: {
        actions: { migrationEnds: { when: (state) => state.migration === "guest is stopped" } },
      },
      expects: { breaks: ["destinationHasWhatIsNeeded"] },
    }),
    variant(made, {
      ...wrong,
      change: {
        mayEnd: () => true,
        actions: {
          migrationSends: {
            afterwards: (state, _before, p) => {
              state.dirtyBitmap[p] = "to be sent";
            },
          },
        },
      },
      expects: { breaks: ["migrationCanEnd"] },
    }),
  ])("breaks $expects.properties.0 where somebody is wrong", ({ spec, expects }) => {
    expectBroken(spec, propertyBrokenBy(expects));
  });
});
