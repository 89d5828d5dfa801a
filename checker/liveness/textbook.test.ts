/** Liveness of algorithms that every textbook has, with the fairness that they need and with less. */
import { describe, expect, test } from "vitest";
import {
  buddies,
  declare,
  each,
  type Fairness,
  type Index,
  interchangeable,
  oneOf,
  optional,
  ordered,
  range,
  type Spec,
} from "../../spec/index.ts";
import { answer } from "../../toys/liveness-answers.ts";

const titled = (name: string) => ({ name, title: "of the textbooks" });

/** Peterson's. Each process is fair once it wants to enter; nobody has to want to. */
function peterson(): Spec {
  const process = ordered("process", 2);
  const { action, invariant, leadsTo, spec } = declare({
    constants: {},
    state: {
      at: each(process, oneOf("away", "gives turn away", "waits", "inside")),
      turn: process,
    },
  });
  const [zero, one] = [process.at(0), process.at(1)];
  const goesOn = (self: Index<"process">, other: Index<"process">) =>
    action(`process ${process.position(self)}`, {
      fairness: "weak",
      when: (state) =>
        state.at[self] !== "away" &&
        (state.at[self] !== "waits" || state.at[other] === "away" || state.turn === self),
      effect: (state) => {
        if (state.at[self] === "gives turn away") {
          state.turn = other;
          state.at[self] = "waits";
        } else {
          state.at[self] = state.at[self] === "waits" ? "inside" : "away";
        }
      },
    });
  return spec({
    ...titled("peterson"),
    actions: {
      processRequests: action(process, {
        when: (state, self) => state.at[self] === "away",
        effect: (state, self) => {
          state.at[self] = "gives turn away";
        },
      }),
      zeroGoesOn: goesOn(zero, one),
      oneGoesOn: goesOn(one, zero),
    },
    invariants: {
      atMostOneIsInside: invariant((state) => !state.at.every((at) => at === "inside")),
    },
    liveness: {
      zeroEnters: leadsTo({
        from: (state) => state.at[zero] === "waits",
        to: (state) => state.at[zero] === "inside",
      }),
    },
  });
}

/** Dekker's: who is not to go first takes back that it wants to enter. Nobody has to want to. */
function dekker(): Spec {
  const process = ordered("process", 2);
  const { action, invariant, leadsTo, spec } = declare({
    constants: {},
    state: {
      at: each(process, oneOf("away", "tries", "lets the other go first", "inside")),
      turn: process,
    },
  });
  const otherThan = (self: Index<"process">) => process.at(1 - process.position(self));
  const isPolite = (at: string): boolean => at === "away" || at === "lets the other go first";
  return spec({
    ...titled("dekker"),
    actions: {
      processRequests: action(process, {
        when: (state, self) => state.at[self] === "away",
        effect: (state, self) => {
          state.at[self] = "tries";
        },
      }),
      processEnters: action(process, {
        fairness: "weak",
        when: (state, self) => state.at[self] === "tries" && isPolite(state.at[otherThan(self)]),
        effect: (state, self) => {
          state.at[self] = "inside";
        },
      }),
      processBacksOff: action(process, {
        fairness: "weak",
        when: (state, self) =>
          state.at[self] === "tries" &&
          !isPolite(state.at[otherThan(self)]) &&
          state.turn === otherThan(self),
        effect: (state, self) => {
          state.at[self] = "lets the other go first";
        },
      }),
      processComesBack: action(process, {
        fairness: "weak",
        when: (state, self) => state.at[self] === "lets the other go first" && state.turn === self,
        effect: (state, self) => {
          state.at[self] = "tries";
        },
      }),
      processLeaves: action(process, {
        fairness: "weak",
        when: (state, self) => state.at[self] === "inside",
        effect: (state, self) => {
          state.at[self] = "away";
          state.turn = otherThan(self);
        },
      }),
    },
    invariants: {
      atMostOneIsInside: invariant((state) => !state.at.every((at) => at === "inside")),
    },
    liveness: {
      whoTriesEnters: leadsTo({
        forAny: process,
        from: (state, self) => state.at[self] === "tries",
        to: (state, self) => state.at[self] === "inside",
      }),
    },
  });
}

