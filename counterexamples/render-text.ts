import type { Trace } from "../checker/index.ts";
import type { Model } from "../model/index.ts";
import { type Constants, printable, words } from "../spec/index.ts";
import type { Counterexample } from "./counterexample.ts";
import { fairnessLines } from "./fairness-text.ts";
import { changesBetween, type Part, type Parts, partsOf } from "./parts.ts";
import { evidenceOf } from "./reason.ts";

/** What a piece of text is, for whoever gives it a colour. */
export type PaintRole = "heading" | "step" | "change" | "reason" | "quiet";

/** Gives a piece of text a colour; must not change how wide it prints. */
export type Paint = (role: PaintRole, text: string) => string;

export interface RenderOptions {
  /** Nothing is coloured if left out. */
  readonly paint?: Paint | undefined;
  /** What the trace shows, behind the name of the instance; "violated" if left out. */
  readonly outcome?: string | undefined;
  /** Whether the trace is a shortest one (true if left out) or was shrunk; or nobody knows. */
  readonly shortest?: boolean | "not known" | undefined;
  /** Whether to show the bookkeeping of the proof even where the reason does not mention it. */
  readonly ghosts?: boolean | undefined;
  /** Columns that a line may take; 100 if left out. */
  readonly width?: number | undefined;
  /** The constants of the protocol that a variant changes; those of the model's spec if left out. */
  readonly defaults?: Constants | undefined;
}

/** As many constants as are shown even where they are the protocol's own. */
const fewConstants = 4;

/**
 * A counterexample as text: what is violated, each step with what it changes, and the reason; of a lasso what
 * repeats, and why that is fair. ASCII (as far as the spec's words are), every character of which prints; no trailing blanks, no line break at the end.
 */
export function renderText(
  model: Model,
  counterexample: Counterexample,
  options: RenderOptions = {},
): string {
  const paint = options.paint ?? ((_role, text): string => text);
  const width = options.width ?? 100;
  const defaults = options.defaults ?? model.spec.constants;
  const { property, trace } = counterexample;
  const { steps } = trace;
  const reason = evidenceOf(model, counterexample);

  const mentioned = new Set(reason.reads.map(({ variable }) => variable));
  const isShown = ({ variable }: { readonly variable: string }): boolean =>
    options.ghosts === true ||
    mentioned.has(variable) ||
    model.spec.state[variable]?.isGhost !== true;

  const states = [trace.initial, ...steps.map(({ state }) => state)].map((state) =>
    partsOf(model, state),
  );
  const changes = steps.map((_, at) =>
    changesBetween(states[at] as Parts, states[at + 1] as Parts).filter(([, now]) => isShown(now)),
  );
  const relevant = new Set([
    ...changes.flat().map(([{ path }]) => path),
    ...reason.reads.map(({ path }) => path),
  ]);
  const { lasso } = trace;
  const isStill = lasso?.loopsTo === steps.length;
  const isStuck = property.kind === "deadlock freedom" || isStill;
  const start = [...(states[0] as Parts).values()].filter(
    (part) => relevant.has(part.path) || (isStuck && steps.length === 0 && isShown(part)),
  );
  // What blocks may have stood still all the way, so that no step shows it.
  const end = isStuck && steps.length > 0 ? [...(states.at(-1) as Parts).values()] : [];

  const numberWidth = String(steps.length).length + 2;
  const labels = ["initial", ...(end.length > 0 ? ["the end"] : [])];
  const labelWidth = Math.max(
    ...[...labels, ...steps.map(({ step }) => step.label)].map(({ length }) => length),
  );
  const indent = numberWidth + 2 + labelWidth + 2;
  const room = Math.max(width - indent, 24);

  const row = (number: string, label: string, lines: readonly (readonly Cell[])[]): string[] =>
    (lines.length === 0 ? [[]] : lines).map((cells, line) => {
      const head = line === 0 ? [number.padStart(numberWidth), "  ", paint("step", label)] : [];
      const used = line === 0 ? numberWidth + 2 + label.length : 0;
      return [...head, ...spread(cells, indent, used, (text) => paint("change", text))].join("");
    });

  const cellsOfSteps = changes.map((ofStep) =>
    ofStep.map(([was, now]) => printable(`${now.path} ${was.text} -> ${now.text}`)),
  );
  const columns = columnsFor(cellsOfSteps, room);
  const state = (parts: readonly Part[]): readonly (readonly Cell[])[] =>
    inLine(
      parts.map(({ path, text }) => printable(`${path} ${text}`)),
      room,
    );

  const below = (line: string, role: PaintRole, hang = 0): readonly string[] =>
    wrapped(printable(line), room, hang).map(
      (text, piece) => " ".repeat(indent + (piece === 0 ? 0 : hang)) + paint(role, text),
    );
  const aside = (line: string): readonly string[] => [
    " ".repeat(numberWidth + 2) + paint("reason", line),
  ];
  /** What there is to say of a state, before the next step. */
  const after = (number: number): readonly string[] => [
    ...countedAt(trace, number).flatMap((line) => below(line, "reason")),
    ...(lasso?.loopsTo === number && !isStill
      ? aside(`from here it repeats: ${stepsFrom(number + 1, steps.length)} for ever`)
      : []),
  ];

  return [
    paint(
      "heading",
      `${instanceText(counterexample, defaults)}: ${printable(options.outcome ?? "violated")}`,
    ),
    paint("heading", `${words(property.name)}, ${lengthOf(trace, options.shortest ?? true)}`),
    "",
    ...row("", "initial", state(start)),
    ...after(0),
    ...steps.flatMap(({ step }, at) => [
      ...row(
        String(at + 1),
        step.label,
        inGrid(cellsOfSteps[at] as readonly string[], columns, room),
      ),
      ...after(at + 1),
    ]),
    ...(end.length > 0 ? row("", "the end", state(end.filter(isShown))) : []),
    ...(isStill ? aside("from here nothing happens any more, for ever") : []),
    ...(options.outcome === undefined ? reason.lines : []).flatMap((line) => below(line, "reason")),
    ...fairnessLines(model, trace).flatMap((line) => below(line, "quiet", hanging)),
  ].join("\n");
}

