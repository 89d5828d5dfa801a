import { printable } from "../../spec/index.ts";
import type { Story } from "../story.ts";
import { drawChart } from "./chart.ts";

export interface TestFileOptions {
  /** What the file imports the protocol and its variants from. */
  readonly module: string;
  /** The command that writes it again. */
  readonly again?: string | undefined;
}

/**
 * A story as a test file of Vitest: its steps by their names, which `traceTest` takes again in the protocol of the day, under
 * the chart that says what they are about. Of a violation that a trace does not show (`recoverable`) there is no such test.
 */
export function drawTestFile(story: Story, { module, again }: TestFileOptions): string {
  const { constants, loop, property, rows, variant, why } = story;
  const steps = rows.map(({ number, action, choice, label }) => {
    const mark = why.steps.includes(number) ? "* " : "";
    return `    [${[action, ...choice].map(literal).join(", ")}], // ${number} ${mark}${printable(label)}`;
  });
  const members = [
    `property: ${literal(property.name)},`,
    ...(variant === undefined ? [] : [`variant: ${literal(variant)},`]),
    `constants: ${objectText(constants)},`,
    "steps: [",
    ...steps.map((line) => line.slice(2)),
    "],",
    ...(loop === undefined ? [] : [`loopsTo: ${loop.to},`]),
    ...(loop === undefined || loop.unfair.length === 0
      ? []
      : [`unfair: [${loop.unfair.map(literal).join(", ")}],`]),
    '// Of a protocol that is repaired: the step that is not possible any more, or "nowhere".',
    "stopsAt: undefined,",
  ];
  const chart = drawChart(story, { again, indent: " * " }).replaceAll("*/", "* /");
  return `import { traceTest } from "hintproof/vitest";
import * as protocol from ${literal(module)};

/*
${chart}
 */
traceTest(protocol, {
${members.map((line) => `  ${line}\n`).join("")}});
`;
}

/** A value as the language has it; what does not print is escaped. */
const literal = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[^ -~]/gu,
    (sign) => `\\u{${(sign.codePointAt(0) as number).toString(16)}}`,
  );

const objectText = (values: object): string => {
  const members = Object.entries(values).map(
    ([name, value]) =>
      `${/^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name)}: ${literal(value)}`,
  );
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
};
