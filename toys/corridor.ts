/** A file with a protocol: a light that is to be off where nobody is. */
export const corridor = `
import { declare, oneOf, variant } from "hintproof";

const { action, invariant, spec, witness } = declare({
  constants: {},
  state: { light: oneOf("off", "on"), corridor: oneOf("empty", "somebody") },
});

const corridor = spec({
  name: "corridor",
  title: "a light in a corridor",
  actions: {
    somebodyComes: action("people", {
      when: (state) => state.corridor === "empty",
      effect: (state) => { state.corridor = "somebody"; },
    }),
    somebodySwitches: action("people", {
      when: (state) => state.corridor === "somebody",
      effect: (state) => { state.light = state.light === "on" ? "off" : "on"; },
    }),
    everybodyLeaves: action("people", {
      when: (state) => state.corridor === "somebody" && state.light === "off",
      effect: (state) => { state.corridor = "empty"; },
    }),
  },
  invariants: {
    noLightInAnEmptyCorridor: invariant((state) => state.corridor === "somebody" || state.light === "off"),
  },
  witnesses: { lightIsOn: witness((state) => state.light === "on") },
});
export default corridor;

export const forgets = variant(corridor, {
  name: "forgets",
  because: "nobody looks at the light",
  expects: { breaks: ["noLightInAnEmptyCorridor"] },
  change: { actions: { everybodyLeaves: { when: (state) => state.corridor === "somebody" } } },
});
`;
/** The last one leaves, and the light is on. */
export const broken = corridor.replace(` && state.light === "off",`, ",");
