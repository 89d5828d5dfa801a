import { expect, test } from "vitest";
import { lampStory } from "../../toys/lamp-story.ts";
import { drawTestFile } from "./index.ts";

test("a story as a test has its steps by their names, under its chart", () => {
  const story = { ...lampStory, constants: { lamps: 2, "a-b": true }, protocol: "lamp */" };
  const text = drawTestFile(story, { module: "./lamp.ts", again: "hintproof replay lamp" });
  expect(text).toMatch(
    /^import \{ traceTest \} from "hintproof\/vitest";\nimport \* as protocol from "\.\/lamp\.ts";\n\n\/\*\n \* {2}lamp \* \/ \/ nobody-reads/,
  );
  expect(text.slice(text.indexOf(" *  again:"))).toBe(` *  again: hintproof replay lamp
 */
traceTest(protocol, {
  property: "messageIsRead",
  variant: "nobody-reads",
  constants: { lamps: 2, "a-b": true },
  steps: [
    ["somebodySwitchesOn", 1], // 1 somebody switches on 1
    ["timerEnds"], // 2 timer ends
    ["somebodySwitchesOn", 1], // 3 * somebody switches on 1
  ],
  loopsTo: 1,
  // Of a protocol that is repaired: the step that is not possible any more, or "nowhere".
  stopsAt: undefined,
});
`);
});
