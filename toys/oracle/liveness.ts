import type { Action, Formula, Predicate, Progress, Property, Within } from "../../spec/index.ts";
import {
  type Arena,
  distancesOf,
  type Edge,
  hasFairLoop,
  type Loops,
  obligationsOf,
  reach,
  type Shape,
  shortestLasso,
} from "./behaviours.ts";
import type { Exploration } from "./explore.ts";
import { allWords, atomsIn, type Moments, violationsOf } from "./formulas.ts";
import type { Step, System } from "./system.ts";
import { type Plain, sizeOf } from "./values.ts";

/** What is true of a liveness property. */
export interface Decided {
  readonly status: "holds" | "violated" | "vacuous" | "not known";
  /** The least number of steps that shows a violation, stem and loop together; undefined if that is not known. */
  readonly after?: number;
}

/** A property of whole behaviours. */
export type Liveness = Exclude<
  Property,
  { readonly kind: "invariant" | "step property" | "assertion" | "witness" }
>;

/** The nodes of products with formulas. */
const mostNodes = 1_000;

/** What is found for one choice. */
interface Found {
  readonly speaks: boolean;
  readonly violation?: Shape | "of some length";
  readonly isNotKnown?: true;
}

/** Decides liveness properties on everything that was explored. */
export function livenessOf(
  system: System,
  exploration: Exploration,
): (property: Liveness) => Decided {
  const texts = [...exploration.depths.keys()];
  const { spec, steps } = system;
  const arena = arenaOf(exploration, texts);
  const distances = distancesOf(arena);
  const nodes = new Set(texts.keys());
  const fairness = obligationsOf(
    steps,
    (action) => spec.actions[action]?.fairness ?? "none",
    spec.fairness === "weak",
  );

  /** Of a violation by a fair lasso. */
  function lasso(
    of: Arena,
    from: ReadonlyMap<number, number>,
    loops: Loops,
  ): Pick<Found, "violation"> {
    if (!hasFairLoop(of, new Set(from.keys()), loops, fairness)) return {};
    const shape = shortestLasso(of, from, loops, fairness);
    if (shape === undefined) throw new Error("There is a fair loop, and no lasso to it.");
    return { violation: shape === "too much" ? "of some length" : shape };
  }

  function look(property: Liveness, choice: readonly Plain[]): Found {
    const sets = new Map<Predicate, ReadonlySet<number>>();
    const where = (predicate: Predicate): ReadonlySet<number> => {
      const known = sets.get(predicate);
      if (known !== undefined) return known;
      const found = new Set(
        [...nodes].filter((node) => system.ask(predicate, [texts[node] as string], choice)),
      );
      sets.set(predicate, found);
      return found;
    };
    switch (property.kind) {
      case "leads to": {
        const [from, to] = [where(property.from), where(property.to)];
        const isOpen = (node: number): boolean => !to.has(node);
        const speaks = from.size > 0;
        // The loop comes after a state of `from`, or goes through one.
        const waiting = waitingOf(arena, distances, from, isOpen);
        const stays = lasso(arena, waiting, { within: isOpen, visiting: [] });
        const again = { within: isOpen, visiting: [(node: number) => from.has(node)] };
        return { speaks, ...shorter([stays, lasso(arena, distances, again)]) };
      }
      case "always eventually": {
        const holds = where(property.holds);
        const within = (node: number): boolean => !holds.has(node);
        return {
          speaks: where(property.when).size > 0,
          ...lasso(arena, distances, { within, visiting: [] }),
        };
      }
      case "eventually always": {
        const holds = where(property.holds);
        const visiting = [(node: number): boolean => !holds.has(node)];
        return {
          speaks: where(property.when).size > 0,
          ...lasso(arena, distances, { within: () => true, visiting }),
        };
      }
      case "recoverable": {
        const [when, to] = [where(property.when), where(property.to)];
        const next = (node: number): readonly number[] =>
          (arena.edges[node] as readonly Edge[]).map((edge) => edge.to);
        const lost = [...when].filter((node) => ![...reach(node, next)].some((one) => to.has(one)));
        const after = Math.min(...lost.map((node) => distances.get(node) as number));
        return { speaks: when.size > 0, ...(lost.length > 0 && { violation: pathOf(after) }) };
      }
      case "within": {
        const after = tooManyAfter(system, arena, distances, property, where);
        const speaks = hasAnswer(system, arena, property, where);
        return { speaks, ...(after !== undefined && { violation: pathOf(after) }) };
      }
      case "progress":
        return lookForProgress(property, choice, where);
      case "temporal": {
        const isOf = (step: number, action: string): boolean => steps[step]?.action === action;
        const isTrue = (predicate: Predicate, node: number): boolean => where(predicate).has(node);
        return lookAtFormula(property.formula, { arena, isTrue, isOf });
      }
    }
  }

  /**
   * An actor that is busy in a loop without progress. Nodes of the loop are told apart by whether the step to them was
   * the actor's own; a step that changes nothing makes the loop longer by one.
   */
  function lookForProgress(
    { of, counting, choices }: Progress,
    choice: readonly Plain[],
    where: (predicate: Predicate) => ReadonlySet<number>,
  ): Found {
    const isOfSuch = ({ action }: Step): boolean => {
      const { actor } = spec.actions[action] as Action;
      return choices.length === 0 ? actor === of : typeof actor === "object" && actor.name === of;
    };
    const isOwn = (step: Step): boolean =>
      isOfSuch(step) && (choices.length === 0 || step.choice[0] === choice[0]);
    const isProgress = (from: number, { step, to }: Edge): boolean => {
      const its = steps[step] as Step;
      if (counting === undefined) return isOwn(its);
      if (typeof counting === "function")
        return !where(counting).has(from) && where(counting).has(to);
      return counting.includes(its.action) && (isOwn(its) || !isOfSuch(its));
    };
    const idles = new Set(
      [...nodes].filter((node) => {
        const text = texts[node] as string;
        return (exploration.outcomes.get(text) ?? []).some(
          (outcome, step) =>
            isOwn(steps[step] as Step) && outcome.kind === "leads to" && outcome.text === text,
        );
      }),
    );
    const before = (node: number): number => 3 * node;
    const [after, afterOwn] = [(node: number) => 3 * node + 1, (node: number) => 3 * node + 2];
    const nodeOf = (place: number): number => Math.floor(place / 3);
    const places = [...nodes].flatMap((node) => [before(node), after(node), afterOwn(node)]);
    const edges = places.map((place): readonly Edge[] =>
      (arena.edges[nodeOf(place)] as readonly Edge[]).flatMap(({ step, to }): readonly Edge[] => {
        if (place % 3 === 0)
          return [before(to), after(to), afterOwn(to)].map((it) => ({ step, to: it }));
        if (isProgress(nodeOf(place), { step, to })) return [];
        return [{ step, to: isOwn(steps[step] as Step) ? afterOwn(to) : after(to) }];
      }),
    );
    const loopsOf = {
      starts: arena.starts.flatMap((node) => [before(node), after(node), afterOwn(node)]),
      edges,
      possible: places.map((place) => arena.possible[nodeOf(place)] as ReadonlySet<number>),
    };
    const isInLoop = (place: number): boolean => place % 3 > 0;
    const isIdle = (place: number): boolean => isInLoop(place) && idles.has(nodeOf(place));
    const found = distancesOf({ ...loopsOf, mayStay: isIdle });
    const goes = { ...loopsOf, mayStay: () => false };
    const stays = { ...loopsOf, edges: places.map(() => []), mayStay: isIdle };
    const idling = { within: isInLoop, visiting: [isIdle] };
    const acting = { within: isInLoop, visiting: [(place: number) => place % 3 === 2] };
    const oneMore = ({ violation }: Pick<Found, "violation">): Pick<Found, "violation"> =>
      violation === undefined || violation === "of some length"
        ? { ...(violation && { violation }) }
        : {
            violation: {
              ...violation,
              loop: violation.loop + (violation.stays ? 0 : 1),
              stays: false,
            },
          };
    return {
      speaks: idles.size > 0 || arena.edges.flat().some(({ step }) => isOwn(steps[step] as Step)),
      ...shorter([
        lasso(goes, found, acting),
        oneMore(lasso(goes, found, idling)),
        oneMore(lasso(stays, found, idling)),
      ]),
    };
  }

  function lookAtFormula(formula: Formula, moments: Moments): Found {
    const product = violationsOf(formula, moments, mostNodes);
    const words = violationsOf(formula, allWords(formula), mostNodes);
    if (product === undefined || words === undefined) return { speaks: true, isNotKnown: true };
    const canFail = hasFairLoop(
      words.arena,
      new Set(distancesOf(words.arena).keys()),
      { within: () => true, visiting: words.visiting },
      [],
    );
    const isIdle = conditionsIn(formula).some((condition) => isNeverTrue(condition, moments));
    const loops = { within: () => true, visiting: product.visiting };
    return {
      speaks: canFail && !isIdle,
      ...lasso(product.arena, distancesOf(product.arena), loops),
    };
  }

  return (property) => {
    const found = system.choicesOf(property).map((choice) => look(property, choice));
    if (found.some(({ isNotKnown }) => isNotKnown)) return { status: "not known" };
    const { violation } = shorter(found);
    if (violation === undefined) {
      return { status: found.some(({ speaks }) => speaks) ? "holds" : "vacuous" };
    }
    if (violation === "of some length") return { status: "violated" };
    const { stem, loop, stays } = violation;
    return { status: "violated", after: stays ? stem : stem + loop };
  };
}

