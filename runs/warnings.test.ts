import { expect, it } from "vitest";
import { declare, oneOf, range } from "../spec/index.ts";
import { protocols } from "../toys/protocols.ts";
import { oneIn } from "../toys/share.ts";
import { unusedWarnings } from "./warnings.ts";

it("warns of what a file declares itself, not of what it has from a part and does not need", () => {
  const { part } = declare({
    constants: { offered: 1 },
    state: { lamp: oneOf("off", "on", "broken"), spare: range(0, 1) },
  });
  const its = declare({
    parts: [part({})],
    constants: { most: 1 },
    state: { door: oneOf("open", "shut", "locked"), bell: range(0, 1) },
  });
  const moves = its.action("somebody", {
    effect: (state) => {
      if (state.lamp === "off" && state.door === "open") state.door = "shut";
    },
  });
  const protocol = its.spec({ name: "door", title: "", actions: { moves } });
  const texts = unusedWarnings({ spec: protocol, variants: [] }, () => {}).map(
    ({ message }) => message,
  );
  expect(texts).toEqual([
    "door: nothing reads the constant most; leave it out, or is something missing?",
    'door: nothing ever sets door to "locked"; leave the word out, or is a step missing?',
    "door: nothing reads the variable bell; leave it out, or is something missing?",
  ]);
});

it.each(oneIn(6, protocols))("warns of nothing in $spec.name", (protocol) => {
  expect(unusedWarnings(protocol, () => {})).toEqual([]);
});
