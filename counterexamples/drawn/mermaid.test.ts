import { describe, expect, test } from "vitest";
import { lampStory } from "../../toys/lamp-story.ts";
import { drawMermaid } from "./index.ts";

describe("a story as a sequence diagram", () => {
  test("has a participant for each actor, a message for each step, a note for each change", () => {
    expect(`\n${drawMermaid(lampStory)}`).toBe(`
---
title: "lamp / nobody-reads, lamps=2: violated: message is read, after 1 step, then 2 for ever (no shorter one exists)"
---
sequenceDiagram
  participant p1 as somebody
  participant p2 as timer#59; #60;b>
  Note over p1,p2: initial<br/>light[1] off<br/>queue empty<br/>told {}<br/>reader none
  p1->>p1: 1 somebody switches on 1
  Note right of p1: light[1] off -> on
  Note right of p1: queue empty -> {from 1}
  Note right of p1: told {} -> {lamp 1}
  Note over p1,p2: \`from\` holds here
  loop for ever
  p2->>p2: 2 timer ends
  Note right of p2: light[1] on -> off
  p1->>p1: 3 * somebody switches on 1
  Note right of p1: light[1] off -> on
  end
  Note over p1,p2: due after step 1 (\`from\`), and never done from then on (\`to\`)
  Note over p1,p2: why: light[1] is on since step 3 (somebody switches on 1)
  Note over p1,p2: weak fairness of timer ends: taken in step 2
`);
  });

  test("shows ghosts where asked", () => {
    expect(drawMermaid(lampStory)).not.toContain("switched 0");
    expect(drawMermaid(lampStory, { ghosts: true })).toContain("#35;switched 0 -> 1\n");
  });

  test("draws a state in which nothing happens", () => {
    const { loop: _loop, ...path } = lampStory;
    const nothing = { ...path, rows: [], marks: [], end: lampStory.initial.values };
    expect(drawMermaid({ ...nothing, loop: { to: 0, fairness: [], unfair: [] } })).toContain(
      "sequenceDiagram\n" +
        "  participant p1 as lamp\n" +
        "  Note over p1: initial<br/>light[0] off<br/>light[1] off<br/>queue empty<br/>told {}<br/>reader none\n" +
        "  Note over p1: from here nothing happens any more\n",
    );
  });
});
