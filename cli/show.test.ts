import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { commentsIn } from "../model/index.ts";
import { protocols } from "../toys/protocols.ts";
import { folderOutside, hintproof } from "../toys/built-command.ts";
import { few } from "../toys/share.ts";
import { bundleSpec } from "./bundle-spec.ts";
import { modulesOf } from "./modules.ts";

/** A part in a file of its own, which has names that the protocol has as well. */
const queue = `
import { declare, oneOf, type Part } from "hintproof";

/** Where messages wait. */
export function queueOf<const Name extends string>(name: Name, hasMark: boolean) {
  const state = {
    [name]: oneOf("empty", "full"),
    ...(hasMark && {
      /** A mark on it. */
      mark: oneOf("no", "yes"),
    }),
  };
  const { part } = declare({ state: state as never });
  return part({
    /** Rings as well. */
    fill: (draft: any): void => { draft[name] = words[1]; },
    isFull: (seen: any): boolean => seen[name] === "full",
  }) as any;
}

const words = ["empty", "full"] as const;
/** A lamp on the queue, of which the protocol knows nothing. */
export const lamp = 1;
console.assert(lamp === 1);
`;

const office = `
/**
 * An office with lamps.
 *
 * Left out: its people.
 */
import { declare, each, interchangeable, oneOf } from "hintproof";
import { queueOf } from "./queue.ts";

const bounds = {
  /** How many lamps
   *  there are. */
  lamps: 2,
  /* no comment for others */
  late: false,
};
/** One of the lamps. */
const lamp = interchangeable("lamp", ({ lamps }: { lamps: number }) => lamps);
const letters = queueOf("letters", true);
/** Those that go out. */
const parcels = queueOf("parcels", false);

/** Far above. */

const light = declare({
  parts: [letters, parcels],
  constants: bounds,
  state: {
    /** Whether each lamp is lit. */
    light: each(lamp, oneOf("off" as const, "on")),
    /* a word of state, by itself */ door: oneOf("open", "shut"), // not this
  },
});
const { action, witness, spec } = light;

/** The other light. */
export const other = (light: "off" | "on"): "off" | "on" => (light === "on" ? "off" : "on");

// unexplained
function turn(state: any, l: any): void {
  state.light[l] = other(state.light[l]);
}

/** Somebody is at the switch. */
const somebodySwitches = action("somebody", {
  forAny: lamp,
  when: (state: any) => state.door === "open",
  effect: (state: any, l: any) => {
    turn(state, l);
    parcels.fill(state);
  },
});

export default spec({
  name: "office",
  title: "Lamps in an office",
  symmetry: "none",
  actions: { somebodySwitches },
  witnesses: {
    /** Light in the end. */
    everyLampIsOn: witness({
      forAny: lamp,
      when: (state: any) => letters.isFull(state) || state.mark === "no",
      holds: (state: any, l: any) => state.light[l] === "on",
    }),
  },
  mayEnd: () => true,
});
`;

describe("what authors say", () => {
  const folder = folderOutside();
  const file = join(folder, "office.ts");
  beforeAll(() => {
    writeFileSync(join(folder, "queue.ts"), queue);
    writeFileSync(file, office);
  });

  it("is what stands right above a name, wherever that is declared", async () => {
    const said = commentsIn(modulesOf({ kind: "file", bundle: await bundleSpec(file) }));
    expect(said.about).toEqual(["An office with lamps.", "", "Left out: its people."]);
    expect(said.meaningOf("constant", "lamps")).toEqual(["How many lamps", " there are."]);
    expect(said.meaningOf("constant", "late")).toBeUndefined();
    expect(said.meaningOf("set", "lamp")).toEqual(["One of the lamps."]);
    expect(said.meaningOf("variable", "light")).toEqual(["Whether each lamp is lit."]);
    expect(said.meaningOf("variable", "door")).toBeUndefined();
    expect(said.meaningOf("variable", "mark")).toEqual(["A mark on it."]);
    expect(said.meaningOf("variable", "letters")).toEqual(["Where messages wait."]);
    expect(said.meaningOf("variable", "parcels")).toEqual(["Those that go out."]);
    expect(said.meaningOf("action or claim", "somebodySwitches")).toEqual([
      "Somebody is at the switch.",
    ]);
    expect(said.meaningOf("action or claim", "everyLampIsOn")).toEqual(["Light in the end."]);
    expect(said.meaningOf("action or claim", "light")).toBeUndefined();
  });

  it("is shown, with the helpers that the shown code calls and what they close over", async () => {
    const parts = ["somebodySwitches", "everyLampIsOn", "other"];
    const { stdout } = await hintproof(["show", file, ...parts]);
    expect(stdout).toBe(`somebodySwitches: an action of somebody, for any lamp
  Somebody is at the switch.

  when
    (state) => state.door === "open"

  effect
    (state, l) => {
      turn(state, l);
      parcels.fill(state);
    }

turn: a helper

    function turn(state, l) {
      state.light[l] = other(state.light[l]);
    }

other: a helper
  The other light.

    (light2) => light2 === "on" ? "off" : "on"

parcels.fill: a helper
  Rings as well.

    (draft) => {
      draft[name] = words[1];
    }

  where
    name is "parcels"
    words is ["empty","full"]

everyLampIsOn: witness, for any lamp
  Light in the end.

  when
    (state) => letters.isFull(state) || state.mark === "no"

  holds
    (state, l) => state.light[l] === "on"

letters.isFull: a helper

    (seen) => seen[name] === "full"

  where
    name is "letters"
`);
    const whole = await hintproof(["show", file]);
    expect(whole.stdout).toContain(`
  An office with lamps.

  Left out: its people.

constants
  lamps  2
    How many lamps
     there are.
  late   false

sets
  lamp  2, interchangeable
    One of the lamps.

symmetry
  none: every state is looked at, whatever the sets declare

variables
`);
    expect(whole.stdout).toMatch(/helpers\n {2}other\n {4}The other light\.\n {2}parcels\.fill\n/);
  });

  it.each(protocols.map(({ spec }) => [spec.name, spec] as const))(
    "is said of all that %s declares",
    (name, { constants, state, properties }) => {
      const said = commentsIn(modulesOf({ kind: "shipped", name }));
      const isDemanded = ["pageStepIsLegal", "discardIsPermitted"];
      expect(said.about?.length).toBeGreaterThan(3);
      const unsaid = [
        ...Object.keys(constants).filter((one) => !said.meaningOf("constant", one)),
        ...Object.keys(state).filter((one) => !said.meaningOf("variable", one)),
        ...Object.keys(properties).filter((one) => !said.meaningOf("action or claim", one)),
      ].filter((one) => !isDemanded.includes(one));
      expect(unsaid).toEqual([]);
    },
  );

  it("is shown of the parts that a shipped protocol is written from, and leaves no helper out", async () => {
    const { stdout } = await hintproof(["show", "balloon-inflate", "workerAllocates"]);
    expect(stdout).toContain("memory.canAllocate: a helper\n  Whether a request");
    expect(stdout).toContain("sourceFor: a helper\n  The block that __rmqueue_smallest takes");
    expect(stdout).toContain("takeOffList: a helper\n  del_page_from_free_list");
    if (few(true, false)) return;
    for (const { spec } of protocols) {
      const whole = (await hintproof(["show", spec.name])).stdout;
      expect(whole).toMatch(/\nsets\n( {2}\w+ .*\n( {4}.*\n)+)+\n/);
    }
  });
});
