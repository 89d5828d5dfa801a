import { describe, expect, test } from "vitest";
import { instantiate, type State } from "../model/index.ts";
import { declare, each, interchangeable, oneOf, range } from "../spec/index.ts";
import { recorderOf } from "./reads.ts";

const page = interchangeable("page", 3);
const { action, spec } = declare({
  constants: {},
  state: { count: range(0, 3), owner: each(page, oneOf("free", "in use")) },
});
const model = instantiate(
  spec({
    name: "pages",
    title: "are used",
    actions: { guestWaits: action("guest", { effect: () => {} }) },
  }),
  { symmetry: false },
);
const [initial] = model.initialStates() as readonly [State];

interface Draft {
  count: number;
  readonly owner: ("free" | "in use")[];
}

/** What is left of the reads of an effect. */
function readsOf(effect: (draft: Draft) => void, keeps?: "first"): readonly string[] {
  const recorder = recorderOf(model, keeps);
  effect(recorder.draft(initial) as unknown as Draft);
  return recorder.reads().map(({ path, text }) => `${path} ${text}`);
}

describe("the reads that matter", () => {
  test("are of a quantifier those of the element that decides, and all that was read before it", () => {
    const effect = (draft: Draft): void => {
      void draft.owner[2];
      void draft.count;
      // Each element but the last one reads again what was read before.
      draft.owner.some((_, at) => draft.count === 0 && draft.owner[at] === "free" && at === 1);
    };
    expect(readsOf(effect)).toEqual(["owner[2] free", "count 0", "owner[1] free"]);
  });

  test("are not lost with an element that read them again", () => {
    const effect = (draft: Draft): void => {
      void draft.count;
      void draft.owner[2];
      draft.owner.some((owner, at) => (at === 0 ? draft.count > 0 : owner === "free"));
    };
    expect(readsOf(effect)).toEqual(["count 0", "owner[2] free", "owner[1] free"]);
  });

  test("are of what is read again the last, or the first where that is asked for", () => {
    const effect = (draft: Draft): void => {
      void draft.count;
      draft.count = 2;
      void draft.owner[0];
      void draft.count;
    };
    expect(readsOf(effect)).toEqual(["owner[0] free", "count 2"]);
    expect(readsOf(effect, "first")).toEqual(["count 0", "owner[0] free"]);
  });
});
