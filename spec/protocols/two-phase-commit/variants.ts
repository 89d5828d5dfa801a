/** Mistakes in two-phase commit. */
import { variant } from "../../language/index.ts";
import { twoPhaseCommit } from "./claims.ts";

export { twoPhaseCommit as default } from "./claims.ts";

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
