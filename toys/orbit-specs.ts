import {
  declare,
  each,
  type Fairness,
  type Index,
  interchangeable,
  optional,
  range,
  type Spec,
} from "../spec/index.ts";
import type { Dice } from "./graphs.ts";

/**
 * Random specs of interchangeable items, each at one of some places; one of them may be held. What an action does and
 * where a property holds is read from random tables, which look at an item's own place, at whether it is held and at a
 * number that all share. Items change places, are held in turn, and come back to where they were under other names: what
 * is fair to the one is not to the other.
 */
export function orbitSpec(dice: Dice): Spec {
  const items = 2 + dice(3);
  const places = items === 4 ? 2 : 1 + dice(2);
  const item = interchangeable("item", items);
  const words = declare({
    constants: {},
    state: { at: each(item, range(0, places - 1)), held: optional(item), shared: range(0, 1) },
  });
  type Now = typeof words.type.state;
  type Item = Index<"item">;
  const table = <T>(entry: () => T): ((state: Now, i: Item) => T) => {
    const entries = Array.from({ length: 6 * places }, entry);
    return (state, i) => {
      const held = state.held === "none" ? 0 : state.held === i ? 1 : 2;
      return entries[(state.at[i] * 3 + held) * 2 + state.shared] as T;
    };
  };
  const tableOfAll = <T>(entry: () => T): ((state: Now) => T) => {
    const entries = Array.from({ length: 4 * (items + 1) }, entry);
    return (state) => {
      const first = state.at.filter((place) => place === 0).length;
      return entries[(first * 2 + state.shared) * 2 + (state.held === "none" ? 0 : 1)] as T;
    };
  };
  const often = (): boolean => dice(3) > 0;
  const seldom = (): boolean => dice(4) === 0;
  const fairness = (): Fairness => (["none", "weak", "strong"] as const)[dice(3)] as Fairness;

  const acts = (fair: Fairness) => {
    const [mayAct, place, shared, takes] = [
      table(often),
      table(() => dice(places)),
      table(() => dice(2)),
      table(() => (["keeps", "takes", "drops"] as const)[dice(3)] as string),
    ];
    return words.action("worker", {
      forAny: item,
      fairness: fair,
      when: (state, i) => mayAct(state, i),
      effect: (state, i) => {
        const [to, number, does] = [place(state, i), shared(state, i), takes(state, i)];
        state.at[i] = to;
        state.shared = number;
        if (does === "takes") state.held = i;
        if (does === "drops") state.held = "none";
      },
    });
  };
  const [mayGive, givesTo, swaps] = [table(often), table(often), table(often)];
  const hands = words.action("worker", {
    forAny: [item, item],
    fairness: fairness(),
    when: (state, i, j) => i !== j && mayGive(state, i) && givesTo(state, j),
    effect: (state, i, j) => {
      const here = state.at[i];
      if (swaps(state, i)) {
        state.at[i] = state.at[j];
        state.at[j] = here;
      } else if (state.held === i) {
        state.held = j;
      }
    },
  });
  const [mayTick, ticksTo] = [tableOfAll(often), tableOfAll(() => dice(2))];
  const ticks = words.action("clock", {
    fairness: fairness(),
    when: (state) => mayTick(state),
    effect: (state) => {
      state.shared = ticksTo(state);
    },
  });

  const some = (holds = often) => table(holds);
  const pair = (holds = often) => {
    const [one, other] = [table(holds), table(often)];
    return (state: Now, i: Item, j: Item): boolean => one(state, i) && other(state, j);
  };
  const { leadsTo, alwaysEventually, eventuallyAlways, recoverable, within } = words;
  const isHeld = dice(2) === 0;
  const counting = (["act", "hand", "tick"] as const)[dice(3)] as string;
  return words.spec({
    name: "orbits",
    title: "read from tables",
    ...(dice(4) === 0 && { fairness: "weak" as const }),
    initial: {
      forAny: item,
      effect: (state, first) => {
        if (isHeld) state.held = first;
      },
    },
    actions: {
      act: acts(fairness()),
      ...(dice(2) === 0 && { react: acts(fairness()) }),
      hand: hands,
      tick: ticks,
    },
    liveness: {
      response: leadsTo({ forAny: item, from: some(), to: some(seldom) }),
      recurrence: alwaysEventually({ forAny: item, holds: some() }),
      stability: eventuallyAlways({ forAny: item, holds: some() }),
      recovery: recoverable({ forAny: item, when: some(), to: some(seldom) }),
      bound: within({
        forAny: item,
        from: some(),
        to: some(seldom),
        counting,
        idle: counting !== "tick" && dice(2) === 0 ? ["clock"] : [],
        atMost: dice(4),
      }),
      turn: alwaysEventually({
        forAny: item,
        holds: (state, i) => state.held === i,
      }),
      exchange: leadsTo({ forAny: [item, item], from: pair(), to: pair(seldom) }),
      ofAll: alwaysEventually(tableOfAll(seldom)),
    },
  });
}