/** A violation that is shown by a finite path. */
const pathOf = (after: number): Shape => ({ stem: after, loop: 0, stays: false });

/** The shortest of some violations; of some length, if one of them is. */
function shorter(found: readonly Pick<Found, "violation">[]): Pick<Found, "violation"> {
  const violations = found.flatMap(({ violation }) => violation ?? []);
  const known = violations.flatMap((one) => (one === "of some length" ? [] : [one]));
  if (known.length < violations.length) return { violation: "of some length" };
  const [best] = known.toSorted(
    (one, other) => one.stem + one.loop - other.stem - other.loop || one.stem - other.stem,
  );
  return best === undefined ? {} : { violation: best };
}

function arenaOf({ outcomes, initial }: Exploration, texts: readonly string[]): Arena {
  const numbers = new Map(texts.map((text, number) => [text, number]));
  const edges = texts.map((text, number) =>
    (outcomes.get(text) ?? []).flatMap((outcome, step): readonly Edge[] => {
      if (outcome.kind !== "leads to") return [];
      const to = numbers.get(outcome.text) as number;
      return to === number ? [] : [{ step, to }]; // what changes nothing is as if it were not there
    }),
  );
  return {
    starts: [...new Set(initial)].map((text) => numbers.get(text) as number),
    edges,
    possible: edges.map((some) => new Set(some.map(({ step }) => step))),
    mayStay: () => true,
  };
}

