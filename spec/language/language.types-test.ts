/**
 * What the language promises to an author while typing. Nothing here runs: `tsc` checks that each
 * mistake does not compile, and that what is inferred is exactly what is expected.
 */
import { match } from "ts-pattern";
import {
  also,
  assert,
  buddies,
  declare,
  each,
  ghost,
  type Index,
  instance,
  interchangeable,
  message,
  oneOf,
  optional,
  ordered,
  range,
  record,
  saved,
  sequence,
  subset,
  variant,
} from "./index.ts";

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only for `expectType<Equal<A, B>>(true)` with equal types. */
declare function expectType<Result extends true>(result: Result): void;

const constants = { pages: 2, cpus: 2, batched: false };
const page = interchangeable("page", ({ pages }: typeof constants) => pages);
const cpu = interchangeable("cpu", ({ cpus }: typeof constants) => cpus);
const slot = ordered("slot", 3);
const frame = buddies("frame", { levels: 2 });
const block = frame.blocks("block");

const {
  action,
  alwaysEventually,
  assertion,
  invariant,
  leadsTo,
  pages,
  process,
  progress,
  recoverable,
  spec,
  stepProperty,
  temporal,
  type,
  within,
  witness,
} = declare({
  constants,
  where: {
    "there is a page": (values) => {
      expectType<
        Equal<
          typeof values,
          { readonly pages: number; readonly cpus: number; readonly batched: boolean }
        >
      >(true);
      return values.pages > 0;
    },
  },
  state: {
    guest: each(page, oneOf("in use", "free")),
    lock: each(page, record({ holder: optional(cpu), waiters: subset(cpu) })),
    lists: each(slot, sequence(block, 4)),
    owner: optional(page),
    budget: range(0, ({ pages: most }: typeof constants) => most),
    told: ghost(oneOf("no", "yes")),
    worker: oneOf("idle", "walks", "waits"),
    cpu: each(cpu, oneOf("idle", "frees")),
  },
});

type State = typeof type.state;
type Draft = typeof type.draft;
declare const [state, draft]: [State, Draft];
declare const [p, c, s, f, b]: [
  Index<"page">,
  Index<"cpu">,
  Index<"slot">,
  Index<"frame">,
  Index<"block">,
];

const guestAllocates = action("guest", {
  forAny: page,
  when: (before, which) => before.guest[which] === "free",
  effect: (after, which) => {
    after.guest[which] = "in use";
  },
});
const guestIsIdle = action("guest", { effect: () => {} });
const protocol = spec({
  name: "protocol",
  title: "an example",
  actions: { guestAllocates, guestIsIdle },
});

// ---- What is inferred ----

export function infersTheStateFromItsDomains(): void {
  expectType<Equal<(typeof state.guest)[Index<"page">], "in use" | "free">>(true);
  expectType<Equal<State["owner"], Index<"page"> | "none">>(true);
  expectType<Equal<State["budget"], number>>(true);
  expectType<Equal<State["told"], "no" | "yes">>(true);
  expectType<Equal<State["lock"][Index<"page">]["holder"], Index<"cpu"> | "none">>(true);
  expectType<Equal<State["lock"][Index<"page">]["waiters"], ReadonlySet<Index<"cpu">>>>(true);
  expectType<Equal<Draft["lock"][Index<"page">]["waiters"], Set<Index<"cpu">>>>(true);
  expectType<Equal<State["lists"][Index<"slot">], readonly Index<"block">[]>>(true);
  expectType<Equal<Draft["lists"][Index<"slot">], Index<"block">[]>>(true);
  expectType<
    Equal<keyof State, "guest" | "lock" | "lists" | "owner" | "budget" | "told" | "worker" | "cpu">
  >(true);
}

