import type { Digits, Model } from "../../model/index.ts";
import { CheckpointError, type Known } from "../checkpoint.ts";
import type { KeptDecision } from "../liveness/kept.ts";
import type { Audited } from "./counters.ts";
import type { Finding } from "./findings.ts";
import type { News } from "./judging.ts";
import type { Range } from "./levels.ts";
import { statesKept } from "./part-store.ts";

/** A violation that was found while a level was explored. */
export interface Recorded {
  readonly finding: Finding;
  readonly level: number;
  /** The state, and before it those on the way to it that were found so far, backwards. */
  readonly way: Digits[];
}

/** How much was looked at thoroughly, before a level that still has to be, if there is one. */
export interface Owed {
  readonly audit: { readonly states: number; readonly work: number };
  readonly level?: Range;
}

/** What a search knows beside its states, as JSON says it. */
export interface Header extends Owed {
  /** The number of the first state of each level; the last two are of the level that is being explored. */
  readonly levels: readonly number[];
  /** What is left of it. */
  readonly left: readonly Range[];
  readonly generatedInitially: number;
  readonly depth: number;
  readonly unreduced: string;
  /** How often each action was taken, when the level began and by now. */
  readonly takenBefore: readonly number[];
  readonly taken: readonly number[];
  /** Of each action whether a step of it has changed something. */
  readonly changed: readonly boolean[];
  readonly recorded: readonly Recorded[];
  /** How much was judged by the reference semantics, when the level began and by now. */
  readonly auditedBefore: Audited;
  readonly audited: Audited;
  /** Recipes that are left to the reference semantics. */
  readonly distrusted: readonly string[];
  readonly news: News;
  readonly liveness: { readonly question: string; readonly decided: readonly KeptDecision[] };
}

type Check = (value: unknown) => boolean;

/** The header of what was kept; throws `CheckpointError` if it cannot be one of a search of the model. */
export function headerOf(model: Model, { header, states }: Known): Header {
  const actions = Object.keys(model.spec.actions);
  const kinds = new Map<unknown, string>([
    ...model.claims.map(({ name, property }) => [name, property.kind] as const),
    ["deadlockFreedom", "deadlock freedom"],
  ]);
  const isName: Check = (value) => kinds.has(value);
  const counts = listOf(isCount, actions.length);
  const isDigits: Check = (value) => isState(model, value);
  const isAudited = recordOf({ states: isCount, steps: isCount });
  const isFinding = recordOf({
    violation: (value) =>
      isObject(value) &&
      kinds.get((value as Finding["violation"]).name) === (value as Finding["violation"]).kind,
    at: recordOf({
      digits: isDigits,
      position: (value) =>
        value === -1 || (isCount(value) && (value as number) < model.steps.length),
      isStutter: optional(isFlag),
    }),
  });
  const isHeader = recordOf({
    levels: (value) => listOf(isCount)(value) && isAscending(value as number[]),
    left: listOf(listOf(isCount, 2)),
    generatedInitially: isCount,
    depth: isCount,
    unreduced: (value) => typeof value === "string" && /^\d+$/.test(value),
    takenBefore: counts,
    taken: counts,
    changed: listOf(isFlag, actions.length),
    recorded: listOf(recordOf({ finding: isFinding, level: isLevel, way: listOf(isDigits) })),
    audit: recordOf({ states: isCount, work: isCount }),
    auditedBefore: isAudited,
    audited: isAudited,
    level: optional(listOf(isCount, 2)),
    distrusted: listOf((value) => isName(value) || actions.includes(value as string)),
    news: recordOf({
      spoken: listOf(isName),
      closed: listOf(isText),
      suspicious: listOf(isCount),
      slots: listOf(
        listOf((value) => isCount(value) || value === null || listOf(isCount)(value), 2),
      ),
      found: listOf(recordOf({ name: isName, finding: isFinding, key: isText })),
      fault: optional(recordOf({ message: isText, key: isText })),
    }),
    liveness: recordOf({ question: isText, decided: listOf(isObject) }),
  });
  if (!isHeader(header))
    throw new CheckpointError("its header is not that of a search of this kind");
  const its = header as Header;
  const [from = -1, to = -1] = its.levels.slice(-2);
  const all = statesKept(states, model.packing.words);
  const isInside = its.left.every(([first, end]) => from <= first && first <= end && end <= to);
  const [first, end] = its.level ?? [0, 0];
  const isExplored = first <= end && end <= from;
  if (to < from || all < to || !Number.isInteger(all) || !isInside || !isExplored) {
    throw new CheckpointError("its levels and its states do not fit each other");
  }
  return its;
}

/** Whether these can be the digits of a state. */
export const isState = ({ layout }: Model, value: unknown): boolean =>
  listOf(isCount, layout.slots)(value) &&
  (value as number[]).every((digit, slot) => digit < (layout.radices[slot] as number));

const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isLevel: Check = (value) => value === -1 || isCount(value);
const isText: Check = (value) => typeof value === "string";
const isFlag: Check = (value) => typeof value === "boolean";
const isObject: Check = (value) => typeof value === "object" && value !== null;
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const listOf =
  (check: Check, length?: number): Check =>
  (value) =>
    Array.isArray(value) && (length ?? value.length) === value.length && value.every(check);
const isAscending = (numbers: readonly number[]): boolean =>
  numbers.every(
    (number, position) => position === 0 || (numbers[position - 1] as number) <= number,
  );

/** Has these members, and no others. */
const recordOf =
  (members: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isObject(value) &&
    Object.entries(members).every(([name, check]) => check(Reflect.get(value as object, name))) &&
    Object.keys(value as object).every((name) => name in members);