interface Table {
  readonly takes: Fairness;
  /** Whether the last one takes the right fork first. */
  readonly isAsymmetric: boolean;
}

/** Three dining philosophers, hungry all the time, who take one fork, then the other. */
function philosophers({ takes, isAsymmetric }: Table): Spec {
  const count = 3;
  const seat = ordered("seat", count);
  const { action, alwaysEventually, spec, type } = declare({
    constants: {},
    state: { holder: each(seat, optional(seat)) },
  });
  type Seat = Index<"seat">;
  const left = (self: Seat): Seat => self;
  const right = (self: Seat): Seat => seat.at((seat.position(self) + 1) % count);
  const isOther = (self: Seat): boolean => isAsymmetric && seat.position(self) === count - 1;
  const first = (self: Seat): Seat => (isOther(self) ? right(self) : left(self));
  const second = (self: Seat): Seat => (isOther(self) ? left(self) : right(self));
  const eats = ({ holder }: typeof type.state, self: Seat): boolean =>
    holder[left(self)] === self && holder[right(self)] === self;
  return spec({
    ...titled("philosophers"),
    actions: {
      philosopherTakesFirst: action("philosopher", {
        forAny: seat,
        fairness: takes,
        when: (state, self) =>
          state.holder[first(self)] === "none" && state.holder[second(self)] !== self,
        effect: (state, self) => {
          state.holder[first(self)] = self;
        },
      }),
      philosopherTakesSecond: action("philosopher", {
        forAny: seat,
        fairness: takes,
        when: (state, self) =>
          state.holder[first(self)] === self && state.holder[second(self)] === "none",
        effect: (state, self) => {
          state.holder[second(self)] = self;
        },
      }),
      philosopherPutsDown: action("philosopher", {
        forAny: seat,
        fairness: "weak",
        when: eats,
        effect: (state, self) => {
          state.holder[left(self)] = "none";
          state.holder[right(self)] = "none";
        },
      }),
    },
    liveness: { everyoneEats: alwaysEventually({ forAny: seat, holds: eats }) },
  });
}

interface Delivery {
  readonly ofMessages: Fairness;
  readonly ofAnswers: Fairness;
}

/** The alternating bit protocol: two channels of one place that may lose what is in them. */
function alternatingBit({ ofMessages, ofAnswers }: Delivery): Spec {
  const bit = range(0, 1);
  const { action, leadsTo, spec } = declare({
    constants: {},
    state: { sends: bit, expects: bit, message: optional(bit), answer: optional(bit) },
  });
  return spec({
    ...titled("alternating-bit"),
    actions: {
      senderSends: action("sender", {
        fairness: "weak",
        effect: (state) => {
          state.message = state.sends;
        },
      }),
      messageIsLost: action("channel", {
        effect: (state) => {
          state.message = "none";
        },
      }),
      receiverReceives: action("receiver", {
        fairness: ofMessages,
        when: (state) => state.message !== "none",
        effect: (state) => {
          if (state.message === state.expects) state.expects = 1 - state.expects;
          state.answer = state.message;
          state.message = "none";
        },
      }),
      answerIsLost: action("channel", {
        effect: (state) => {
          state.answer = "none";
        },
      }),
      senderIsAnswered: action("sender", {
        fairness: ofAnswers,
        when: (state) => state.answer !== "none",
        effect: (state) => {
          if (state.answer === state.sends) state.sends = 1 - state.sends;
          state.answer = "none";
        },
      }),
    },
    liveness: {
      messageArrives: leadsTo({
        forAny: bit,
        from: (state, its) => state.sends === its && state.expects === its,
        to: (state, its) => state.expects !== its,
      }),
      senderGoesOn: leadsTo({
        forAny: bit,
        from: (state, its) => state.sends === its,
        to: (state, its) => state.sends !== its,
      }),
    },
  });
}

const customers = { customers: 3 };
const customer = interchangeable("customer", (constants: typeof customers) => constants.customers);

