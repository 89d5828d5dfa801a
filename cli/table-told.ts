import { existsSync, readdirSync } from "node:fs";
import { auditedWhole, isAuditedWhole } from "../runs/told/index.ts";
import { isColoured } from "./colour.ts";
import { exitCode } from "./exit-code.ts";
import type { CheckOptions } from "./options.ts";
import { deliver } from "./output.ts";
import { packageRoot } from "./package-root.ts";
import { painter } from "./paint.ts";
import type { PlannedRun } from "./plans.ts";
import { codeOf, jsonOf, type Row } from "./table-run.ts";
import { tableText } from "./table-text.ts";
import { jsonText, printText } from "./terminal.ts";

/** What there is to say of a table beside its rows: plain data. */
export interface TableContext {
  /** Whether it is of all that is shipped. */
  readonly isCatalogue: boolean;
  /** Whether rows are held against the record. */
  readonly isCompared: boolean;
  readonly isReduced: boolean;
  readonly isAudited: boolean;
}

/** Tells a table, row by row as they come, and what came of it in the end. */
export class TableTold {
  readonly rows: Row[] = [];
  readonly #planned: number;
  readonly #context: TableContext;
  readonly #options: TableOptions;
  readonly #isJson: boolean;
  readonly #coloured: boolean;
  readonly #textOf: (row: Row) => string;
  readonly #written: string[] = [];

  constructor(plans: readonly PlannedRun[], context: TableContext, options: TableOptions) {
    this.#planned = plans.length;
    this.#context = context;
    this.#options = options;
    this.#isJson = options.format === "json";
    this.#coloured = !this.#isJson && isColoured(options);
    this.#textOf = tableText(plans, painter(this.#coloured), { hasTimes: true });
  }

  add(row: Row): void {
    this.rows.push(row);
    this.#show(this.#textOf(row));
  }

  /** Says what came of all, and sets the exit status; what is done meanwhile is done before a file is written. */
  async conclude(beforeDelivery: () => void = () => {}): Promise<void> {
    const { rows } = this;
    const { output } = this.#options;
    process.exitCode = this.code;
    const summary = this.summary();
    const written = this.#isJson ? [jsonText(rows.map(jsonOf))] : this.#written;
    const isWhole = this.#context.isCatalogue && rows.length === this.#planned;
    const catalogue = isWhole ? `${await catalogueText(rows)}\n` : "";
    if (!this.#isJson) this.#show(`\n${catalogue}${summary}\n`);
    beforeDelivery();
    if (output === undefined && !this.#isJson) return;
    deliver(output, {
      text: written.join(""),
      isJson: this.#isJson,
      summary,
      coloured: this.#coloured,
    });
  }

  /** The exit status: of runs of which not all were made, that of an incomplete one, if nothing is worse. */
  get code(): number {
    const own = codeOf(this.rows);
    const isIncomplete = own === exitCode.asExpected && this.rows.length < this.#planned;
    return isIncomplete ? exitCode.incomplete : own;
  }

  summary(): string {
    const { rows } = this;
    const planned = this.#planned;
    const { isCompared, isReduced, isAudited } = this.#context;
    const paint = painter(this.#coloured);
    const unexpected = rows.filter(({ differences }) => differences.length > 0).length;
    const isWhole =
      isAudited &&
      rows.every(({ answer }) => answer.kind === "report" && isAuditedWhole(answer.report));
    const all = rows.length < planned ? "what was made" : `all ${rows.length}`;
    return (
      (rows.length < planned ? `interrupted: ${rows.length} of ${planned} were made; ` : "") +
      (unexpected === 0
        ? `${paint("good", "as expected")}: ${all}`
        : `${paint("bad", "NOT as expected")}: ${unexpected} of ${rows.length}`) +
      (isWhole ? `; ${auditedWhole}` : "") +
      (isCompared && !isReduced ? "; numbers of states are recorded with symmetry only" : "")
    );
  }

  #show(text: string): void {
    if (this.#options.output === undefined && !this.#isJson) printText(text, this.#coloured);
    else this.#written.push(text);
  }
}

type TableOptions = Pick<CheckOptions, "format" | "output" | "color">;

/** What the shipped catalogue has, in a line. */
async function catalogueText(rows: readonly Row[]): Promise<string> {
  const { shipped } = await import("./shipped.ts");
  const sum = (counts: readonly number[]): number => counts.reduce((all, one) => all + one, 0);
  const properties = sum(shipped.map(({ spec }) => Object.keys(spec.properties).length));
  const variants = sum(shipped.map((protocol) => protocol.variants.length));
  const violations = rows.flatMap(({ answer }) =>
    answer.kind === "report"
      ? answer.report.properties.filter(({ status }) => status === "violated")
      : [],
  );
  const corpus = new URL("counterexamples/corpus/", packageRoot());
  const kept = existsSync(corpus) ? `, ${readdirSync(corpus).length} traces in the corpus` : "";
  return (
    `${shipped.length} protocols, ${variants} variants, ${properties} properties, ` +
    `${violations.length} violations${kept}`
  );
}
