import { choiceLabels, type Model, type Step } from "../model/index.ts";
import { type Action, closest, printable, words } from "../spec/index.ts";
import { UsageError } from "./told/usage-error.ts";

/** A line of a scenario: what happens next. */
export interface ScenarioLine {
  /** In its text, from 1. */
  readonly line: number;
  /** What is written there. */
  readonly text: string;
  /** The steps that may be meant: several where a choice is left open; undefined for any steps, or none. */
  readonly steps: readonly Step[] | undefined;
}

/** Any steps, or none. */
const anySteps = "...";
/** Any choice. */
const anyChoice = "*";

/**
 * The lines of a scenario: on each a step, as it is printed (`cpu 1 allocates 3`) or by the name of its action
 * (`cpuAllocates 1 3`), with `*` for a choice that is left open; or `...` for any steps in between. `#` begins a comment. A
 * number before a step, and what stands two blanks behind it, is left out, as rows of a trace have it. Throws `UsageError`
 * where a line means no step, with what may have been meant.
 */
export function scenarioIn(model: Model, text: string): readonly ScenarioLine[] {
  const forms = new Forms(model);
  const lines = text.split(/\r?\n/).flatMap((written, at): ScenarioLine[] => {
    const said = stepIn(written);
    if (said === "") return [];
    const line = at + 1;
    if (said === anySteps) return [{ line, text: said, steps: undefined }];
    const steps = forms.meant(said);
    if (typeof steps === "string") throw new UsageError(`line ${line}: ${steps}`);
    return [{ line, text: said, steps }];
  });
  if (lines.some(({ steps }) => steps !== undefined)) return lines;
  throw new UsageError("The scenario has no step: write one on each line.");
}

/** What a line says, without comment, number and changes. */
const stepIn = (line: string): string => {
  const [, said = ""] =
    /^[\s*]*(?:\d+[.:)]?\s+)?(.*?)\s*$/su.exec(line.replace(/(^|\s)#.*$/s, "")) ?? [];
  return said.replace(/(\s{2,}|\t).*$/su, "");
};

/** Words of a line: parentheses and commas stand for blanks. */
const tokensOf = (text: string): readonly string[] =>
  text.split(/[\s(),]+/u).filter((token) => token !== "");

/** How steps may be written. */
class Forms {
  readonly #model: Model;
  readonly #steps = new Map<string, Step[]>();

  constructor(model: Model) {
    this.#model = model;
    for (const step of model.steps) {
      for (const form of formsOf(model, step)) {
        const key = keyOf(form);
        const others = this.#steps.get(key);
        if (others === undefined) this.#steps.set(key, [step]);
        else if (!others.includes(step)) others.push(step);
      }
    }
  }

  /** The steps that a line means, or why it means none. */
  meant(said: string): readonly Step[] | string {
    const tokens = tokensOf(said);
    if (!tokens.includes(anyChoice)) {
      const exactly = this.#steps.get(keyOf(tokens));
      return exactly ?? this.#unknown(said, tokens);
    }
    const steps = this.#model.steps.filter((step) =>
      formsOf(this.#model, step).some((form) => isLike(form, tokens)),
    );
    return steps.length === 0 ? this.#unknown(said, tokens) : steps;
  }

  #unknown(said: string, tokens: readonly string[]): string {
    const { spec, steps } = this.#model;
    const shown = printable(said);
    const action = Object.keys(spec.actions).find((name) =>
      [tokensOf(name), tokensOf(words(name))].some((its) =>
        its.every((token, at) => token === tokens[at]),
      ),
    );
    const own = steps.filter((step) => step.action === action).map(({ label }) => label);
    if (action !== undefined && own.length === 0) {
      return `"${shown}" is no step: under these constants ${words(action)} has no choice.`;
    }
    if (action !== undefined && own.length <= few) {
      return `"${shown}" is no step; ${words(action)} can be: ${own.join(", ")}.`;
    }
    const known = action === undefined ? this.#known() : own;
    const near = closest(said, known);
    if (near !== undefined) return `"${shown}" is no step; did you mean "${near}"?`;
    return action === undefined
      ? `"${shown}" is no step of ${spec.name}. (Its actions: ${Object.keys(spec.actions).join(", ")}.)`
      : `"${shown}" is no step; ${words(action)} has ${own.length} choices, such as: ${own.slice(0, few).join(", ")}.`;
  }

  /** All that a step can be called, and actions by themselves. */
  #known(): readonly string[] {
    const names = Object.keys(this.#model.spec.actions);
    const labels = this.#model.steps.map(({ label }) => label);
    return [...new Set([...labels, ...names, ...names.map(words)])];
  }
}

/** More choices are not listed. */
const few = 8;

const keyOf = (tokens: readonly string[]): string => tokens.join(" ");

const isLike = (form: readonly string[], pattern: readonly string[]): boolean =>
  form.length === pattern.length &&
  form.every((token, at) => token === pattern[at] || pattern[at] === anyChoice);

/** What a step is called: as printed, and by its action, in its name or in words, with its choices behind. */
function formsOf({ spec }: Model, { action, choice, label }: Step): readonly (readonly string[])[] {
  const choices = choiceLabels(spec.actions[action] as Action, choice).join(" ");
  return [label, `${action} ${choices}`, `${words(action)} ${choices}`].map(tokensOf);
}
