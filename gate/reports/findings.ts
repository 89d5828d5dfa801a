import { printable } from "../../spec/index.ts";
import { type Outcome, outcomeText, type Place, uniqueNames } from "../outcome.ts";

/** What a run of the gate has to tell of: plain data, the same for all forms that list only that. */
export interface Finding {
  /** The run, by a name that no other has. */
  readonly name: string;
  /** What kind of finding it is, by a word that stays the same. */
  readonly rule: Rule;
  readonly level: "error" | "warning";
  /** What differs, in a line. */
  readonly title: string;
  /** All that there is to say. */
  readonly text: string;
  readonly place?: Place | undefined;
  readonly outcome: Outcome;
}

/** What each kind of finding means. */
export const rules = {
  violated: "A property is violated that was pinned to hold.",
  incomplete: "A run did not come to its end: nothing is known.",
  vacuous: "A property says nothing: it never had anything to judge, or was never seen.",
  "spec-at-fault": "A protocol could not be run.",
  "not-run": "A run that is pinned was not made.",
  "not-as-pinned": "A run came to something else than what is pinned of it.",
  figures: "A run looked at other numbers of states than those that are pinned.",
} as const;

export type Rule = keyof typeof rules;

/** What is violated and was not comes first; then what cannot be run, and what says nothing; then the rest. */
const gravity = Object.keys(rules) as readonly Rule[];

/** All that is not as it is pinned, and what is only said; the worst first. */
export function findingsIn(outcomes: readonly Outcome[]): readonly Finding[] {
  const names = uniqueNames(outcomes);
  return outcomes
    .flatMap((outcome, at): readonly Finding[] => {
      const its = { name: names[at] as string, place: outcome.place, outcome };
      const { differences, remarks, status } = outcome;
      const bad: Finding = {
        ...its,
        rule: ruleOf(outcome),
        level: "error",
        title: lineOf(differences[0] ?? status),
        text: outcomeText(outcome),
      };
      const said: Finding = {
        ...its,
        rule: "figures",
        level: "warning",
        title: lineOf(remarks[0] ?? ""),
        text: remarks.join("\n"),
      };
      return [...(status === "as pinned" ? [] : [bad]), ...(remarks.length === 0 ? [] : [said])];
    })
    .toSorted((one, other) => gravity.indexOf(one.rule) - gravity.indexOf(other.rule));
}

function ruleOf({ status, verdict, chart }: Outcome): Rule {
  if (chart !== undefined) return "violated";
  if (status === "spec at fault") return "spec-at-fault";
  if (status === "not run") return "not-run";
  return verdict === "incomplete" || verdict === "vacuous" ? verdict : "not-as-pinned";
}

/** What tells a finding from others: the same for as long as it is of the same run, property and kind. */
export const fingerprintOf = ({ name, rule, outcome }: Finding): string =>
  hashOf([outcome.file ?? "", name, rule, outcome.flow?.property ?? ""]);

/** 128 bits in hexadecimal digits of a few words: FNV-1a, which tells apart, and hides nothing. */
function hashOf(words: readonly string[]): string {
  const prime = (1n << 88n) + 0x13bn;
  let hash = 0x6c62272e07bb014262b821756295c58dn;
  for (const byte of new TextEncoder().encode(JSON.stringify(words))) {
    hash = BigInt.asUintN(128, (hash ^ BigInt(byte)) * prime);
  }
  return hash.toString(16).padStart(32, "0");
}

const lineOf = (text: string): string => text.replace(/\s+/g, " ").trim();

/** A text of which every character prints, where lines are lines. */
export const printableLines = (text: string): readonly string[] => text.split("\n").map(printable);
