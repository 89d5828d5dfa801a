import { printable } from "../../spec/index.ts";
import type { Story, StoryRow } from "../story.ts";
import { hung } from "./columns.ts";
import { fairnessText } from "./fairness-text.ts";
import { headingLines } from "./heading.ts";
import { asList, type Lane, lanesOf } from "./lanes.ts";
import { type LockMark, locksOf } from "./locks.ts";
import { markText } from "./mark-text.ts";
import type { Paint } from "./sheet.ts";

export interface ChartOptions {
  /** Columns that a line may take, `indent` included; 72 if left out, and no fewer than 40. */
  readonly width?: number | undefined;
  /** What each line begins with: " * " in a comment of C. */
  readonly indent?: string | undefined;
  /** The command that draws it again. */
  readonly again?: string | undefined;
  /** Nothing is coloured if left out. */
  readonly paint?: Paint | undefined;
}

/**
 * A story as kernel developers draw a race: a column for each actor, time downwards, one side acts a line. The steps that
 * the why names are marked, with their functions and what they found or changed; of the others what is done is
 * enough, and what one actor does in a row stands together. Where there is no room for the columns it is a list, and says so.
 * ASCII (as far as the spec's words are), no trailing blanks, no line break at the end.
 */
export function drawChart(story: Story, options: ChartOptions = {}): string {
  const { indent = "", width = 72 } = options;
  const chart = new Chart(story, Math.max(width, 40) - indent.length, options);
  return chart
    .lines()
    .map((line) => (indent + line).trimEnd())
    .join("\n");
}

/** Rows that stand together on their lines, of one lane. */
interface Entry {
  readonly lane: Lane;
  readonly rows: readonly [StoryRow, ...StoryRow[]];
  readonly lock: LockMark | undefined;
  readonly isMarked: boolean;
}

/** A column that is narrower has a word or two a line, and its head is cut. */
const leastPitch = 12;

class Chart {
  readonly #story: Story;
  readonly #width: number;
  readonly #paint: Paint;
  readonly #again: string | undefined;
  readonly #lanes: readonly Lane[];
  /** Why all actors stand in one lane, if there is no room for more. */
  readonly #narrow: string | undefined;
  readonly #locks: ReadonlyMap<number, LockMark>;
  readonly #marked: ReadonlySet<number>;
  readonly #numberWidth: number;
  /** Where the first lane begins, and how far one is from the next. */
  readonly #start: number;
  readonly #pitch: number;

