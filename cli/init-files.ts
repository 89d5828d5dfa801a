/** A file that `hintproof init` writes. */
interface InitFile {
  readonly file: string;
  readonly text: string;
}

const protocol = `import { declare, oneOf, variant } from "hintproof";

// A guest frees a page and hints so; the host may take the page back once it has the hint.
const { action, invariant, spec, witness } = declare({
  constants: {},
  state: {
    page: oneOf("in use", "free", "gone", "lost"),
    hint: oneOf("none", "sent"),
  },
});

const hint = spec({
  name: "hint",
  title: "a page that is freed, hinted and taken back",
  actions: {
    guestFrees: action("guest", {
      when: (state) => state.page === "in use" && state.hint === "none",
      effect: (state) => {
        state.page = "free";
        state.hint = "sent";
      },
    }),
    // The guest waits until the host has answered.
    guestTakes: action("guest", {
      when: (state) => (state.page === "free" || state.page === "gone") && state.hint === "none",
      effect: (state) => {
        state.page = "in use";
      },
    }),
    hostDrops: action("host", {
      when: (state) => state.hint === "sent",
      effect: (state) => {
        state.page = state.page === "free" ? "gone" : "lost";
        state.hint = "none";
      },
    }),
  },
  invariants: {
    nothingIsLost: invariant((state) => state.page !== "lost"),
  },
  witnesses: {
    pageIsGone: witness((state) => state.page === "gone"),
  },
});
export default hint;

/** What if the guest did not wait? */
export const doesNotWait = variant(hint, {
  name: "does-not-wait",
  because: "a page is taken while its hint is on its way, and the host drops it then",
  expects: { breaks: ["nothingIsLost"] },
  change: {
    actions: {
      guestTakes: { when: (state) => state.page === "free" || state.page === "gone" },
    },
  },
});
`;

const workflow = `# A merge that breaks what hintproof.gate.json pins does not land.
name: hintproof
on: [push, pull_request]
jobs:
  gate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 20
      - run: npx --yes hintproof gate
`;

/** In the order in which they are written; the protocol first. */
export const initFiles: readonly [InitFile, ...InitFile[]] = [
  { file: "protocols/hint.ts", text: protocol },
  { file: ".github/workflows/hintproof.yml", text: workflow },
];
