/** The pages for readers of the known violations: what `npm run pages` writes to `counterexamples/pages/`. */
import { modulesOf } from "../cli/modules.ts";
import { type RecordEntry, readRecord } from "../cli/record.ts";
import { drawChart } from "../counterexamples/drawn/index.ts";
import { commentsIn } from "../model/index.ts";
import { describe as described } from "../runs/told/describe.ts";
import { unread } from "../runs/told/reading.ts";
import { type Constants, type Variant, words } from "../spec/index.ts";
import { publicCases } from "../spec/protocols/index.ts";
import { type Taken, violation, violations } from "./corpus.ts";
import { idsIn, rulesOf } from "./rules.ts";

/** Where they are, from the root. */
export const pagesFolder = "counterexamples/pages";

/** The text of each page, by its file's name, and of the README that lists them. */
export function pages(): ReadonlyMap<string, string> {
  const record = readRecord();
  const all = violations.map(violation);
  return new Map([
    ["README.md", indexText(all)],
    ...all.map((its): [string, string] => [`${its.name}.md`, pageText(its, record)]),
  ]);
}

function indexText(all: readonly Taken[]): string {
  const rows = all.map(({ name, file }) => {
    const { protocol, variant, property, trace } = file;
    const cells = [
      `[${titleOf(name)}](${name}.md)`,
      protocol,
      variant ?? "as shipped",
      words(property.name),
      String(trace.length),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return lines(
    "# counterexamples/pages/",
    "",
    "A page for readers of each known violation in `counterexamples/corpus/`: what goes wrong, the race, where it does not",
    "happen, and where it is written about. All of it, this table too, is what `npm run pages` makes of traces, comments and",
    "records; nothing is written by hand, and a test compares.",
    "",
    "| violation | protocol | variant | violated | steps |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  );
}

function pageText(its: Taken, record: readonly RecordEntry[]): string {
  const { name, file, protocol } = its;
  const { spec } = protocol;
  const variant = protocol.variants.find((one) => one.name === file.variant);
  const claim = claimOf(its);
  const repairs = provingOf(its, record);
  const because =
    variant?.because ??
    `as it is shipped, ${spec.name} breaks what it claims: ${words(file.property.name)}`;
  // Of a protocol that is as it was proposed its repairs say what is wrong with it.
  const said = [variant?.because ?? repairs.told.map((one) => one.variant?.because), claim];
  return lines(
    `# ${titleOf(name)}`,
    "",
    `${prose(capital(because.replace(/\.$/, "")))}.`,
    "",
    `- protocol: **${spec.name}**, ${prose(spec.title)}`,
    `- variant: ${variant === undefined ? "none, this is the protocol as it is shipped" : `**${variant.name}**`}`,
    `- violated: **${words(file.property.name)}** (${file.property.kind})${claim === "" ? "" : `. ${prose(claim)}`}`,
    "",
    "## What happens",
    "",
    "```text",
    drawChart(its.story(), { again: `hintproof replay ${name}` }),
    "```",
    "",
    "## Where it holds",
    "",
    ...holdingLines(its, repairs, record),
    "",
    "## References",
    "",
    ...reportLines(its),
    ...referenceLines(spec.name, said.flat().join(" ")),
  );
}

/** What its author says of the property. */
function claimOf({ protocol, file }: Taken): string {
  const comments = commentsIn(modulesOf({ kind: "shipped", name: protocol.spec.name }));
  const variants = protocol.variants.filter(({ name }) => name === file.variant);
  const { properties, variants: its } = described(
    { ...protocol, variants },
    { ...unread, comments },
  );
  const known = [...(its[0]?.changes.properties ?? []), ...properties];
  const { meaning = [] } = known.find(({ name }) => name === file.property.name) ?? {};
  return meaning.map((line) => line.trim()).join(" ");
}

/** A protocol or a variant of which a run has proved something, and where its instance is another one. */
interface Proving {
  readonly variant: Variant | undefined;
  /** The constants that differ; "" if none does. */
  readonly others: string;
}

/**
 * Of what a run has proved it: the protocol, and of the variants in the same instance those that are about the same as the
 * mistake. Where there are none, and the protocol is none of them, any of the same instance, or if there is none all.
 */
function provingOf(
  { file, protocol }: Taken,
  record: readonly RecordEntry[],
): { readonly shipped: Proving | undefined; readonly told: readonly Proving[] } {
  const proving = record
    .filter((entry) => entry.protocol === file.protocol)
    .filter(({ held }) => held?.includes(file.property.name) === true)
    .map(({ variant, constants }) => ({
      variant: protocol.variants.find(({ name }) => name === variant),
      others: differing(constants, file.constants),
    }));
  const shipped = proving.find(({ variant }) => variant === undefined);
  const variants = proving.filter(({ variant }) => variant !== undefined);
  const same = variants.filter(({ others }) => others === "");
  const mistake = protocol.variants.find(({ name }) => name === file.variant);
  const aboutIt = (all: readonly Proving[]): readonly Proving[] =>
    all.filter(({ variant }) => isAbout(variant, mistake));
  if (shipped?.others === "" || aboutIt(same).length > 0) return { shipped, told: aboutIt(same) };
  if (shipped !== undefined || same.length > 0) return { shipped, told: same };
  return { shipped, told: aboutIt(variants).length > 0 ? aboutIt(variants) : variants };
}

function holdingLines(
  its: Taken,
  { shipped, told }: ReturnType<typeof provingOf>,
  record: readonly RecordEntry[],
): readonly string[] {
  const { protocol } = its.file;
  const all = [
    ...(shipped === undefined
      ? otherwiseBroken(its, record)
      : [`- ${protocol} as it is shipped${whereText(shipped.others)}`]),
    ...told.map(
      ({ variant, others }) =>
        `- **${variant?.name}**${whereText(others)}: ${prose(variant?.because ?? "")}`,
    ),
  ];
  return all.length > 0
    ? all
    : [
        "Nothing that is recorded proves it of anything: it is what this variant asks, and nobody else.",
      ];
}

const whereText = (others: string): string => (others === "" ? "" : ` (there ${others})`);

/** A protocol that breaks something else proves nothing, and its variants have to. */
function otherwiseBroken(
  { file, protocol }: Taken,
  record: readonly RecordEntry[],
): readonly string[] {
  const { name } = file.property;
  const isOwn = (one: RecordEntry): boolean =>
    one.protocol === file.protocol && one.variant === undefined;
  const { violated = {} } = record.find(isOwn) ?? {};
  const others = Object.keys(violated);
  if (protocol.spec.properties[name] === undefined || others.length === 0) return [];
  if (others.includes(name)) return [];
  return [
    `- ${file.protocol} as it is shipped does not break this, but something else ` +
      `(${others.map(words).join(", ")}); it is proved where that is repaired:`,
  ];
}

/** Whether a variant is about the same as a mistake: it says so, or changes the same steps. */
function isAbout(variant: Variant | undefined, mistake: Variant | undefined): boolean {
  if (variant === undefined || mistake === undefined) return false;
  const ids = idsIn(mistake.because);
  const steps = changedIn(mistake);
  return (
    idsIn(variant.because).some((id) => ids.includes(id)) ||
    changedIn(variant).some((step) => steps.includes(step))
  );
}

const changedIn = ({ base, spec }: Variant): readonly string[] =>
  Object.keys(spec.actions).filter((name) => spec.actions[name] !== base.actions[name]);

const differing = (constants: Constants, from: Constants): string =>
  Object.entries(constants)
    .filter(([name, value]) => from[name] !== value)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(" ");

/** Where a fault was reported, if it is one of the cases. */
function reportLines({ file: { protocol, variant } }: Taken): readonly string[] {
  const found = publicCases.find(
    ({ saidIn, mistakes }) =>
      "protocol" in saidIn && saidIn.protocol === protocol && mistakes.includes(variant ?? ""),
  );
  return found === undefined
    ? []
    : [`Case ${found.id}, ${found.fault}: ${prose(found.source)}.`, ""];
}

/** The rules that a text names. */
function referenceLines(protocol: string, text: string): readonly string[] {
  const named = new Set(idsIn(text));
  const rows = rulesOf(protocol).filter(({ id }) => named.has(id));
  if (rows.length === 0) return ["None of its rules is named by it."];
  return [
    "| id | rule | source |",
    "| --- | --- | --- |",
    ...rows.map(({ id, rule, source }) => `| ${id} | ${rule} | ${source} |`),
  ];
}

/** "Burst then idle" */
const titleOf = (name: string): string => capital(name.replaceAll("-", " "));

/** As a sentence begins; ids and names of functions stay as they are. */
const capital = (text: string): string =>
  /^[a-z]+(?![\w/.-])/.test(text) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text;

/** A text as Markdown that prints it: `__free_one_page` is not bold, and `<` begins no tag. */
const prose = (text: string): string => text.replace(/[*<]|\b_|_\b/g, "\\$&");

const lines = (...all: readonly string[]): string => `${all.join("\n")}\n`;