/** A ticket lock: whoever's number it is enters. Nobody has to draw a ticket. */
function ticketLock(): Spec {
  const ticket = range(0, (constants: typeof customers) => constants.customers - 1);
  const { action, leadsTo, spec, type, within } = declare({
    constants: customers,
    state: {
      at: each(customer, oneOf("away", "waits", "inside")),
      ticket: each(customer, ticket),
      next: ticket,
      serves: ticket,
    },
  });
  type Self = Index<"customer">;
  const waits = (state: typeof type.state, self: Self): boolean => state.at[self] === "waits";
  const isInside = (state: typeof type.state, self: Self): boolean => state.at[self] === "inside";
  const waiting = { forAny: customer, from: waits, to: isInside, counting: "customerEnters" };
  return spec({
    ...titled("ticket-lock"),
    actions: {
      customerDraws: action(customer, {
        when: (state, self) => state.at[self] === "away",
        effect: (state, self, constants) => {
          state.at[self] = "waits";
          state.ticket[self] = state.next;
          state.next = (state.next + 1) % constants.customers;
        },
      }),
      customerEnters: action(customer, {
        fairness: "weak",
        when: (state, self) => waits(state, self) && state.ticket[self] === state.serves,
        effect: (state, self) => {
          state.at[self] = "inside";
        },
      }),
      customerLeaves: action(customer, {
        fairness: "weak",
        when: isInside,
        effect: (state, self, constants) => {
          state.at[self] = "away";
          state.ticket[self] = 0;
          state.serves = (state.serves + 1) % constants.customers;
        },
      }),
    },
    liveness: {
      whoWaitsEnters: leadsTo({ forAny: customer, from: waits, to: isInside }),
      everyoneEntersOnceAtMost: within({ ...waiting, atMost: (its) => its.customers }),
      notEveryoneEnters: within({ ...waiting, atMost: (its) => its.customers - 1 }),
    },
  });
}

/** A lock that whoever comes first gets when it is free: test and set. */
function barging(enters: Fairness): Spec {
  const { action, leadsTo, spec } = declare({
    constants: customers,
    state: { at: each(customer, oneOf("away", "waits", "inside")) },
  });
  return spec({
    ...titled("barging"),
    actions: {
      customerComes: action(customer, {
        when: (state, self) => state.at[self] === "away",
        effect: (state, self) => {
          state.at[self] = "waits";
        },
      }),
      customerEnters: action(customer, {
        fairness: enters,
        when: (state, self) => state.at[self] === "waits" && !state.at.includes("inside"),
        effect: (state, self) => {
          state.at[self] = "inside";
        },
      }),
      customerLeaves: action(customer, {
        fairness: "weak",
        when: (state, self) => state.at[self] === "inside",
        effect: (state, self) => {
          state.at[self] = "away";
        },
      }),
    },
    liveness: {
      whoWaitsEnters: leadsTo({
        forAny: customer,
        from: (state, self) => state.at[self] === "waits",
        to: (state, self) => state.at[self] === "inside",
      }),
    },
  });
}

/** Frames of a buddy tree are soiled one by one, and cleaned in blocks of two, if both are dirty. */
function cleaning(soils: Fairness): Spec {
  const frame = buddies("frame", { levels: 2, trees: 1 });
  const block = frame.blocks("block");
  const { action, leadsTo, spec } = declare({
    constants: {},
    state: { page: each(frame, oneOf("clean", "dirty")) },
  });
  return spec({
    ...titled("cleaning"),
    actions: {
      guestSoils: action("guest", {
        forAny: frame,
        fairness: soils,
        when: (state, f) => state.page[f] === "clean",
        effect: (state, f) => {
          state.page[f] = "dirty";
        },
      }),
      hostCleans: action("host", {
        forAny: block,
        fairness: "weak",
        when: (state, b) =>
          block.order(b) === 1 && block.frames(b).every((f) => state.page[f] === "dirty"),
        effect: (state, b) => {
          for (const f of block.frames(b)) state.page[f] = "clean";
        },
      }),
    },
    liveness: {
      whatIsDirtyIsCleaned: leadsTo({
        forAny: frame,
        from: (state, f) => state.page[f] === "dirty",
        to: (state, f) => state.page[f] === "clean",
      }),
    },
  });
}