/** How many steps it takes to come to each node with `from` behind or at it, and `isOpen` ever since. */
function waitingOf(
  arena: Arena,
  distances: ReadonlyMap<number, number>,
  from: ReadonlySet<number>,
  isOpen: (node: number) => boolean,
): ReadonlyMap<number, number> {
  const waiting = new Map<number, number>();
  const last = Math.max(...distances.values()) + distances.size;
  for (let distance = 0; distance <= last; distance++) {
    const reached = [...waiting].flatMap(([node, its]) =>
      its === distance - 1 ? (arena.edges[node] as readonly Edge[]).map(({ to }) => to) : [],
    );
    const begun = [...from].filter((node) => distances.get(node) === distance);
    for (const node of [...reached, ...begun]) {
      if (isOpen(node) && !waiting.has(node)) waiting.set(node, distance);
    }
  }
  return waiting;
}

/** How many steps it takes until too many are counted; undefined if they never are. */
function tooManyAfter(
  { spec, steps, constants }: System,
  arena: Arena,
  distances: ReadonlyMap<number, number>,
  { from, to, counting, idle, atMost }: Within,
  where: (predicate: Predicate) => ReadonlySet<number>,
): number | undefined {
  const most = sizeOf(atMost, constants);
  const [begin, end] = [where(from), where(to)];
  const true_ = typeof counting === "string" ? undefined : where(counting);
  const isIdle = ({ action }: Step): boolean => {
    const actor = spec.actions[action]?.actor;
    return idle.includes((typeof actor === "object" ? actor.name : actor) as string);
  };
  const isCounted = (node: number, { step, to: after }: Edge): boolean =>
    true_ === undefined ? steps[step]?.action === counting : !true_.has(node) && true_.has(after);
  const seen = new Set<string>();
  let level: { readonly node: number; readonly count: number }[] = [];
  const last = Math.max(...distances.values());
  for (let distance = 0; level.length > 0 || distance <= last; distance++) {
    for (const node of begin) {
      if (!end.has(node) && distances.get(node) === distance) level.push({ node, count: 0 });
    }
    const next: typeof level = [];
    for (const { node, count } of level) {
      for (const edge of arena.edges[node] as readonly Edge[]) {
        if (isIdle(steps[edge.step] as Step)) continue;
        const now = count + (isCounted(node, edge) ? 1 : 0);
        if (now > most) return distance + 1;
        const key = `${edge.to} ${now}`;
        if (end.has(edge.to) || seen.has(key)) continue;
        seen.add(key);
        next.push({ node: edge.to, count: now });
      }
    }
    level = next;
  }
  return undefined;
}

