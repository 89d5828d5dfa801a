/** What must be true of two-phase commit, and the protocol with all of it. */
import { actions, manager, protocol } from "./protocol.ts";

const { invariant, spec, witness } = protocol;
type State = typeof protocol.type.state;

/** TCConsistent */
const managersAgree = invariant(
  (state) => !(state.manager.includes("committed") && state.manager.includes("aborted")),
);

/** A transaction can go well. */
const everyManagerCommits = witness((state) => everyManager(state, "committed"));

/** A transaction can fail. */
const everyManagerAborts = witness((state) => everyManager(state, "aborted"));

/** The price of the protocol: prepared by now, the managers wait for the coordinator alone. */
const everyManagerWaits = witness(
  (state) => everyManager(state, "prepared") && state.coordinator === "init",
);

/** To be prepared does not mean that it will go well. */
const preparedManagerIsToldToAbort = witness({
  forAny: manager,
  holds: (state, m) => state.manager[m] === "prepared" && state.abortMessage === "sent",
});

/** All managers are equally far. */
function everyManager(state: State, progress: "prepared" | "committed" | "aborted"): boolean {
  return state.manager.every((its) => its === progress);
}

const contents = spec({
  name: "two-phase-commit",
  title: "managers of resources commit a transaction together, or none of them does",
  actions,
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
export * from "./protocol.ts";
