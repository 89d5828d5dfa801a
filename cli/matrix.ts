import { type ClaimKind, claimKinds } from "../spec/protocols/index.ts";
import { isSought } from "../spec/index.ts";
import type { Description } from "../runs/told/index.ts";
import type { Paint } from "../counterexamples/drawn/index.ts";
import type { RecordEntry } from "./record.ts";

/** What came of a property of a protocol. */
export interface Claimed {
  readonly name: string;
  /** Whether it is proved as shipped; where it is not, the variant of which it is proved. */
  readonly holds: boolean | { readonly variant: string };
  /** Violated as shipped: after how many steps. */
  readonly steps?: number;
  /** The variants that break it, where it is not broken already, and after how many steps. */
  readonly breaches: readonly { readonly variant: string; readonly steps: number }[];
}

/** What came of a kind of claim in a protocol: of each property that is of the kind. */
export interface Cell {
  readonly protocol: string;
  readonly properties: readonly Claimed[];
}

/** What came of a kind of claim; of a protocol without such a property there is no cell. */
export interface MatrixRow extends ClaimKind {
  readonly cells: readonly Cell[];
}

/** What of a protocol is needed here. */
export interface Claims {
  readonly name: string;
  readonly properties: readonly Pick<
    Description["properties"][number],
    "name" | "kind" | "meaning"
  >[];
}

/** The ids with which the comment of a claim begins: two of "S10, S13", one of "S1, s390: ...". */
export function idsOf(meaning: Description["about"]): readonly string[] {
  const [, ids = ""] =
    /^((?:[SL]\d+w?)(?:(?:, | and )[SL]\d+w?)*)(?!\w)/.exec(meaning?.[0] ?? "") ?? [];
  return ids === "" ? [] : ids.split(/, | and /);
}

type Recorded = Pick<RecordEntry, "protocol" | "variant" | "violated" | "held">;

/** What is recorded of each kind of claim. */
export function matrixOf(
  protocols: readonly Claims[],
  record: readonly Recorded[],
): readonly MatrixRow[] {
  return claimKinds.map((kind) => ({
    ...kind,
    cells: protocols.flatMap(({ name, properties }): readonly Cell[] => {
      const entries = record.filter(({ protocol }) => protocol === name);
      // Whoever looks for a state claims nothing by it.
      const own = properties.filter(
        (property) => !isSought(property.kind) && idsOf(property.meaning).includes(kind.id),
      );
      if (own.length === 0) return [];
      return [
        { protocol: name, properties: own.map((property) => claimedOf(property.name, entries)) },
      ];
    }),
  }));
}

function claimedOf(name: string, entries: readonly Recorded[]): Claimed {
  const proposed = entries.find(({ variant }) => variant === undefined);
  const steps = proposed?.violated[name];
  if (steps !== undefined) return { name, holds: false, steps, breaches: [] };
  const breaches = entries.flatMap(({ variant, violated }) => {
    const length = violated[name];
    return variant === undefined || length === undefined ? [] : [{ variant, steps: length }];
  });
  // Only what a run proved: whoever breaks something was not asked about the rest.
  const proving = entries.filter(({ held }) => held?.includes(name) === true);
  if (proposed !== undefined && proving.includes(proposed)) return { name, holds: true, breaches };
  const other = proving[0]?.variant;
  return { name, holds: other !== undefined && { variant: other }, breaches };
}

/**
 * A cell in a few characters: `ok`, `ok 3` where three variants break it, `!14` where it is violated after 14 steps; in
 * brackets where some of it is not proved as shipped, and is of a variant; `?` where some is proved nowhere.
 */