export function givesActorChoicesAndConstantsInThisOrder(): void {
  action("guest", {
    when: (...all) => {
      expectType<Equal<typeof all, [state: State, typeof type.constants]>>(true);
      return true;
    },
    effect: (...all) => {
      expectType<Equal<typeof all, [draft: Draft, typeof type.constants]>>(true);
    },
  });
  action(cpu, {
    forAny: [page, oneOf("head", "tail"), range(0, 3)],
    when: (_state, self, which, end, amount, { batched }) => {
      expectType<Equal<typeof self, Index<"cpu">>>(true);
      expectType<Equal<typeof which, Index<"page">>>(true);
      expectType<Equal<typeof end, "head" | "tail">>(true);
      expectType<Equal<typeof amount, number>>(true);
      expectType<Equal<typeof batched, boolean>>(true);
      return batched;
    },
    effect: () => {},
  });
  stepProperty({
    forAny: page,
    holds: (before, after, which) => {
      expectType<Equal<typeof before, State>>(true);
      expectType<Equal<typeof after, State>>(true);
      return before.guest[which] === after.guest[which];
    },
  });
  leadsTo({
    forAny: [page, cpu],
    from: (now, which, by) => now.lock[which].holder === by,
    to: (now, which, by) => now.lock[which].holder !== by,
  });
  temporal({
    forAny: [page, oneOf("head", "tail")],
    formula: ({ always, and, eventually, implies, taken, until }) =>
      always(
        implies(
          (...all) => {
            expectType<
              Equal<
                typeof all,
                [state: State, Index<"page">, "head" | "tail", typeof type.constants]
              >
            >(true);
            return true;
          },
          and(
            eventually(taken("guestAllocates")),
            until(
              (now, which) => now.guest[which] === "free",
              (_now, _which, end) => end === "head",
            ),
          ),
        ),
      ),
  });
  temporal({
    formula:
      () =>
      (...all) => {
        expectType<Equal<typeof all, [state: State, typeof type.constants]>>(true);
        return true;
      },
  });
  within({
    forAny: page,
    from: (now, which) => now.guest[which] === "free",
    to: (now, which) => now.guest[which] === "in use",
    counting: (...all) => {
      expectType<Equal<typeof all, [state: State, Index<"page">, typeof type.constants]>>(true);
      return true;
    },
    idle: ["guest"],
    atMost: (values) => {
      expectType<Equal<typeof values, typeof type.constants>>(true);
      return values.pages;
    },
  });
  state.guest.every((view, which) => {
    expectType<Equal<typeof view, "in use" | "free">>(true);
    expectType<Equal<typeof which, Index<"page">>>(true);
    return true;
  });
}

export function relatesBlocksToFrames(): void {
  expectType<Equal<ReturnType<typeof block.frames>, readonly Index<"frame">[]>>(true);
  expectType<Equal<ReturnType<typeof block.buddy>, Index<"block"> | undefined>>(true);
  draft.lists[slot.at(block.order(b))].push(b);
  // @ts-expect-error a frame is not a block
  block.order(f);
  // @ts-expect-error nor is a block a frame
  block.of(b);
}

export function tellsHalvesApartOnlyWhereTheyAreOrdered(): void {
  const page4k = buddies("frame", { levels: 2, ordered: "halves" });
  const aligned = page4k.blocks("block");
  expectType<Equal<ReturnType<typeof aligned.first>, Index<"frame">>>(true);
  expectType<Equal<ReturnType<typeof aligned.isLower>, boolean>>(true);
  expectType<Equal<ReturnType<typeof page4k.offset>, number>>(true);
  // @ts-expect-error the trees are exchanged: no frame has a position
  page4k.position(f);
  // @ts-expect-error nor is there one at a position
  page4k.at(0);
  const all = buddies("frame", { levels: 2, ordered: "halves and trees" });
  expectType<Equal<ReturnType<typeof all.at>, Index<"frame">>>(true);
  expectType<Equal<ReturnType<typeof all.position>, number>>(true);
  expectType<Equal<ReturnType<ReturnType<typeof all.blocks<"block">>["isLower"]>, boolean>>(true);
  // @ts-expect-error the halves may be swapped: none is the lower
  block.isLower(b);
  // @ts-expect-error nor does a block have a first frame
  block.first(b);
  // @ts-expect-error nor a frame an offset
  frame.offset(f);
  // @ts-expect-error did you mean halves?
  buddies("frame", { levels: 2, ordered: "half" });
  // @ts-expect-error did you mean trees?
  buddies("frame", { levels: 2, tree: 2 });
}

