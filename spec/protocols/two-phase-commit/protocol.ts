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
import { declare, each, interchangeable, oneOf, subset } from "../../language/index.ts";

const constants = {
  /** RM: how many managers take part. */
  managers: 3,
};
/** A resource manager. */
export const manager = interchangeable("manager", ({ managers }: typeof constants) => managers);

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
    /** The other one that it sends to all of them. */
    abortMessage: oneOf("none", "sent"),
  },
});

const { process } = protocol;

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

export const actions = {
  coordinatorHearsOfPrepared,
  coordinatorCommits,
  coordinatorAborts,
  managerPrepares,
  managerChoosesToAbort,
  managerObeysCommit,
  managerObeysAbort,
};
