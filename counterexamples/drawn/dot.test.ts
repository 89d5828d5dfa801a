import { describe, expect, test } from "vitest";
import { lampStory } from "../../toys/lamp-story.ts";
import { drawDot } from "./index.ts";

const { loop: _loop, ...path } = lampStory;

/** That Graphviz reads it the nightly list asks (toys/judge-drawings.ts). */
describe("a story as a graph", () => {
  test("has a node for each state and an edge for each step, and leads back where it goes on for ever", () => {
    expect(`\n${drawDot(lampStory)}`).toBe(String.raw`
digraph story {
  graph [label="lamp / nobody-reads, lamps=2: violated\lmessage is read, after 1 step, then 2 for ever (no shorter one exists)\l", labelloc=t];
  node [shape=box];
  s0 [label="initial\llight[1] off\lqueue empty\ltold {}\lreader none\l"];
  s1 [label="1\llight[1] off -> on\lqueue empty -> {from 1}\ltold {} -> {lamp 1}\l${"`from`"} holds here\l"];
  s2 [label="2\llight[1] on -> off\l"];
  violated [shape=note, label="due after step 1 (${"`from`"}), and never done from then on\l(${"`to`"})\lwhy: light[1] is on since step 3 (somebody switches on 1)\lweak fairness of timer ends: taken in step 2\l"];
  s0 -> s1 [label="1 somebody switches on 1\l"];
  s1 -> s2 [label="2 timer ends\l"];
  s2 -> s1 [label="3 * somebody switches on 1\l", penwidth=3];
  s2 -> violated [style=dotted, dir=none];
}
`);
  });

  test("has a state after the last step, but where that fails an assertion", () => {
    expect(drawDot(path)).toContain('  s2 -> s3 [label="3 * somebody switches on 1');
    const asserted = drawDot({ ...path, property: { kind: "assertion", name: "lampIsOff" } });
    expect(asserted).toContain('  s2 -> violated [label="3 * somebody switches on 1');
    expect(asserted).not.toContain("s3");
    expect(drawDot({ ...path, loop: { to: 3, fairness: [], unfair: [] } })).toContain(
      String.raw`from here nothing happens any more\l"];`,
    );
  });

  test("shows ghosts where asked", () => {
    expect(drawDot(path)).not.toContain("switched 0");
    expect(drawDot(path, { ghosts: true })).toContain("#switched 0 -> 1");
  });

  test("takes nothing of a name for a part of the language", () => {
    const reason = { lines: ['"]; x \\N &amp; \u001b\n'], reads: [] };
    expect(drawDot({ ...path, reason })).toContain(
      String.raw`label="\"]; x \\N &amp;amp; \\x1b\\n\l`,
    );
  });
});
