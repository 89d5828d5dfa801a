import { printable } from "../../spec/index.ts";
import type { Outcome, Place } from "../outcome.ts";
import {
  type Finding,
  findingsIn,
  fingerprintOf,
  printableLines,
  type Rule,
  rules,
} from "./findings.ts";

/** What GitHub reads of a run, a result and a code flow; the rest it drops, or refuses all. */
const most = { results: 25_000, locations: 1_000, text: 20_000 };

const home = "https://www.npmjs.com/package/hintproof";

/**
 * Outcomes as SARIF 2.1.0: a result for each finding, at the property that is violated, and of a counterexample a code flow
 * with a location for each step, at its action. No more than GitHub takes: the worst come first, and a text says what is
 * left out.
 */
export function sarif(outcomes: readonly Outcome[], version?: string): string {
  const all = findingsIn(outcomes);
  const findings = all.slice(0, most.results);
  const used = (Object.keys(rules) as Rule[]).filter((rule) =>
    findings.some((one) => one.rule === rule),
  );
  const run = {
    tool: {
      driver: {
        name: "hintproof",
        ...(version !== undefined && { semanticVersion: version, version }),
        informationUri: home,
        rules: used.map(ruleOf),
      },
    },
    columnKind: "utf16CodeUnits",
    originalUriBaseIds: { ROOT: { description: { text: "The folder that the gate was run in." } } },
    invocations: [{ executionSuccessful: all.every(({ rule }) => rule !== "spec-at-fault") }],
    results: findings.map((one) => resultOf(one, used)),
  };
  return `${JSON.stringify({ $schema: schema, version: "2.1.0", runs: [run] }, null, 2)}\n`;
}

const schema = "https://json.schemastore.org/sarif-2.1.0.json";

function ruleOf(rule: Rule) {
  const text = rules[rule];
  const level = rule === "figures" ? "warning" : "error";
  return {
    id: idOf(rule),
    name: rule.replace(/(?:^|-)(\w)/g, (_, first: string) => first.toUpperCase()),
    shortDescription: { text },
    fullDescription: { text },
    helpUri: home,
    help: {
      text: `${text} hintproof check shows it; hintproof gate --update pins it, where it is meant to be so.`,
    },
    defaultConfiguration: { level },
    properties: { precision: "very-high", tags: ["protocol"], "problem.severity": level },
  };
}

/** As readers want it: a prefix, and a number that stays. */
const idOf = (rule: Rule): string =>
  `HP${String(Object.keys(rules).indexOf(rule) + 1).padStart(4, "0")}`;

function resultOf(finding: Finding, used: readonly Rule[]) {
  const { name, rule, level, text, place, outcome } = finding;
  const where = place ?? { file: outcome.file ?? "hintproof.gate.json", line: 1, column: 1 };
  const { flow } = outcome;
  return {
    ruleId: idOf(rule),
    ruleIndex: used.indexOf(rule),
    level,
    message: { text: cut(printableLines(`${name}: ${text}.`).join("\n")) },
    locations: [locationOf(where)],
    partialFingerprints: { "run/v1": fingerprintOf(finding) },
    ...(flow && level === "error" && { codeFlows: [codeFlowOf(flow, where)] }),
  };
}

/** A step for each location, the last that there is room for says how many are left out. */
function codeFlowOf({ property, steps }: NonNullable<Outcome["flow"]>, where: Place) {
  const isCut = steps.length > most.locations;
  const shown = isCut ? steps.slice(0, most.locations - 1) : steps;
  const texts = shown.map(({ text, place = where }, at) => ({ text: `${at + 1} ${text}`, place }));
  const left = `(${steps.length - shown.length} more steps are left out)`;
  const all = isCut ? [...texts, { text: left, place: where }] : texts;
  return {
    message: { text: printable(`How ${property} is violated.`) },
    threadFlows: [
      {
        locations: all.map(({ text, place }, at) => ({
          location: {
            ...locationOf(place),
            message: { text: cut(printableLines(text).join(" ")) },
          },
          executionOrder: at + 1,
        })),
      },
    ],
  };
}

const locationOf = ({ file, line, column }: Place) => ({
  physicalLocation: {
    artifactLocation: { uri: uriOf(file), uriBaseId: "ROOT" },
    region: { startLine: line, startColumn: column },
  },
});

const uriOf = (file: string): string =>
  printable(file).split("/").map(encodeURIComponent).join("/");

const cut = (text: string): string =>
  text.length <= most.text ? text : `${text.slice(0, most.text)}\n(there is more)`;