// ---- Words and names ----

export function refusesAMisspeltVariable(): void {
  // @ts-expect-error did you mean guest?
  invariant((now) => now.gest.length > 0);
  action("guest", {
    effect: (after) => {
      // @ts-expect-error an effect cannot add a variable either
      after.gest = "free";
    },
  });
  // @ts-expect-error nor a field of a record
  witness({ forAny: page, holds: (now, which) => now.lock[which].holdr === "none" });
}

export function refusesAWrongWord(): void {
  // @ts-expect-error a word that the domain does not have can never be equal
  invariant({ forAny: page, holds: (now, which) => now.guest[which] === "in-use" });
  // @ts-expect-error nor be assigned
  draft.guest[p] = "reported";
  // @ts-expect-error a choice has words too
  action("g", { forAny: oneOf("head", "tail"), when: (_now, end) => end === "tale", effect() {} });
  // @ts-expect-error fairness is none, weak or strong
  action("guest", { fairness: "week", effect: () => {} });
  // @ts-expect-error symmetry is declared or none
  spec({ name: "s", title: "s", actions: { guestIsIdle }, symmetry: "nonne" });
}

export function demandsEveryCaseOfAMatch(): void {
  match(state.guest[p])
    .with("in use", () => 1)
    .with("free", () => 2)
    .exhaustive();
  match(state.guest[p])
    .with("in use", () => 1)
    // @ts-expect-error "free" is missing
    .exhaustive();
  // @ts-expect-error an unknown case
  match(state.guest[p]).with("isolated", () => 1);
}

// ---- Indices ----

export function refusesAnIndexOfAnotherSet(): void {
  // @ts-expect-error a page is not found by a cpu
  state.guest[c];
  // @ts-expect-error nor by a position
  state.lists[p];
  // @ts-expect-error nor held in its place
  draft.owner = c;
  // @ts-expect-error nor among the waiters
  draft.lock[p].waiters.add(p);
  // @ts-expect-error nor compared with it
  invariant({ forAny: [page, cpu], holds: (_now, which, by) => which !== by });
  state.lists[s];
}

export function refusesANumberAsAnIndex(): void {
  // @ts-expect-error page 0 is like any other page: naming it would break the symmetry
  state.guest[0];
  // @ts-expect-error by whatever way the number is found
  state.guest[state.guest.length - 1];
  // @ts-expect-error and an index is not a number to reckon with
  state.guest[p + 1];
  // @ts-expect-error not even to compare
  invariant({ forAny: [page, page], holds: (_now, one, other) => one - other > 0 });
  // @ts-expect-error a number is not a page
  draft.owner = 0;
}

// ---- Recipes ----

export function refusesAnEffectWithTheWrongChoice(): void {
  // @ts-expect-error the choice is a page, not a cpu
  action("guest", { forAny: page, effect: (_after, _which: Index<"cpu">) => {} });
  // @ts-expect-error the actor comes before the choices
  action(cpu, { forAny: page, effect: (_after, _which: Index<"page">, _by: Index<"cpu">) => {} });
  action("guest", {
    forAny: oneOf("a", "b"),
    effect: (after, which) => {
      // @ts-expect-error the choice is a word, not a number
      after.budget = which;
    },
  });
  action("guest", {
    effect: (after, which) => {
      // @ts-expect-error without forAny there is nothing to choose, only constants
      after.owner = which;
    },
  });
}

export function refusesAnAssignmentInAGuard(): void {
  action("guest", {
    forAny: page,
    // @ts-expect-error a condition only reads
    when: (now, which) => (now.guest[which] = "free") === "free",
    effect: () => {},
  });
  action("guest", {
    when: (now) => {
      // @ts-expect-error nor may it count
      now.budget += 1;
      return true;
    },
    effect: () => {},
  });
  // @ts-expect-error nor change a set
  witness({ forAny: [page, cpu], holds: (now, which, by) => now.lock[which].waiters.delete(by) });
  // @ts-expect-error nor a sequence
  invariant({ forAny: slot, holds: (now, at) => now.lists[at].pop() === undefined });
  // @ts-expect-error nor the constants
  invariant((_now, values) => (values.pages = 3) > 0);
}

