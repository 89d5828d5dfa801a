import { type Action, type AssertedIn, runEffects } from "../../../spec/index.ts";
import type { Digits, Layout, PartsOf } from "../../layout.ts";
import type { Recorded } from "./asked.ts";
import { isPrimitive, Notes, type OnlyAnswers } from "./notes.ts";
import { EachView } from "./views/each-view.ts";
import { RecordView } from "./views/record-view.ts";
import { SequenceView } from "./views/sequence-view.ts";
import { SubsetView } from "./views/subset-view.ts";
import type { CompositeParts, Key, Recording, View } from "./views/view.ts";

/** A function of a spec. */
type Recipe = (...all: never[]) => unknown;

/** Runs recipes on concrete states and notes what they ask; for one run at a time. */
export interface Recorder {
  /**
   * Runs a function that only reads, on one state, or on two (before, after): slots of the second are
   * numbered from `layout.slots` on. It is called with the states, then with `more`.
   */
  ask(
    recipe: Recipe,
    states: readonly Digits[],
    more: readonly unknown[],
    onlyAnswers: OnlyAnswers,
  ): Recorded;
  /**
   * Runs an effect on a draft of a state; it is called with the draft, then with `more`. Each of `afterwards` runs behind
   * it, and is called with the draft, the state as it was, then with `more`. What they assert is noted in `run`.
   */
  change(
    recipe: Recipe,
    state: Digits,
    more: readonly unknown[],
    onlyAnswers: OnlyAnswers,
    run: AssertedIn,
    afterwards?: readonly Recipe[],
  ): Recorded;
}

/**
 * A recorder for states of a layout. Neither of its functions throws: what cannot be told exactly is
 * "unrecordable", and the reference semantics has to tell it.
 *
 * A call of a callback that is proved to leave nothing behind but its answer is one question, whatever it
 * asks itself; of any other each question is noted.
 *
 * The recipe sees views: proxies that read single digits and note each that they read. A view of a
 * draft keeps what is written to it, as immer's drafts do, and a value that is assigned is kept as it is
 * until the end, so that what happens to it later counts.
 */
export function recorderOf(layout: Layout): Recorder {
  const notes = new RecordingNotes(layout);
  const root = layout.root.parts as PartsOf<"record">;
  return {
    ask: (recipe, states, more, onlyAnswers) => {
      const [first, second] = states as readonly [Digits, Digits?];
      notes.begin(first, second, true, onlyAnswers);
      const views = [new RecordView(notes, 0, root).proxy];
      if (second !== undefined) {
        views.push(new RecordView(notes, layout.slots, root).proxy);
      }
      return notes.end(() => {
        const value = recipe(...(views as never[]), ...(more as never[]));
        if (isPrimitive(value)) return { kind: "answer", value };
        return { kind: "unrecordable", because: `it answers a ${typeof value}` };
      });
    },
    change: (recipe, state, more, onlyAnswers, run, afterwards = []) => {
      notes.begin(state, undefined, false, onlyAnswers);
      const draft = new RecordView(notes, 0, root);
      // What was never changed stays at the slots of the base state, whatever becomes of the draft.
      const before = new RecordView(notes, 0, root, undefined, undefined, true);
      return notes.end(() => {
        const answers = runEffects(
          { effect: recipe, afterwards } as Pick<Action, "effect" | "afterwards">,
          draft.proxy,
          before.proxy,
          more,
          run,
        );
        if (answers.some((answer) => typeof answer === "object" && answer !== null)) {
          return { kind: "unrecordable", because: "an effect returns a value" };
        }
        notes.askTold();
        return { kind: "writes", writes: draft.changes() };
      });
    },
  };
}

/** The notes, and the one place that knows all kinds of views. */
class RecordingNotes extends Notes implements Recording {
  newView(at: number, parts: CompositeParts, parent: View | undefined, key: Key): View {
    switch (parts.kind) {
      case "record":
        return new RecordView(this, at, parts, parent, key);
      case "each":
        return new EachView(this, at, parts, parent, key);
      case "sequence":
        return new SequenceView(this, at, parts, parent, key);
      case "subset":
        return new SubsetView(this, at, parts, parent, key);
    }
  }
}
