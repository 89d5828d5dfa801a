/** The door for Vitest, in Vitest: what is registered here has to be green. */
import { declare, range } from "./index.ts";
import { traceTest } from "./vitest.ts";

const { action, invariant, spec, type } = declare({
  constants: { most: 2 },
  state: { n: range(0, 9) },
});
const lamp = spec({
  name: "lamp",
  title: "is switched",
  actions: {
    switches: action("somebody", {
      when: (state, { most }) => state.n < most,
      effect: (state) => {
        state.n += 1;
      },
    }),
  },
  invariants: { staysLow: invariant((state) => state.n < 3) },
  mayEnd: (state: typeof type.state, { most }: typeof type.constants) => state.n === most,
});

const steps = [["switches"], ["switches"], ["switches"]] as const;
traceTest({ default: lamp }, { property: "staysLow", steps, stopsAt: 3 });