export function demandsABooleanFromAClaim(): void {
  // @ts-expect-error a number is not yet a claim
  invariant((now) => now.budget);
  // @ts-expect-error a claim without "holds" claims nothing
  invariant({ forAny: page, when: () => true });
  // @ts-expect-error a leads-to needs both ends
  leadsTo({ from: () => true });
  // @ts-expect-error a recoverable needs a goal
  recoverable({ when: () => true });
  // @ts-expect-error a bound is a number, or one that follows from the constants
  within({ from: () => true, to: () => true, counting: "guestAllocates", atMost: "often" });
  // @ts-expect-error an async predicate would always be true
  alwaysEventually(async () => false);
  // @ts-expect-error within a formula, too
  temporal({ formula: ({ always }) => always(async () => false) });
}

export function refusesProgressOfNobody(): void {
  progress({ of: cpu, counting: (now, which) => now.cpu[which] === "frees" });
  progress({ of: "worker", counting: ["guestAllocates"], seenFrom: { pages: 2 } });
  // @ts-expect-error somebody makes progress
  progress({ counting: "guestAllocates" });
  // @ts-expect-error who does is one actor, or an index set of actors
  progress({ of: ["worker"] });
  // @ts-expect-error what counts is a name, several, or a predicate
  progress({ of: "worker", counting: guestAllocates });
  // @ts-expect-error of no action nothing counts
  progress({ of: "worker", counting: [] });
  // @ts-expect-error the element is a cpu, not a page
  progress({ of: cpu, counting: (_now, which: Index<"page">) => which === undefined });
  // @ts-expect-error one actor is no element
  progress({ of: "worker", counting: (_now, which: Index<"cpu">) => which === undefined });
  // @ts-expect-error a predicate only reads
  progress({ of: "worker", counting: (now) => (now.budget = 1) > 0 });
  // @ts-expect-error there is no such part
  progress({ of: "worker", by: "guestAllocates" });
}

export function refusesWhatIsNoFormula(): void {
  // @ts-expect-error a temporal property without a formula claims nothing
  temporal({ forAny: page });
  // @ts-expect-error the words are given to a function
  temporal({ formula: { kind: "always", of: () => true } });
  // @ts-expect-error there is no such word
  temporal({ formula: ({ henceforth }) => henceforth(() => true) });
  // @ts-expect-error an invariant is not a formula
  temporal({ formula: ({ eventually }) => eventually(invariant(() => true)) });
  // @ts-expect-error until needs a goal
  temporal({ formula: ({ until }) => until(() => true) });
  // @ts-expect-error and of nothing says nothing
  temporal({ formula: ({ and }) => and() });
  // @ts-expect-error an action goes by its name
  temporal({ formula: ({ taken }) => taken(guestAllocates) });
  // @ts-expect-error the choice is a page, not a cpu
  temporal({ forAny: page, formula: ({ next }) => next((_now, which: Index<"cpu">) => !which) });
  // @ts-expect-error a formula only reads
  temporal({ formula: ({ next }) => next((now) => (now.budget = 1) > 0) });
  // @ts-expect-error what is counted is an action by its name, or a predicate
  within({ from: () => true, to: () => true, counting: guestAllocates, atMost: 1 });
  // @ts-expect-error idle is a list
  within({ from: () => true, to: () => true, counting: () => true, idle: "guest", atMost: 1 });
}

// ---- Constants ----

export function refusesABoundThatNeedsAnUndeclaredConstant(): void {
  const zone = interchangeable("zone", ({ zones }: { zones: number }) => zones);
  declare({
    constants: { pages: 2 },
    state: {
      inner: range(0, ({ pages: most }: { pages: number }) => most),
      // @ts-expect-error it is the constant "zones" that is not declared
      outer: each(zone, oneOf("a", "b")),
    },
  });
  declare({
    constants: { pages: 2 },
    state: {
      // @ts-expect-error "limit" is not declared
      count: range(0, ({ limit }: { limit: number }) => limit),
    },
  });
  declare({
    constants: { zones: true },
    state: {
      // @ts-expect-error "zones" is declared, but as a switch
      outer: each(zone, oneOf("a", "b")),
    },
  });
  declare({
    constants: { pages: 2 },
    // @ts-expect-error "limit" is not declared
    where: { "there is a limit": ({ limit }) => limit > 0 },
    state: { told: oneOf("no", "yes") },
  });
}

