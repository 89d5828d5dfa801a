import type { Story } from "../counterexamples/index.ts";

/** A story that no model told: a lamp goes on and off for ever, and a message about it is never read. */
export const lampStory: Story = {
  protocol: "lamp",
  variant: "nobody-reads",
  constants: { lamps: 2 },
  defaults: { lamps: 2 },
  property: { kind: "leads to", name: "messageIsRead" },
  outcome: "violated",
  minimality: "shortest",
  variables: [
    {
      name: "light",
      isGhost: false,
      shape: { kind: "each", set: "lamp", of: { kind: "words", words: ["off", "on"] } },
    },
    {
      name: "queue",
      isGhost: false,
      shape: {
        kind: "sequence",
        of: { kind: "record", fields: { from: { kind: "index", set: "lamp" } } },
      },
    },
    { name: "told", isGhost: false, shape: { kind: "subset", set: "lamp" } },
    {
      name: "reader",
      isGhost: false,
      shape: { kind: "optional", of: { kind: "index", set: "cpu" } },
    },
    { name: "#switched", isGhost: true, shape: { kind: "whole" } },
  ],
  initial: {
    state: { light: ["off", "off"], queue: [], told: [], reader: "none", "#switched": 0 },
    values: [
      { variable: "light", path: "light[0]", text: "off" },
      { variable: "light", path: "light[1]", text: "off" },
      { variable: "queue", path: "queue", text: "empty" },
      { variable: "told", path: "told", text: "{}" },
      { variable: "reader", path: "reader", text: "none" },
      { variable: "#switched", path: "#switched", text: "0" },
    ],
  },
  rows: [
    {
      number: 1,
      actor: "somebody",
      label: "somebody switches on 1",
      action: "somebodySwitchesOn",
      source: "lamp_on",
      choice: [1],
      chosenFrom: ["lamp"],
      changes: [
        { variable: "light", path: "light[1]", old: "off", new: "on" },
        { variable: "queue", path: "queue", old: "empty", new: "{from 1}" },
        { variable: "told", path: "told", old: "{}", new: "{lamp 1}" },
        { variable: "#switched", path: "#switched", old: "0", new: "1" },
      ],
      state: { light: ["off", "on"], queue: [{ from: 1 }], told: [1], reader: 0, "#switched": 1 },
    },
    {
      number: 2,
      actor: "timer; <b>",
      label: "timer ends",
      action: "timerEnds",
      choice: [],
      chosenFrom: [],
      changes: [{ variable: "light", path: "light[1]", old: "on", new: "off" }],
      state: { light: ["off", "off"], queue: [{ from: 1 }], told: [1], reader: 0, "#switched": 1 },
    },
    {
      number: 3,
      actor: "somebody",
      label: "somebody switches on 1",
      action: "somebodySwitchesOn",
      source: "lamp_on",
      choice: [1],
      chosenFrom: ["lamp"],
      changes: [{ variable: "light", path: "light[1]", old: "off", new: "on" }],
      state: { light: ["off", "on"], queue: [{ from: 1 }], told: [1], reader: 0, "#switched": 1 },
    },
  ],
  marks: [{ kind: "from holds", state: 1 }],
  loop: {
    to: 1,
    fairness: [
      {
        label: "timer ends",
        kind: "weak",
        action: "timerEnds",
        because: { kind: "taken", step: 2 },
      },
    ],
    unfair: [],
  },
  reason: {
    lines: ["due after step 1 (`from`), and never done from then on (`to`)"],
    reads: [{ variable: "reader", path: "reader" }],
  },
  why: {
    lines: ["light[1] is on since step 3 (somebody switches on 1)"],
    steps: [3],
    remarks: [{ step: 3, path: "light[1]" }],
  },
};