/** Whether there is a state of `from`, and no wait or one that ends; found by following each wait. */
function hasAnswer(
  { spec, steps }: System,
  arena: Arena,
  { from, to, idle }: Within,
  where: (predicate: Predicate) => ReadonlySet<number>,
): boolean {
  const end = where(to);
  const waits = [...where(from)].filter((node) => !end.has(node));
  if (waits.length === 0) return where(from).size > 0;
  const isIdle = ({ action }: Step): boolean => {
    const actor = spec.actions[action]?.actor;
    return idle.includes((typeof actor === "object" ? actor.name : actor) as string);
  };
  const known = new Set(waits);
  for (const node of known) {
    if (end.has(node)) return true;
    for (const { step, to: after } of arena.edges[node] as readonly Edge[]) {
      if (!isIdle(steps[step] as Step)) known.add(after);
    }
  }
  return false;
}

/** The left sides of all implications in a formula. */
function conditionsIn(formula: Formula): readonly Formula[] {
  if ("of" in formula) return conditionsIn(formula.of);
  if (!("left" in formula)) return [];
  const inside = [...conditionsIn(formula.left), ...conditionsIn(formula.right)];
  return formula.kind === "implies" ? [formula.left, ...inside] : inside;
}

/** Whether a formula speaks of one moment only and is true at none of them. */
function isNeverTrue(formula: Formula, { arena, isTrue, isOf }: Moments): boolean {
  if (formula.kind === "taken") {
    return !arena.edges.flat().some(({ step }) => isOf(step, formula.action));
  }
  if (atomsIn(formula).some(({ kind }) => kind === "taken")) return false;
  const nodes = arena.edges.map((_, node) => node);
  const known = nodes.map((node) => truthAt(formula, node, isTrue));
  return known.every((truth) => truth === false);
}

/** What a formula says of a state; undefined if it is about what comes. */
function truthAt(formula: Formula, node: number, isTrue: Moments["isTrue"]): boolean | undefined {
  if (formula.kind === "now") return isTrue(formula.holds, node);
  if (formula.kind === "not") {
    const of = truthAt(formula.of, node, isTrue);
    return of === undefined ? undefined : !of;
  }
  if (formula.kind !== "and" && formula.kind !== "or" && formula.kind !== "implies")
    return undefined;
  const [left, right] = [truthAt(formula.left, node, isTrue), truthAt(formula.right, node, isTrue)];
  if (left === undefined || right === undefined) return undefined;
  if (formula.kind === "and") return left && right;
  return formula.kind === "or" ? left || right : !left || right;
}