// ---- The protocol and its variants ----

export function refusesWhatIsNotAnAction(): void {
  // @ts-expect-error an invariant is not an action
  spec({ name: "x", title: "x", actions: { claim: invariant(() => true) } });
  // @ts-expect-error nor is an action an invariant
  spec({ name: "x", title: "x", actions: {}, invariants: { guestAllocates } });
  // @ts-expect-error of a whole protocol strong fairness would say the same as weak
  spec({ name: "x", title: "x", actions: { guestAllocates }, fairness: "strong" });
}

export function mapsPagesToTheContractOnly(): void {
  pages({
    forEach: page,
    state: (now, which) => (now.guest[which] === "free" ? "free" : "stable"),
  });
  // @ts-expect-error the contract has no state "in use"
  pages({ forEach: page, state: (now, which) => now.guest[which] });
  // @ts-expect-error a cpu has no page state
  pages({ forEach: cpu, state: (now, which) => (now.guest[which] === "free" ? "free" : "stable") });
}

export function refusesAVariantOfWhatIsNotThere(): void {
  const describe = { name: "x", because: "x", expects: "holds" } as const;
  variant(protocol, { ...describe, change: { actions: { guestIsIdle: "removed" } } });
  // @ts-expect-error no such action
  variant(protocol, { ...describe, change: { actions: { guestAlocates: "removed" } } });
  // @ts-expect-error no such constant
  variant(protocol, { ...describe, change: { constants: { page: 3 } } });
  // @ts-expect-error a constant of another kind
  variant(protocol, { ...describe, change: { constants: { batched: 1 } } });
  variant(protocol, { ...describe, change: { fairness: "weak" } });
  variant(protocol, { ...describe, change: { symmetry: "none" } });
  // @ts-expect-error symmetry is declared or none
  variant(protocol, { ...describe, change: { symmetry: false } });
  // @ts-expect-error of a whole protocol strong fairness would say the same as weak
  variant(protocol, { ...describe, change: { fairness: "strong" } });
  variant(protocol, {
    ...describe,
    // @ts-expect-error an action is removed, not deleted
    change: { actions: { guestIsIdle: "deleted" } },
  });
  variant(protocol, {
    ...describe,
    change: {
      actions: {
        guestAllocates: {
          when: (now, which) => {
            expectType<Equal<typeof which, Index<"page">>>(true);
            return now.guest[which] === "in use";
          },
          effect: (after, which) => {
            // @ts-expect-error the replaced effect has the choice of the old one
            after.lock[which].holder = which;
          },
        },
      },
    },
  });
  // @ts-expect-error a variant breaks something, or holds
  variant(protocol, { name: "x", because: "x", change: {}, expects: { breaks: [] } });
}

export function keepsTheTypesThroughVariants(): void {
  const once = variant(protocol, { name: "x", because: "x", change: {}, expects: "holds" });
  variant(once, {
    name: "y",
    because: "y",
    expects: "holds",
    change: { actions: { guestAllocates: { when: (now, which) => now.guest[which] === "free" } } },
  });
  variant(once, {
    name: "y",
    because: "y",
    expects: "holds",
    // @ts-expect-error a variant of a variant knows the actions too
    change: { actions: { guestAlocates: "removed" } },
  });
}