const stepsFrom = (first: number, last: number): string =>
  first === last ? `step ${first}` : `steps ${first} to ${last}`;

/** What a `within` says of a state, and of the step that leads to it. */
function countedAt({ count }: Trace, state: number): readonly string[] {
  if (count === undefined) return [];
  const { from, steps, atMost } = count;
  const number = steps.indexOf(state) + 1;
  const limit = atMost === undefined ? "" : ` of at most ${atMost}`;
  return [
    ...(number > 0 ? [`counted: ${number}${limit}`] : []),
    ...(state === from ? ["`from` holds here"] : []),
  ];
}

/**
 * "protocol / variant, pages=2 cpus=1": an instance by its name and its constants; of many constants
 * only those that are not the protocol's own.
 */
export function instanceText(
  { protocol, variant, constants }: Pick<Counterexample, "protocol" | "variant" | "constants">,
  defaults: Constants,
): string {
  const name = variant === undefined ? protocol : `${protocol} / ${variant}`;
  const all = Object.entries(constants);
  const shown = all
    .filter(([constant, value]) => all.length <= fewConstants || value !== defaults[constant])
    .map(([constant, value]) => `${constant}=${value}`);
  return printable(shown.length === 0 ? name : `${name}, ${shown.join(" ")}`);
}

function lengthOf({ steps: { length }, lasso }: Trace, isShortest: boolean | "not known"): string {
  const where = length === 0 ? "in the initial state" : `after ${countOf(length)}`;
  if (lasso === undefined) {
    if (length === 0 || isShortest === "not known") return where;
    return `${where} (${isShortest ? "no shorter trace exists" : "shrunk, locally minimal"})`;
  }
  const { loopsTo } = lasso;
  if (loopsTo === length) return `${where}, for ever`;
  const loop =
    loopsTo === 0
      ? `${countOf(length)} for ever`
      : `after ${countOf(loopsTo)}, then ${length - loopsTo} for ever`;
  if (isShortest === "not known") return loop;
  return `${loop} (${lasso.isShortest ? "no shorter one exists" : "there may be a shorter one"})`;
}

const countOf = (count: number): string => `${count} ${count === 1 ? "step" : "steps"}`;

/** A text and where it starts, counted from the first change column. */
interface Cell {
  readonly at: number;
  readonly text: string;
}

/** Pieces of a line with the blanks between them; `used` columns are taken already. */
function spread(
  cells: readonly Cell[],
  indent: number,
  used: number,
  paint: (text: string) => string,
): readonly string[] {
  let column = used;
  return cells.flatMap(({ at, text }) => {
    const gap = " ".repeat(indent + at - column);
    column = indent + at + text.length;
    return [gap, paint(text)];
  });
}

/** One after the other, three blanks between, as many lines as it takes. */
function inLine(texts: readonly string[], room: number): readonly (readonly Cell[])[] {
  const lines: Cell[][] = [];
  let end = Number.POSITIVE_INFINITY;
  for (const text of texts.flatMap((whole) => wrapped(whole, room))) {
    if (end + 3 + text.length > room) {
      lines.push([{ at: 0, text }]);
      end = text.length;
    } else {
      lines.at(-1)?.push({ at: end + 3, text });
      end += 3 + text.length;
    }
  }
  return lines;
}

/** Where the columns start that most rows fit in: as many as there is room for. */
function columnsFor(rows: readonly (readonly string[])[], room: number): readonly number[] {
  const most = Math.max(1, ...rows.map((row) => row.length));
  for (let count = most; count > 1; count--) {
    const widths = Array.from({ length: count }, (_, column) =>
      Math.max(
        ...rows
          .flatMap((row) => row.filter((_text, at) => at % count === column))
          .map(({ length }) => length),
      ),
    );
    const total = widths.reduce((sum, width) => sum + width + 2, -2);
    if (total > room) continue;
    let at = 0;
    return widths.map((width) => {
      const start = at;
      at += width + 2;
      return start;
    });
  }
  return [0];
}

/** How far a broken change is indented on its further lines. */
const hanging = 2;

function inGrid(
  texts: readonly string[],
  columns: readonly number[],
  room: number,
): readonly (readonly Cell[])[] {
  const lines: Cell[][] = [];
  texts.forEach((text, position) => {
    const column = position % columns.length;
    for (const [piece, part] of wrapped(text, room, hanging).entries()) {
      const cell = { at: (columns[column] as number) + (piece === 0 ? 0 : hanging), text: part };
      if (column === 0 || piece > 0) lines.push([cell]);
      else lines.at(-1)?.push(cell);
    }
  });
  return lines;
}

/** A text in lines of at most `room` columns (but for the first, less `hanging`). */
function wrapped(text: string, room: number, hanging = 0): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > room - (lines.length === 0 ? 0 : hanging)) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