export function cellText(cell: Cell | undefined): string {
  if (cell === undefined) return "-";
  const lengths = cell.properties.flatMap(({ steps }) => steps ?? []);
  if (lengths.length > 0) return `!${Math.min(...lengths)}`;
  if (cell.properties.some(({ holds }) => holds === false)) return "?";
  const variants = new Set(
    cell.properties.flatMap(({ breaches }) => breaches.map(({ variant }) => variant)),
  );
  const isElsewhere = cell.properties.some(({ holds }) => holds !== true);
  const ok = isElsewhere ? "(ok)" : "ok";
  return variants.size === 0 ? ok : `${ok} ${variants.size}`;
}

const legend = [
  "ok    proved of the protocol as it is shipped, which may be a repaired reading of what was proposed",
  "ok 3  proved there, and 3 variants at least break it: hintproof matrix ID names them",
  "(ok)  some of it not proved there (too small an instance, or something breaks before), but of a variant",
  "!14   violated there, after 14 steps",
  "?     some of it proved nowhere: as the steps are it cannot be violated, or nobody asked",
  "-     not asked: hintproof matrix ID says of which protocols it is",
];

/**
 * All kinds of claims that any of the protocols has, a line each; protocols are columns, by number. Where that is wider than
 * there is room, each line has the numbers of those that were asked, with what came of it.
 */
export function gridText(
  rows: readonly MatrixRow[],
  protocols: readonly string[],
  paint: Paint,
  room = Infinity,
): string {
  const asked = rows.filter(({ cells }) => cells.length > 0);
  const width = Math.max(...asked.map(({ title }) => title.length));
  const heading = `${" ".repeat(width + 5)}${protocols.map((_, at) => String(at + 1).padStart(8)).join("")}`;
  const isNarrow = heading.length > room;
  const lines = asked.map(({ id, title, cells }) => {
    if (isNarrow) return `${id} ${title}  ${numbered(cells, protocols, paint).join("  ")}`;
    const texts = protocols.map((protocol) => {
      const text = cellText(cells.find((cell) => cell.protocol === protocol));
      return paint(roleOf(text), text.padStart(8));
    });
    return `${id.padEnd(4)} ${title.padEnd(width)}${texts.join("")}`;
  });
  return [
    ...(isNarrow ? [] : [paint("heading", heading)]),
    ...lines,
    "",
    ...protocols.map((protocol, at) => `${String(at + 1).padStart(3)}  ${protocol}`),
    "",
    ...legend,
  ].join("\n");
}

const roleOf = (text: string): "bad" | "quiet" => (/^[!?]/.test(text) ? "bad" : "quiet");

/** The cells of protocols that were asked, behind their numbers. */
function numbered(
  cells: readonly Cell[],
  protocols: readonly string[],
  paint: Paint,
): readonly string[] {
  return protocols.flatMap((protocol, at) => {
    const cell = cells.find((one) => one.protocol === protocol);
    if (cell === undefined) return [];
    const text = cellText(cell);
    return [paint(roleOf(text), `${at + 1}: ${text}`)];
  });
}

/** What came of one kind of claim, protocol by protocol. */
export function rowText(
  { id, title, askedOf, cells }: MatrixRow,
  protocols: readonly string[],
  paint: Paint,
): string {
  const without = protocols.filter((name) => !cells.some(({ protocol }) => protocol === name));
  return [
    paint("heading", `${id}: ${title}`),
    ...cells.flatMap(({ protocol, properties }) => [
      `  ${protocol}`,
      ...properties.flatMap((claimed) => [
        `    ${claimed.name}  ${answerText(claimed)}`,
        ...claimed.breaches.map(
          ({ variant, steps }) => `      ${variant} breaks it after ${steps} steps`,
        ),
      ]),
    ]),
    `  asked of ${askedOf}${without.length === 0 ? "" : `; not of ${without.join(", ")}`}`,
  ].join("\n");
}

function answerText({ holds, steps }: Claimed): string {
  if (holds === true) return "holds";
  if (holds !== false) return `holds in ${holds.variant}`;
  return steps === undefined ? "is proved nowhere" : `violated after ${steps} steps`;
}