export function knowsThePlacesOfAProcess(): void {
  const worker = process("worker", { fairness: "weak" });
  const ofEach = process("cpu");
  worker.at("idle", {
    to: "walks",
    forAny: page,
    when: (now, which, values) => {
      expectType<Equal<typeof which, Index<"page">>>(true);
      expectType<Equal<typeof values, typeof type.constants>>(true);
      return now.guest[which] === "free" && values.batched;
    },
    effect: (after, which) => {
      after.guest[which] = "in use";
      // @ts-expect-error where it leads, `to` says
      after.worker = "waits";
    },
  });
  worker.at(["walks", "waits"], { effect: (now) => (now.budget > 0 ? "walks" : "idle") });
  worker.at("walks", {
    to: "walks",
    effect: (after) => {
      if (after.budget === 0) return "idle";
      after.budget -= 1;
      return undefined;
    },
  });
  worker.anywhere({ to: "idle" });
  ofEach.at("idle", {
    to: "frees",
    effect: (after, self) => {
      expectType<Equal<typeof self, Index<"cpu">>>(true);
      after.told = after.cpu[self] === "idle" ? "no" : "yes";
    },
  });
  // @ts-expect-error no such place
  worker.at("walk", { to: "idle" });
  // @ts-expect-error no such place among several
  worker.at(["walks", "wait"], { to: "idle" });
  // @ts-expect-error it leads to no such place
  worker.at("walks", { to: "idel" });
  // @ts-expect-error it answers no such place
  worker.at("walks", { effect: () => "idel" });
  // @ts-expect-error it leads nowhere
  worker.at("walks", { when: () => true });
  // @ts-expect-error it may answer nothing
  worker.at("walks", { effect: () => {} });
  // @ts-expect-error a number says no place
  process("budget");
  // @ts-expect-error no such variable
  process("wroker");
  // @ts-expect-error a place of another process
  ofEach.at("walks", { to: "idle" });

  const places = spec({
    name: "places",
    title: "an example",
    actions: { workerWaits: worker.at("walks", { to: "waits" }), guestIsIdle },
  });
  const describe = { name: "x", because: "x", expects: "holds" } as const;
  variant(places, {
    ...describe,
    change: { actions: { workerWaits: { at: "idle", to: "walks" } } },
  });
  variant(places, {
    ...describe,
    change: { actions: { workerWaits: { effect: (now) => (now.budget > 0 ? "walks" : "idle") } } },
  });
  variant(places, {
    ...describe,
    // @ts-expect-error no such place
    change: { actions: { workerWaits: { to: "wait" } } },
  });
  variant(places, {
    ...describe,
    // @ts-expect-error it answers no such place
    change: { actions: { workerWaits: { effect: () => "wait" } } },
  });
  const looking = variant(places, {
    ...describe,
    state: { worker: also("looks") },
    change: ({ process: ofVariant }) => ({
      actions: {
        workerWaits: {
          at: "looks" as const,
          afterwards: (after, before) => {
            after.budget = before.worker === "looks" ? 1 : 0;
            // @ts-expect-error where it leads, `to` says
            after.worker = "waits";
          },
        },
      },
      added: { workerLooks: ofVariant("worker").at("walks", { to: "looks" }) },
    }),
  });
  // What it has added is a step of its process as well.
  variant(looking, {
    ...describe,
    change: { actions: { workerLooks: { at: "looks", to: "idle" } } },
  });
  variant(looking, {
    ...describe,
    // @ts-expect-error no such place
    change: { actions: { workerLooks: { to: "look" } } },
  });
  // @ts-expect-error the guest has no places
  variant(places, { ...describe, change: { actions: { guestIsIdle: { to: "idle" } } } });
}

