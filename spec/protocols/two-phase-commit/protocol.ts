/**
 * Two-phase commit: managers of resources commit a transaction together, or none of them does.
 *
 * Follows Lamport and Gray's TwoPhase (TLA+ Examples, transaction_commit/TwoPhase.tla), a yardstick
 * of model checkers: its counts are known, so they say whether an engine is right. It has no pages.
 *
 * Left out, as there: the coordinator's request to prepare, the message of a manager that aborts (the
 * coordinator may abort at any moment instead), and loss of messages. A message that was sent stays
 * and may be received again; that step changes nothing and is counted all the same. Where every manager
 * has followed the coordinator nothing else is left to do, and there the protocol may end.
 */
import { declare, each, interchangeable, oneOf, subset, variant } from "../../language/index.ts";

const constants = { managers: 3 };
const manager = interchangeable("manager", ({ managers }: typeof constants) => managers);

export const protocol = declare({
  constants,
  where: { "there is a manager": ({ managers }) => managers >= 1 },
  state: {
    /** rmState: how far each manager is with its part of the transaction. */
    manager: each(manager, oneOf("working", "prepared", "committed", "aborted")),
    /** tmState: what the coordinator has decided. */
    coordinator: oneOf("init", "committed", "aborted"),
    /** tmPrepared: the managers that the coordinator knows to be prepared. */
    knownPrepared: subset(manager),
    /** The part of msgs that each manager sends to the coordinator. */
    preparedMessage: each(manager, oneOf("none", "sent")),
    /** The part of msgs that the coordinator sends to all managers. */
    commitMessage: oneOf("none", "sent"),
    abortMessage: oneOf("none", "sent"),
  },
});

const { invariant, process, spec, type, witness } = protocol;

// ---- The coordinator ----

const { at } = process("coordinator");

const coordinatorHearsOfPrepared = at("init", {
  to: "init",
  forAny: manager,
  source: "TMRcvPrepared",
  when: (state, m) => state.preparedMessage[m] === "sent",
  effect: (state, m) => {
    state.knownPrepared.add(m);
  },
});

const coordinatorCommits = at("init", {
  to: "committed",
  source: "TMCommit",
  when: (state, { managers }) => state.knownPrepared.size === managers,
  effect: (state) => {
    state.commitMessage = "sent";
  },
});

const coordinatorAborts = at("init", {
  to: "aborted",
  source: "TMAbort",
  effect: (state) => {
    state.abortMessage = "sent";
  },
});

// ---- The managers ----

const managers = process("manager");

const managerPrepares = managers.at("working", {
  to: "prepared",
  source: "RMPrepare",
  effect: (state, self) => {
    state.preparedMessage[self] = "sent";
  },
});

/** Only while it works: with "prepared" it has promised to follow the coordinator. */
const managerChoosesToAbort = managers.at("working", { to: "aborted", source: "RMChooseToAbort" });

const managerObeysCommit = managers.anywhere({
  to: "committed",
  source: "RMRcvCommitMsg",
  when: (state) => state.commitMessage === "sent",
});

const managerObeysAbort = managers.anywhere({
  to: "aborted",
  source: "RMRcvAbortMsg",
  when: (state) => state.abortMessage === "sent",
});

// ---- Safety ----

/** TCConsistent */
const managersAgree = invariant(
  (state) => !(state.manager.includes("committed") && state.manager.includes("aborted")),
);

// ---- Witnesses ----

const everyManagerCommits = witness((state) => everyManager(state, "committed"));

const everyManagerAborts = witness((state) => everyManager(state, "aborted"));

/** The price of the protocol: prepared by now, the managers wait for the coordinator alone. */
const everyManagerWaits = witness(
  (state) => everyManager(state, "prepared") && state.coordinator === "init",
);

const preparedManagerIsToldToAbort = witness({
  forAny: manager,
  holds: (state, m) => state.manager[m] === "prepared" && state.abortMessage === "sent",
});

function everyManager(
  state: typeof type.state,
  progress: "prepared" | "committed" | "aborted",
): boolean {
  return state.manager.every((its) => its === progress);
}

// ---- The protocol ----

const contents = spec({
  name: "two-phase-commit",
  title: "managers of resources commit a transaction together, or none of them does",
  actions: {
    coordinatorHearsOfPrepared,
    coordinatorCommits,
    coordinatorAborts,
    managerPrepares,
    managerChoosesToAbort,
    managerObeysCommit,
    managerObeysAbort,
  },
  invariants: { managersAgree },
  witnesses: {
    everyManagerCommits,
    everyManagerAborts,
    everyManagerWaits,
    preparedManagerIsToldToAbort,
  },
  mayEnd: (state) => state.manager.every((its) => its === state.coordinator),
});

type Contents = typeof contents;
/** Named, so that a declaration file of a variant does not repeat it. */
export interface TwoPhaseCommit extends Contents {}
export const twoPhaseCommit: TwoPhaseCommit = contents;
export default twoPhaseCommit;

// ---- Mistakes ----

export const commitsWithoutWaiting = variant(twoPhaseCommit, {
  name: "commits-without-waiting",
  because: "a coordinator that settles for the first manager saves waiting for the slowest",
  change: {
    actions: {
      coordinatorCommits: { when: (state) => state.knownPrepared.size > 0 },
    },
  },
  expects: { breaks: ["managersAgree"] },
});

export const preparedManagerGivesUp = variant(twoPhaseCommit, {
  name: "prepared-manager-gives-up",
  because: "a manager that has waited too long for the coordinator would like to free its locks",
  change: {
    actions: {
      managerChoosesToAbort: { at: ["working", "prepared"] },
    },
  },
  expects: { breaks: ["managersAgree"] },
});