describe("mutual exclusion", () => {
  test("Peterson: a process that waits enters, if both go on", () => {
    expect(answer(peterson(), "zeroEnters")).toBe("holds");
  });

  test("Peterson: a process waits for ever for one that does not go on", () => {
    // Both request, 0 gives the turn away, and 1 goes no further.
    expect(answer(peterson(), "zeroEnters", { unfair: ["oneGoesOn"] })).toBe("3 + 1");
  });

  test("Peterson: a process that does not go on itself does not enter", () => {
    for (const unfair of [["zeroGoesOn"], ["zeroGoesOn", "oneGoesOn"]]) {
      expect(answer(peterson(), "zeroEnters", { unfair })).toBe("2 + 1");
    }
  });

  test("Dekker: who tries enters, under weak fairness", () => {
    expect(answer(dekker(), "whoTriesEnters")).toBe("holds");
  });

  test("Dekker: no step may be left to chance", () => {
    const without = (...unfair: readonly string[]) =>
      answer(dekker(), "whoTriesEnters", { unfair });
    expect(without("processEnters")).toBe("1 + 1");
    expect(without("processBacksOff")).toBe("2 + 1");
    expect(without("processLeaves")).toBe("3 + 1");
    expect(without("processComesBack")).toBe("5 + 1");
  });

  test("a ticket lock is fair under weak fairness: nobody overtakes", () => {
    for (const symmetry of [true, false]) {
      const ask = (property: string) => answer(ticketLock(), property, { symmetry });
      expect(ask("whoWaitsEnters")).toBe("holds");
      expect(ask("everyoneEntersOnceAtMost")).toBe("holds");
      expect(ask("notEveryoneEnters")).toBe("after 8"); // three draw, then three enter and two leave
    }
  });

  test("a lock that is free to all starves one of them, unless it is strongly fair", () => {
    for (const symmetry of [true, false]) {
      const ask = (enters: Fairness) => answer(barging(enters), "whoWaitsEnters", { symmetry });
      expect(ask("weak")).toBe("1 + 3");
      expect(ask("strong")).toBe("holds");
    }
  });
});

describe("dining philosophers", () => {
  test("who all take the left fork first: weak fairness starves, strong fairness deadlocks", () => {
    const ask = (takes: Fairness) =>
      answer(philosophers({ takes, isAsymmetric: false }), "everyoneEats");
    expect(ask("weak")).toBe("1 + 3"); // one holds a fork while its neighbour eats again and again
    expect(ask("strong")).toBe("3 + 1"); // each holds one for ever
  });

  test("one of whom takes the right fork first: weak fairness starves, strong fairness feeds", () => {
    const ask = (takes: Fairness) =>
      answer(philosophers({ takes, isAsymmetric: true }), "everyoneEats");
    expect(ask("weak")).toBe("0 + 3");
    expect(ask("strong")).toBe("holds");
  });
});

describe("alternating bit over channels that lose", () => {
  const ask = (ofMessages: Fairness, ofAnswers: Fairness, property: string) =>
    answer(alternatingBit({ ofMessages, ofAnswers }), property);

  test("strong fairness of both deliveries: every message arrives, and the sender goes on", () => {
    expect(ask("strong", "strong", "messageArrives")).toBe("holds");
    expect(ask("strong", "strong", "senderGoesOn")).toBe("holds");
  });

  test("weak fairness of messages: each of them may be lost", () => {
    expect(ask("weak", "strong", "messageArrives")).toBe("0 + 2");
  });

  test("weak fairness of answers: the message arrives, and each answer may be lost", () => {
    expect(ask("strong", "weak", "messageArrives")).toBe("holds");
    expect(ask("strong", "weak", "senderGoesOn")).toBe("2 + 3");
  });
});

describe("buddies", () => {
  test("a frame is cleaned if its buddy becomes dirty in the end, and may stay dirty otherwise", () => {
    for (const symmetry of [true, false]) {
      const ask = (soils: Fairness) =>
        answer(cleaning(soils), "whatIsDirtyIsCleaned", { symmetry });
      expect(ask("weak")).toBe("holds");
      expect(ask("none")).toBe("1 + 1");
    }
  });
});