export function typesWhatAVariantAdds(): void {
  const describe = { name: "x", because: "x", expects: "holds" } as const;
  const more = variant(protocol, {
    ...describe,
    constants: { tries: 2 },
    state: { guest: also("lost"), tried: range(0, ({ tries }: { tries: number }) => tries) },
    change: ({ action: step, invariant: claim }) => ({
      actions: {
        guestAllocates: {
          effect: (after, which, { tries, pages: most }) => {
            expectType<Equal<typeof which, Index<"page">>>(true);
            after.guest[which] = "lost";
            after.tried = tries + most;
            // @ts-expect-error no such word
            after.guest[which] = "lots";
          },
          afterwards: (after, before, which) => {
            after.tried = before.guest[which] === "lost" ? 1 : before.tried;
            // @ts-expect-error the state before the step is only read
            before.tried = 1;
          },
        },
      },
      added: {
        guestLoses: step(cpu, {
          forAny: page,
          effect: (after, _who, which) => {
            after.guest[which] = "lost";
          },
        }),
      },
      properties: { fewTries: claim((now, { tries }) => now.tried < tries) },
      // @ts-expect-error no such variable
      mayEnd: (now) => now.tires === 1,
    }),
  });
  variant(more, {
    ...describe,
    change: {
      // @ts-expect-error a constant of another kind
      constants: { tries: true },
      actions: {
        guestLoses: {
          when: (now, who, which, { tries }) => {
            expectType<Equal<typeof who, Index<"cpu">>>(true);
            return now.guest[which] === "lost" && now.tried < tries;
          },
        },
        // @ts-expect-error no such action
        guestLose: "removed",
      },
    },
  });
  // @ts-expect-error there is no variable to widen
  variant(protocol, { ...describe, state: { gust: also("lost") }, change: {} });
  // @ts-expect-error the variable exists
  variant(protocol, { ...describe, state: { guest: oneOf("lost") }, change: {} });
  const needy = range(0, ({ tries }: { tries: number }) => tries);
  // @ts-expect-error "tries" is not declared
  variant(protocol, { ...describe, state: { tried: needy }, change: {} });
}

export function typesInstances(): void {
  const small = instance(protocol, { pages: 1 });
  // @ts-expect-error no such constant
  instance(protocol, { page: 1 });
  // @ts-expect-error a constant of another kind
  instance(protocol, { batched: 1 });
  const describe = { name: "x", because: "x", expects: "holds" } as const;
  variant(small, { ...describe, change: { actions: { guestAllocates: "removed" } } });
  const once = variant(small, { ...describe, change: {} });
  variant(instance(once, { pages: 2 }), {
    ...describe,
    // @ts-expect-error no such action
    change: { actions: { guestAlocates: "removed" } },
  });
}

export function refusesToBeSeenFromWhatIsNoConstant(): void {
  witness({ seenFrom: { pages: 2, batched: true }, holds: () => true });
  leadsTo({ seenFrom: [{ pages: 2 }, { batched: true }], from: () => true, to: () => true });
  // @ts-expect-error no such constant
  witness({ seenFrom: { page: 2 }, holds: () => true });
  // @ts-expect-error a constant of another kind
  invariant({ seenFrom: { pages: true }, holds: () => true });
}

// ---- What is saved ----

const machine = declare({
  constants,
  state: {
    content: each(page, oneOf("zero", "data")),
    queue: sequence(page, 2),
    vm: oneOf("runs", "rests"),
    image: saved("content", "queue"),
    part: saved("vm"),
  },
});

export function whatIsSavedIsTypedByTheVariablesThatItKeeps(): void {
  type Kept = Exclude<(typeof machine.type.state)["image"], "none">;
  expectType<Equal<Kept["content"][Index<"page">], "zero" | "data">>(true);
  expectType<Equal<Kept["queue"], readonly Index<"page">[]>>(true);
  machine.action("monitor", {
    // @ts-expect-error it was perhaps never saved
    when: (its) => its.image.queue.length > 0,
    effect: (its) => {
      machine.snapshot(its, "image");
      machine.restore(its, "part");
      its.image = "none";
      // @ts-expect-error misspelt
      machine.snapshot(its, "imge");
      // @ts-expect-error a variable that keeps no others
      machine.restore(its, "content");
      // @ts-expect-error only a snapshot is one
      its.image = { content: its.content, queue: [] };
    },
  });
  const frees = (its: Pick<typeof machine.type.draft, "vm" | "part">): void => {
    machine.snapshot(its, "part");
    // @ts-expect-error what is to be saved is not in it
    machine.snapshot(its, "image");
  };
  void frees;
  declare({
    constants,
    // @ts-expect-error misspelt
    state: { content: range(0, 1), image: saved("contnt") },
  });
  declare({
    constants,
    // @ts-expect-error a snapshot of a snapshot
    state: { content: range(0, 1), image: saved("content"), second: saved("image") },
  });
  // @ts-expect-error it stands in no other domain
  optional(saved("content"));
  // @ts-expect-error it keeps one variable or more
  saved();
}