  constructor(story: Story, width: number, { again, paint, indent = "" }: ChartOptions) {
    const { rows, why } = story;
    this.#story = story;
    this.#width = width;
    this.#again = again;
    this.#paint = paint ?? ((_role, text) => text);
    this.#marked = new Set(why.steps);
    this.#locks = locksOf(story);
    const lanes = lanesOf(rows, this.#marked);
    this.#numberWidth = this.#widestNumber(lanes);
    // A mark, the number and a blank; brackets where there are locks.
    this.#start = 3 + this.#numberWidth + (this.#locks.size > 0 ? 2 : 0);
    const needed = this.#start + leastPitch * lanes.length;
    const isNarrow = lanes.length > 1 && needed > width;
    this.#lanes = isNarrow ? [asList(rows)] : lanes;
    this.#narrow = isNarrow
      ? `a list, because ${lanes.length} actors side by side take ${needed + indent.length} columns`
      : undefined;
    this.#pitch = Math.min(24, Math.floor((width - this.#start) / Math.max(1, this.#lanes.length)));
  }

  lines(): readonly string[] {
    const { rows, loop } = this.#story;
    const stays = loop?.to === rows.length;
    return [
      ...headingLines(this.#story).flatMap((line) => this.#broken(line, 1, "heading")),
      "",
      ...this.#initially(),
      ...this.#heads(),
      ...this.#after(0),
      ...this.#entries().flatMap((entry) => [
        ...this.#drawn(entry),
        ...this.#after(entry.rows.at(-1)?.number ?? 0),
      ]),
      ...(loop === undefined || stays ? [] : this.#ruled(`and again from step ${loop.to + 1}`)),
      ...(stays ? this.#ruled("nothing happens any more, for ever") : []),
      ...this.#bug(),
      ...this.#closing(),
    ];
  }

  /** The values at the beginning of what the marked steps found or changed. */
  #initially(): readonly string[] {
    const { initial, why, variables } = this.#story;
    const ghosts = new Set(variables.filter(({ isGhost }) => isGhost).map(({ name }) => name));
    const paths = new Set(why.remarks.map(({ path }) => path));
    const values = initial.values
      .filter(({ path, variable }) => paths.has(path) && !ghosts.has(variable))
      .map(({ path, text }) => `${path} ${text}`);
    if (values.length === 0) return [];
    return [...this.#broken(`initially: ${values.join(", ")}`, this.#start, "quiet"), ""];
  }

  #heads(): readonly string[] {
    if (this.#narrow !== undefined)
      return [...this.#broken(this.#narrow, this.#start, "quiet"), ""];
    const row = (textOf: (lane: Lane) => string): string =>
      " ".repeat(this.#start) +
      this.#lanes
        .map((lane) =>
          textOf(lane)
            .slice(0, this.#pitch - 1)
            .padEnd(this.#pitch),
        )
        .join("")
        .trimEnd();
    return this.#lanes.length === 0
      ? []
      : [row(({ name }) => printable(name)), row(({ name }) => "-".repeat(printable(name).length))];
  }

  /** Rows of one actor that follow each other, as far as none of them is marked and no state between them is. */
  #entries(): readonly Entry[] {
    const entries: Entry[] = [];
    for (const row of this.#story.rows) {
      const lane = this.#lanes.find(({ actors }) => actors.includes(row.actor)) as Lane;
      const lock = this.#locks.get(row.number);
      const isMarked = this.#marked.has(row.number);
      const last = entries.at(-1);
      const isTogether =
        last !== undefined &&
        !isMarked &&
        !last.isMarked &&
        last.lane === lane &&
        (this.#narrow === undefined || last.rows[0].actor === row.actor) &&
        last.lock === lock &&
        (lock === undefined || lock === "held") &&
        this.#after(row.number - 1).length === 0;
      if (isTogether) entries[entries.length - 1] = { ...last, rows: [...last.rows, row] };
      else entries.push({ lane, rows: [row], lock, isMarked });
    }
    return entries;
  }

  #drawn({ lane, rows, lock, isMarked }: Entry): readonly string[] {
    const [first] = rows;
    const column = this.#start + this.#pitch * this.#lanes.indexOf(lane);
    const said = rows.map((row) => saidIn(lane, row)).join("; ");
    const to = rows.length === 1 ? "" : `-${rows.at(-1)?.number}`;
    const number = `${first.number}${to}`.padStart(this.#numberWidth);
    const head = `${isMarked ? "*" : " "} ${number} `;
    const bracket = lock === undefined ? "" : `${brackets[lock]} `;
    const role = isMarked ? "step" : "quiet";
    const below = lock === undefined || lock === "released" ? "" : "| ";
    const line = (text: string, at: number): string => {
      const held = at === 0 ? bracket : below;
      return (at === 0 ? head : "").padEnd(column - held.length) + held + this.#paint(role, text);
    };
    return [
      ...this.#pieces(said, column, 2).map(line),
      ...(isMarked ? this.#remarksOn(first) : []).flatMap((remark) =>
        this.#broken(remark, this.#columnFor(remark, column + 2), role, 1),
      ),
    ];
  }

  /** Where a remark begins: at a column, or before it as far as it would not fit on a line. */
  #columnFor(remark: string, column: number): number {
    return Math.max(this.#start, Math.min(column, this.#width - printable(remark).length));
  }

  /** The function of a marked step, and what it found or changed that matters. */
  #remarksOn({ number, source, changes }: StoryRow): readonly string[] {
    const remarks = this.#story.why.remarks
      .filter(({ step }) => step === number)
      .toSorted((one, other) => Number(one.found === undefined) - Number(other.found === undefined))
      .flatMap(({ path, found }) => {
        if (found !== undefined) return [`[finds ${path} ${found}]`];
        const change = changes.find((one) => one.path === path);
        return change === undefined ? [] : [`[${path} ${change.old} -> ${change.new}]`];
      });
    return [...(source === undefined ? [] : [source]), ...new Set(remarks)];
  }

  /** What there is to say of a state, before the next step. */
  #after(state: number): readonly string[] {
    const { loop, marks, rows } = this.#story;
    const begins = loop !== undefined && loop.to === state && loop.to < rows.length;
    return [
      ...marks
        .filter((mark) => mark.state === state)
        .flatMap((mark) => this.#ruled(markText(mark))),
      ...(begins ? this.#ruled("from here it goes round, for ever") : []),
    ];
  }

  #bug(): readonly string[] {
    const { reason, why } = this.#story;
    const last = this.#story.rows.at(-1);
    const lane = this.#lanes.find(
      ({ actors }) => last !== undefined && actors.includes(last.actor),
    );
    const isAtStep = last !== undefined && this.#story.loop === undefined && why.steps.length > 0;
    const column = isAtStep && lane !== undefined ? this.#start + 2 : this.#start;
    return reason.lines.flatMap((line, at) =>
      this.#broken(at === 0 ? `BUG: ${line}` : line, at === 0 ? column : column + 5, "bad", 5),
    );
  }

  #closing(): readonly string[] {
    const { why } = this.#story;
    const fair = fairnessText(this.#story);
    const paragraphs = [
      ...why.lines.map((line, at) => (at === 0 ? `why: ${line}` : `     ${line}`)),
      ...(fair === undefined ? [] : [`fair: ${fair}`]),
    ];
    // Whoever copies a command wants all of it.
    const again = this.#again === undefined ? [] : [` again: ${printable(this.#again)}`];
    if (paragraphs.length + again.length === 0) return [];
    const lines = paragraphs.flatMap((text) => {
      const [, gap = "", rest = ""] = /^( *)(.*)$/s.exec(text) ?? [];
      return this.#broken(rest, 1 + gap.length, "reason", gap === "" ? 5 : 0);
    });
    return ["", ...lines, ...again];
  }

  #ruled(text: string): readonly string[] {
    return this.#broken(`-- ${text} --`, this.#start, "reason");
  }

  /** A text in lines that begin at a column; further ones hang. */
  #broken(text: string, column: number, role: Parameters<Paint>[0], hang = 2): readonly string[] {
    return this.#pieces(text, column, hang).map(
      (line) => " ".repeat(column) + this.#paint(role, line),
    );
  }

  /** A text in pieces that fit from a column on; further ones are indented. */
  #pieces(text: string, column: number, hang: number): readonly string[] {
    const room = Math.max(this.#width - column, 12);
    const all = printable(text);
    if (all.length <= room) return [all];
    return hung(cut(all, room - hang), room, hang);
  }

  /** How wide "3-5" is at most, of rows that may stand together. */
  #widestNumber(lanes: readonly Lane[]): number {
    const laneOf = ({ actor }: StoryRow): Lane | undefined =>
      lanes.find(({ actors }) => actors.includes(actor));
    let widest = 0;
    let first: StoryRow | undefined;
    for (const row of this.#story.rows) {
      const isMarked = this.#marked.has(row.number);
      if (isMarked || first === undefined || laneOf(first) !== laneOf(row)) {
        first = isMarked ? undefined : row;
      }
      const from = first === undefined || first === row ? "" : `${first.number}-`;
      widest = Math.max(widest, from.length + String(row.number).length);
    }
    return widest;
  }
}

const brackets = { taken: "[", held: "|", released: "]" } as const satisfies Readonly<
  Record<LockMark, string>
>;

/** What a step does; who does it stands above, if the lane is of one actor. */
function saidIn({ actors }: Lane, { actor, label }: StoryRow): string {
  return actors.length === 1 && label.startsWith(`${actor} `)
    ? label.slice(actor.length + 1)
    : label;
}

/** A text in which no word is longer than a line. */
const cut = (text: string, most: number): string =>
  text
    .split(" ")
    .flatMap((word) => word.match(new RegExp(`.{1,${most}}`, "gsu")) ?? [word])
    .join(" ");