export function aVariantMaySaveWhatItsBaseHas(): void {
  const base = machine.spec({ name: "machine", title: "an example", actions: {} });
  const one = { name: "one", because: "a test wants it", expects: "holds" } as const;
  variant(base, {
    ...one,
    state: { content: also("poison"), second: saved("content", "vm") },
    change: ({ action: step }) => ({
      added: {
        saves: step("monitor", {
          when: (its, { pages: most }) =>
            its.image !== "none" && its.image.content.every((c) => c !== "poison" || most > 1),
          effect: (its) => {
            // @ts-expect-error misspelt
            if (its.second !== "none" && its.second.vm === "rst") its.second = "none";
          },
        }),
      },
    }),
  });
  // @ts-expect-error there is no such variable
  variant(base, { ...one, state: { second: saved("contnt") }, change: {} });
  // @ts-expect-error the base saves it already
  variant(base, { ...one, state: { second: saved("image") }, change: {} });
}

// ---- Messages ----

const handler = declare({
  constants,
  state: {
    queue: sequence(message({ remove: { page }, fault: { page, cpu }, reset: {} }), 2),
    bounded: message({ grow: { by: range(0, ({ pages: most }: typeof constants) => most) } }),
  },
});

export function whatAMessageHasIsToldByItsKind(): void {
  handler.action("handler", {
    forAny: [page, cpu],
    when: ({ queue: [head] }) => {
      if (head?.kind === "fault") {
        expectType<Equal<typeof head.cpu, Index<"cpu">>>(true);
        return true;
      }
      // @ts-expect-error only a fault has one
      return head?.cpu === undefined;
    },
    effect: (its, which, who) => {
      its.queue.push({ kind: "fault", page: which, cpu: who });
      its.queue.push({ kind: "reset" });
      // @ts-expect-error a removal has no cpu
      its.queue.push({ kind: "remove", page: which, cpu: who });
      // @ts-expect-error what a fault has is missing
      its.queue.push({ kind: "fault", page: which });
      // @ts-expect-error misspelt
      its.queue.push({ kind: "remov", page: which });
    },
  });
  // @ts-expect-error its bound needs a constant that is not declared
  declare({ constants: {}, state: { it: message({ grow: { by: range(0, bound) } }) } });
  // @ts-expect-error a field is a domain
  message({ remove: { page: 3 } });
}

declare const bound: (of: { readonly pages: number }) => number;

// ---- Parts ----

export function aPartsSwitchMayHaveAnotherDefault(): void {
  const part = declare({ constants: { on: false, pages: 1 } }).part({});
  const { type } = declare({ parts: [part], constants: { on: true } });
  expectType<Equal<typeof type.constants, { readonly on: boolean; readonly pages: number }>>(true);
}

// ---- Assertions ----

export function anAssertionIsNamedByWhatItIs(): void {
  const budgetIsLeft = assertion("there is a budget left", { seenFrom: { pages: 1 } });
  const isOwned = assertion("the page has an owner");
  const always = invariant(() => true);
  action("guest", {
    forAny: page,
    effect: (state, p) => {
      assert(state.budget > 0, budgetIsLeft, { page: p, left: state.budget });
      const { owner } = state;
      assert(owner !== "none", isOwned);
      expectType<Equal<typeof owner, Index<"page">>>(true);
      // @ts-expect-error a text is none
      assert(state.budget > 0, "there is a budget left");
      // @ts-expect-error a claim of another kind
      assert(state.budget > 0, always);
      // @ts-expect-error neither true nor false
      assert(state.budget, budgetIsLeft);
      // @ts-expect-error values have names
      assert(state.budget > 0, budgetIsLeft, state.budget);
    },
  });
  // @ts-expect-error there is no such constant
  assertion("there is a budget left", { seenFrom: { page: 1 } });
  // @ts-expect-error what is claimed is said in words
  assertion(() => true);
  const named = { name: "it", title: "it", actions: {} };
  spec({ ...named, assertions: { budgetIsLeft, isOwned } });
  // @ts-expect-error it is no assertion
  spec({ ...named, assertions: { isOwned: always } });
  // @ts-expect-error it is no invariant
  spec({ ...named, invariants: { isOwned } });
}
