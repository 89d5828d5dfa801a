import { type Action, AssertionFailure, SpecError } from "../../spec/index.ts";
import type { Digits } from "../layout.ts";
import type { Model } from "../model.ts";
import type { Step } from "../steps.ts";
import type { Recorded, Write } from "./asked.ts";
import { costOfCall, costOfModule, costOfNode, costOfWalk } from "./costs.ts";
import { type Decision, isLeaf, type Leaf, newDecision, type Node } from "./decision.ts";
import { type Diagram, type Knowledge, newDrawing, nodesOf, type Test } from "./diagram.ts";
import { DiagramCode } from "./compiled/diagram-code.ts";
import { StateWords } from "./compiled/state-words.ts";
import { isWritable, SuccessorCode } from "./compiled/successor-code.ts";
import type { SpecFunction } from "../source/proof.ts";
import type { OnlyAnswers } from "./notes.ts";
import { type Recorder, recorderOf } from "./record.ts";
import { i32, op } from "../wasm/code.ts";
import { ModuleBuilder, type ModuleOptions } from "../wasm/module.ts";
import { applied, writtenSlots } from "./writes.ts";

/** The memory in which states stand, and the functions that are called on them. */
export interface Ground {
  readonly memory: WebAssembly.Memory;
  /** The compiled actions, then the compiled predicates. */
  readonly table: WebAssembly.Table;
  readonly options: ModuleOptions;
}

/**
 * A successor as it stands in memory: its words, then the position of its step and the class of the
 * step, 32 bits each.
 */
const tagBytes = 8;

/** Bytes of a successor with its tag. */
export const entryBytesOf = ({ packing }: Model): number => 8 * packing.words + tagBytes;

/** What the user of a relation does with its steps. */
export interface Uses {
  /**
   * A number for steps of an action that write these slots (undefined: it may be any), given what is
   * known of the states before and after. It is found in the tag of each successor.
   */
  classOf(
    action: string,
    written: ReadonlySet<number> | undefined,
    before: Knowledge,
    after: Knowledge,
  ): number;
  /** Steps of an action, by its position, were not taken by compiled code: their class may be any. */
  interpreted(action: number): void;
  /** An action was compiled, with steps of these classes. */
  compiled(action: number, classes: ReadonlySet<number>): void;
  /** An assertion in the effect of a step fails in the state at an address. */
  asserted(position: number, claim: string, state: number): void;
  /** The spec is at fault in a step, or in a predicate, in the state at an address. */
  failed(error: SpecError, position: number, state: number): void;
  /** A predicate looks at slots at which it did not look before. */
  looksFurther(predicate: Predicate): void;
}

/** How an action is taken. */
export interface ActionStatistics {
  /** Runs of its recipe. */
  readonly recipeRuns: number;
  /** Nodes of the diagrams as they were compiled last. */
  readonly diagramNodes: number;
  /** Steps that were taken by walking what was learned, or by the reference semantics. */
  readonly interpretedSteps: number;
}

/**
 * What was learned of a recipe cannot be relied on: it does something else where it should do the same.
 * Either it is not pure, or its callbacks hand something on that cannot be seen. A search has to begin
 * anew and leave the recipe to the reference semantics, which tells one from the other.
 */
export class Distrust extends Error {
  /** An action or a property. */
  readonly recipe: string;
  constructor(recipe: string) {
    super(`${recipe} does not do the same where it should.`);
    this.recipe = recipe;
  }
}

/** A question about a state, or about a step, with one choice. It comes to a small whole number. */
export interface Predicate {
  /** Position among the predicates. */
  readonly id: number;
  readonly name: string;
  readonly choice: readonly unknown[];
  readonly isOfSteps: boolean;
  /** Slots that it looks at, as far as is known; undefined if it may be any. */
  readonly slots: ReadonlySet<number> | undefined;
}

export interface PredicateGroup {
  readonly name: string;
  readonly choices: readonly (readonly unknown[])[];
  readonly isOfSteps: boolean;
  /** Answers by a small whole number when called on the state(s), the choice and the constants. */
  readonly recipe: (...all: never[]) => number;
  /** The functions of the spec that the recipe calls. */
  readonly functions: readonly SpecFunction[];
  /** The same by the reference semantics. */
  readonly reference: (states: readonly Digits[], choice: readonly unknown[]) => number;
}

/** The largest answer of a predicate is below. A compiled predicate that does not know answers this. */
export const notKnown = 3;

/** The steps of a model and predicates on its states, learned as they are asked for, compiled as it pays. */
export interface Relation {
  readonly actions: readonly string[];
  readonly predicates: readonly Predicate[];
  /** Bytes of a successor with its tag. */
  readonly entryBytes: number;
  digitsAt(address: number): Digits;
  /** What a predicate answers, learning it if need be. */
  ask(predicate: Predicate, before: number, after: number): number;
  /** What was learned that a predicate answers; undefined if nothing was. */
  known(predicate: Predicate, before: number, after: number): number | undefined;
  /** What a predicate may answer, given what is known; undefined if that cannot be told. */
  possible(
    predicate: Predicate,
    before: Knowledge,
    after: Knowledge,
  ): ReadonlySet<number> | undefined;
  /** What to make of an action or a property that does not do what was learned of it. */
  errorOf(recipe: string): Error;
  /** Compiles what was interpreted for so long that it pays. */
  compileWhatPays(): void;
  statistics(): Readonly<Record<string, ActionStatistics>>;
}

interface Choice {
  readonly step: Step;
  readonly position: number;
  readonly guard: Decision;
  readonly effect: Decision;
  /** Taken by the reference semantics alone: it does not ask the same twice. */
  isOpaque: boolean;
  /** By the leaf of the effect. */
  readonly classes: Map<number, number>;
}

interface LearnedAction {
  readonly name: string;
  readonly choices: readonly Choice[];
  readonly onlyAnswers: { readonly guard: OnlyAnswers; readonly effect: OnlyAnswers };
  recipeRuns: number;
  diagramNodes: number;
  interpretedSteps: number;
  /** What interpreting cost since the last compilation, in microseconds. */
  debt: number;
  /** The debt at which to compile. */
  limit: number;
}

interface LearnedGroup extends PredicateGroup {
  /** Whether a callback that the recipe hands over is proved to leave nothing behind but its answer. */
  readonly onlyAnswers: OnlyAnswers;
  readonly members: readonly LearnedPredicate[];
  debt: number;
  limit: number;
}

interface LearnedPredicate extends Predicate {
  readonly group: number;
  readonly decision: Decision;
  slots: ReadonlySet<number> | undefined;
  isOpaque: boolean;
}

/** So many times what compiling will cost, by estimate, interpreting has to have cost before. */
const times = 2;
/** Diagrams with more nodes are not compiled. */
const mostNodes = 40_000;
/** One in so many runs of a recipe is compared with the reference semantics, and all of the first. */
const comparedAlways = 8;
const comparedSeldom = 16;

/** An empty relation of a model over states in memory. Distrusted recipes are left to the reference. */
export function relationOf(
  model: Model,
  ground: Ground,
  groups: readonly PredicateGroup[],
  uses: Uses,
  distrusted: ReadonlySet<string> = new Set(),
): Relation {
  const { packing, layout } = model;
  const { slots } = layout;
  const entryBytes = entryBytesOf(model);
  const recorder: Recorder = recorderOf(layout);
  const memory = new Uint32Array(ground.memory.buffer);

  /** Whether functions keep something from one call to the next: what they did is not what they will do. */
  const remember = (functions: readonly SpecFunction[]): boolean =>
    functions.some((its) => model.proofs.of(its).memories.length > 0);
  const ofAction = (name: string, what: "guard" | "effect"): readonly SpecFunction[] => {
    const action = model.spec.actions[name] as Action;
    return [{ name, its: action[what], choices: action.choices, states: 1 }];
  };

  const positions = new Map(model.steps.map((step, position) => [step, position]));
  const actions: LearnedAction[] = Object.keys(model.spec.actions).map((name) => ({
    name,
    choices: model.steps
      .filter(({ action }) => action === name)
      .map((step) => ({
        step,
        position: positions.get(step) as number,
        guard: newDecision(),
        effect: newDecision(),
        isOpaque:
          distrusted.has(name) ||
          remember([...ofAction(name, "guard"), ...ofAction(name, "effect")]),
        classes: new Map(),
      })),
    onlyAnswers: {
      guard: model.proofs.onlyAnswers(ofAction(name, "guard")),
      effect: model.proofs.onlyAnswers(ofAction(name, "effect")),
    },
    recipeRuns: 0,
    diagramNodes: 0,
    interpretedSteps: 0,
    debt: 0,
    limit: costOfModule,
  }));

  let ids = 0;
  const learnedGroups: LearnedGroup[] = groups.map((group, number) => ({
    ...group,
    onlyAnswers: model.proofs.onlyAnswers(group.functions),
    members: group.choices.map((choice) => {
      const read = new Set<number>();
      const isOpaque = distrusted.has(group.name) || remember(group.functions);
      return {
        id: ids++,
        name: group.name,
        choice,
        isOfSteps: group.isOfSteps,
        group: number,
        decision: newDecision(read),
        slots: isOpaque ? undefined : read,
        isOpaque,
      };
    }),
    debt: 0,
    limit: costOfModule,
  }));
  const predicates = learnedGroups.flatMap(({ members }) => members);

  // ---- Digits of states in memory ----

  const recent = [0, 1].map(() => ({
    words: new Uint32Array(2 * packing.words),
    digits: undefined as Digits | undefined,
  }));
  let oldest = 0;

  /** States are looked at several times in a row; what stands at an address may have changed since. */
  function digitsAt(address: number): Digits {
    const at = address >>> 2;
    for (const { words, digits } of recent) {
      if (digits === undefined) continue;
      let i = 0;
      while (i < words.length && words[i] === memory[at + i]) i++;
      if (i === words.length) return digits;
    }
    const entry = recent[oldest] as (typeof recent)[0];
    oldest = 1 - oldest;
    for (let i = 0; i < entry.words.length; i++) entry.words[i] = memory[at + i] as number;
    entry.digits = packing.read(memory, at);
    return entry.digits;
  }

  // ---- Steps ----

  function run(
    action: LearnedAction,
    choice: Choice,
    what: "guard" | "effect",
    digits: Digits,
  ): Recorded {
    const its = model.spec.actions[action.name] as (typeof model.spec.actions)[string];
    const more = [...choice.step.choice, model.declared];
    model.enter(what, action.name);
    action.recipeRuns++;
    const recipe = its[what] as () => unknown;
    const onlyAnswers = action.onlyAnswers[what];
    if (what === "effect") return recorder.change(recipe, digits, more, onlyAnswers);
    const recorded = recorder.ask(recipe, [digits], more, onlyAnswers);
    return answersBoolean(recorded) ? recorded : { ...recorded, outcome: noBoolean };
  }

  /** What is known of a recipe in a state, or what it comes to when it is run now. */
  function leafOf(
    action: LearnedAction,
    choice: Choice,
    what: "guard" | "effect",
    digits: Digits,
  ): Leaf | undefined {
    const known = choice[what].of(digits);
    if (known !== undefined) return known;
    const leaf = choice[what].learn(run(action, choice, what, digits));
    if (leaf === undefined) {
      distrustIfInner(choice[what], action.name);
      choice.isOpaque = true;
      return undefined;
    }
    if (isCompared(leaf)) compare(choice, digits, leaf);
    return leaf;
  }

  /**
   * A recipe asks something else than before after the same answers. If only because of a length that it was
   * told, what was learned stands, for each path ends with that length; a callback may have handed on anything.
   */
  function distrustIfInner({ hasInner }: Decision, name: string): void {
    if (hasInner) throw new Distrust(name);
  }

  /** Writes the successor of a state by one step, if there is one; the address behind it. */
  function take(
    action: LearnedAction,
    choice: Choice,
    state: number,
    digits: Digits,
    target: number,
  ): number {
    action.debt += costOfWalk;
    if (choice.isOpaque) return takeByReference(action, choice, state, digits, target);
    const guard = leafOf(action, choice, "guard", digits);
    if (guard?.outcome.kind !== "answer") {
      return takeByReference(action, choice, state, digits, target);
    }
    if (guard.outcome.value === false) return target;
    const effect = leafOf(action, choice, "effect", digits);
    if (effect?.outcome.kind !== "writes") {
      return takeByReference(action, choice, state, digits, target);
    }
    action.interpretedSteps++;
    action.debt += costOfCall;
    return put(
      choice,
      applied(digits, effect.outcome.writes),
      classAt(action, choice, effect),
      target,
    );
  }

  function put(choice: Choice, digits: Digits, itsClass: number, target: number): number {
    packing.write(digits, memory, target >>> 2);
    const tag = (target >>> 2) + 2 * packing.words;
    memory[tag] = choice.position;
    memory[tag + 1] = itsClass;
    return target + entryBytes;
  }

  function classAt(action: LearnedAction, choice: Choice, leaf: Leaf): number {
    let found = choice.classes.get(leaf.id);
    if (found === undefined) {
      const { writes } = leaf.outcome as { writes: readonly Write[] };
      found = uses.classOf(action.name, writtenSlots(writes), nothing, nothing);
      choice.classes.set(leaf.id, found);
    }
    return found;
  }

  function takeByReference(
    action: LearnedAction,
    choice: Choice,
    state: number,
    digits: Digits,
    target: number,
  ): number {
    const before = layout.decode(digits);
    if (!model.isEnabled(before, choice.step)) return target;
    action.interpretedSteps++;
    let after: Digits;
    try {
      after = model.encode(model.apply(before, choice.step), choice.step.label);
    } catch (error) {
      if (!(error instanceof AssertionFailure)) throw error;
      uses.asserted(choice.position, error.message, state);
      return target;
    }
    return put(choice, after, uses.classOf(action.name, undefined, nothing, nothing), target);
  }

  /** Never trust: what was just learned of a state is compared with what the reference semantics says of it. */
  function compare({ step }: Choice, digits: Digits, { outcome }: Leaf): void {
    const before = layout.decode(digits);
    if (outcome.kind === "answer") {
      // Twice: a guard that alternates from call to call may well be back where it was.
      const answers = [model.isEnabled(before, step), model.isEnabled(before, step)];
      if (answers.some((answer) => answer !== outcome.value)) throw impure(model, step.action);
      return;
    }
    if (outcome.kind === "unrecordable") return;
    let expected: string;
    try {
      expected = model.encode(model.apply(before, step), step.label).join();
    } catch (error) {
      if (!(error instanceof AssertionFailure)) return; // whoever takes the step will see it
      expected = `asserts: ${error.message}`;
    }
    const found =
      outcome.kind === "writes"
        ? applied(digits, outcome.writes).join()
        : `asserts: ${outcome.claim}`;
    if (found !== expected) throw impure(model, step.action);
  }

  function interpret(number: number, state: number, target: number): number {
    const action = actions[number] as LearnedAction;
    const digits = digitsAt(state);
    let next = target;
    for (const choice of action.choices) next = orFail(action, choice, state, digits, next);
    return next;
  }

  function orFail(
    action: LearnedAction,
    choice: Choice,
    state: number,
    digits: Digits,
    target: number,
  ): number {
    try {
      return take(action, choice, state, digits, target);
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      uses.failed(error, choice.position, state);
      return target;
    }
  }

  function learn(number: number, choice: number, state: number, target: number): number {
    const action = actions[number] as LearnedAction;
    action.debt += costOfCall;
    uses.interpreted(number);
    return orFail(action, action.choices[choice] as Choice, state, digitsAt(state), target);
  }

  function compileAction(action: LearnedAction, number: number): void {
    const drawing = newDrawing(layout.radices);
    const payloads: ({ writes: readonly Write[]; class: number } | undefined)[] = [undefined];
    const numbers = new Map<string, number>();
    const drawn = action.choices.map((choice) => {
      if (choice.isOpaque) return undefined;
      const guard = drawing.draw(choice.guard, ({ outcome }) =>
        outcome.kind === "answer" ? Number(outcome.value) : 2,
      );
      const common = commonDigits(choice.guard);
      const known = digitsToLeaves(choice.effect, common);
      const effect = drawing.draw(choice.effect, (leaf) => {
        const { outcome } = leaf;
        if (outcome.kind !== "writes" || !isWritable(packing, outcome.writes)) return 0;
        const { writes } = outcome;
        const before = known.get(leaf) as ReadonlyMap<number, number>;
        const written = writtenSlots(writes);
        const changed = new Map(writes.map((write) => ["slot" in write ? write.slot : -1, write]));
        const itsClass = uses.classOf(
          action.name,
          written,
          (slot) => before.get(slot),
          (slot) => {
            if (!written.has(slot)) return before.get(slot);
            const write = changed.get(slot);
            if (write?.kind === "set") return write.digit;
            const base = before.get(slot);
            return write?.kind === "add" && base !== undefined ? base + write.by : undefined;
          },
        );
        const key = JSON.stringify([writes, itsClass]);
        let result = numbers.get(key);
        if (result === undefined) {
          result = payloads.push({ writes, class: itsClass }) - 1;
          numbers.set(key, result);
        }
        return result;
      });
      return { guard, effect, position: choice.position };
    });
    const size = sizeOf(drawn.flatMap((its) => (its === undefined ? [] : [its.guard, its.effect])));
    action.diagramNodes = size;
    if (size > mostNodes) return;

    const builder = new ModuleBuilder(ground.options);
    const four = { parameters: [i32, i32, i32, i32], results: [i32] } as const;
    const learnCall = builder.import("learn", four);
    builder.function(
      { parameters: [i32, i32], results: [i32] },
      (code) => {
        const before = new StateWords(code, packing, [0]);
        const diagrams = new DiagramCode(before);
        const successors = new SuccessorCode(before);
        const idle = idleAnswers(drawn.map((its) => its?.guard));
        if (idle !== undefined) {
          diagrams.ifOneOf(idle.test, idle.answers, () => code.get(1).op(op.return));
        }
        drawn.forEach((its, choice) => {
          code.block((next) => {
            code.block((call) => {
              if (its === undefined) {
                code.branch(call);
                return;
              }
              code.block((enabled) => {
                const write = (result: number): void => {
                  code.branch([next, enabled, call][result] as typeof call);
                };
                diagrams.decide(its.guard, { write, areShort: true }, call);
              });
              const write = (result: number): void => {
                const payload = payloads[result];
                if (payload === undefined) {
                  code.branch(call);
                  return;
                }
                successors.write(payload.writes, 1);
                const tag = (BigInt(payload.class) << 32n) | BigInt(its.position);
                code
                  .get(1)
                  .i64(tag)
                  .memory("i64Store", 8 * packing.words);
                code.get(1).i32(entryBytes).op(op.i32Add).set(1);
                code.branch(next);
              };
              diagrams.decide(its.effect, { write, areShort: false }, call);
            });
            code.i32(number).i32(choice).get(0).get(1).call(learnCall).set(1);
          });
        });
        code.get(1);
      },
      "run",
    );
    install(builder, [["run", number]]);
    uses.compiled(
      number,
      new Set(payloads.flatMap((its) => (its === undefined ? [] : [its.class]))),
    );
  }

  // ---- Predicates ----

  function ask(predicate: Predicate, before: number, after: number): number {
    const its = predicate as LearnedPredicate;
    const group = learnedGroups[its.group] as LearnedGroup;
    group.debt += costOfWalk + costOfCall;
    const states = statesAt(its, before, after);
    if (its.isOpaque) return group.reference(states, its.choice);
    let leaf = its.decision.of(joined(states));
    if (leaf === undefined) {
      const slotsBefore = its.decision.slots.size;
      model.enter("property", its.name);
      const more = [...its.choice, model.declared];
      leaf = its.decision.learn(recorder.ask(group.recipe, states, more, group.onlyAnswers));
      if (leaf === undefined) {
        distrustIfInner(its.decision, its.name);
        its.isOpaque = true;
        its.slots = undefined;
        ground.table.set(actions.length + its.id, unknownFunction());
        uses.looksFurther(its);
        return group.reference(states, its.choice);
      }
      const answer = answerOf(leaf);
      // The reference semantics may look at anything.
      if (answer === notKnown) its.slots = undefined;
      if (answer === notKnown || its.decision.slots.size > slotsBefore) uses.looksFurther(its);
      const isKnown = answer !== notKnown;
      if (isKnown && isCompared(leaf) && group.reference(states, its.choice) !== answer) {
        throw impure(model, its.name);
      }
    }
    const answer = answerOf(leaf);
    return answer === notKnown ? group.reference(states, its.choice) : answer;
  }

  /** As `flat` would, which takes ten times as long. */
  const joined = ([first, second]: readonly Digits[]): Digits =>
    second === undefined ? (first as Digits) : (first as Digits).concat(second);

  const statesAt = ({ isOfSteps }: Predicate, before: number, after: number): readonly Digits[] =>
    isOfSteps ? [digitsAt(before), digitsAt(after)] : [digitsAt(before)];

  function known(predicate: Predicate, before: number, after: number): number | undefined {
    const { decision, isOpaque } = predicate as LearnedPredicate;
    if (isOpaque) return undefined;
    const leaf = decision.of(joined(statesAt(predicate, before, after)));
    const answer = leaf === undefined ? notKnown : answerOf(leaf);
    return answer === notKnown ? undefined : answer;
  }

  function compileGroup({ members }: LearnedGroup): void {
    const drawing = newDrawing([...layout.radices, ...layout.radices]);
    const drawn = members.map((its) =>
      its.isOpaque ? undefined : drawing.draw(its.decision, answerOf),
    );
    if (sizeOf(drawn) > mostNodes) return;
    const builder = new ModuleBuilder(ground.options);
    drawn.forEach((diagram, choice) => {
      builder.function(
        { parameters: [i32, i32], results: [i32] },
        (code) => {
          const states = members[choice]?.isOfSteps === true ? [0, 1] : [0];
          const diagrams = new DiagramCode(new StateWords(code, packing, states));
          code.block((unknown) => {
            const write = (result: number): void => {
              code.i32(result).op(op.return);
            };
            diagrams.decide(diagram, { write, areShort: true }, unknown);
          });
          code.i32(notKnown);
        },
        `choice ${choice}`,
      );
    });
    install(
      builder,
      members.map(({ id }, choice) => [`choice ${choice}`, actions.length + id]),
    );
  }

  // ---- Compilation ----

  const imports = { memory: ground.memory, table: ground.table, learn, interpret };

  function install(
    builder: ModuleBuilder,
    functions: readonly (readonly [name: string, place: number])[],
  ): void {
    const module = new WebAssembly.Module(builder.build());
    const { exports } = new WebAssembly.Instance(module, { env: imports });
    for (const [name, place] of functions) ground.table.set(place, exports[name] as () => unknown);
  }

  /**
   * Compiles when interpreting has cost several times what compiling will, and later each time after twice
   * as much of it: what is compiled is still growing, and most of it has to be thrown away again.
   */
  function compileWhatPays(): void {
    const pays = (its: { debt: number; limit: number }, size: number): boolean =>
      its.debt > its.limit && its.debt > times * (costOfModule + costOfNode * size);
    for (const [number, action] of actions.entries()) {
      if (!pays(action, action.diagramNodes)) continue;
      compileAction(action, number);
      action.limit = 2 * action.debt;
      action.debt = 0;
    }
    for (const group of learnedGroups) {
      if (!pays(group, 0)) continue;
      compileGroup(group);
      group.limit = 2 * group.debt;
      group.debt = 0;
    }
  }

  const unknownFunction = (): unknown => ground.table.get(actions.length + predicates.length);

  // Every action begins as a call of `interpret`, every predicate as not known.
  const first = new ModuleBuilder(ground.options);
  const interpretCall = first.import("interpret", { parameters: [i32, i32, i32], results: [i32] });
  actions.forEach((_, number) => {
    first.function(
      { parameters: [i32, i32], results: [i32] },
      (code) => {
        code.i32(number).get(0).get(1).call(interpretCall);
      },
      `action ${number}`,
    );
  });
  first.function(
    { parameters: [i32, i32], results: [i32] },
    (code) => {
      code.i32(notKnown);
    },
    "unknown",
  );
  install(first, [
    ...actions.map((_, number) => [`action ${number}`, number] as const),
    ...predicates.map(({ id }) => ["unknown", actions.length + id] as const),
    ["unknown", actions.length + predicates.length],
  ]);

  for (const predicate of predicates) {
    if (predicate.slots === undefined) uses.looksFurther(predicate);
  }

  return {
    actions: actions.map(({ name }) => name),
    predicates,
    entryBytes,
    digitsAt,
    ask,
    known,
    possible: (predicate, before, after) => {
      const its = predicate as LearnedPredicate;
      if (its.isOpaque) return undefined;
      return possibleOf(its.decision.root, layout.radices, (slot) =>
        slot < slots ? before(slot) : after(slot - slots),
      );
    },
    errorOf: (recipe) => {
      const decisions = [
        ...actions
          .filter(({ name }) => name === recipe)
          .flatMap(({ choices }) => choices.flatMap(({ guard, effect }) => [guard, effect])),
        ...predicates.filter(({ name }) => name === recipe).map(({ decision }) => decision),
      ];
      // Without callbacks there is nothing by which a pure recipe could hand something on.
      return decisions.some(({ hasInner }) => hasInner) && !distrusted.has(recipe)
        ? new Distrust(recipe)
        : impure(model, recipe);
    },
    compileWhatPays,
    statistics: () =>
      Object.fromEntries(
        actions.map(({ name, recipeRuns, diagramNodes, interpretedSteps }) => [
          name,
          { recipeRuns, diagramNodes, interpretedSteps },
        ]),
      ),
  };
}

/**
 * Answers to the question that all guards of an action ask first, with which none of them is true: then
 * none of the choices has to be looked at.
 */
function idleAnswers(
  guards: readonly (Diagram | undefined)[],
):
  | { readonly test: Extract<Test, { kind: "digit" }>; readonly answers: readonly number[] }
  | undefined {
  const [first] = guards;
  if (guards.length < 2 || first?.kind !== "ask" || first.test.kind !== "digit") return undefined;
  const { test } = first;
  let answers: readonly number[] | undefined;
  for (const guard of guards) {
    if (guard?.kind !== "ask" || guard.test.kind !== "digit" || guard.test.slot !== test.slot) {
      return undefined;
    }
    const idle = guard.arms.flatMap((arm) =>
      arm.to.kind === "end" && arm.to.result === 0 ? arm.answers : [],
    );
    answers = answers === undefined ? idle : answers.filter((answer) => idle.includes(answer));
  }
  return answers === undefined || answers.length === 0 ? undefined : { test, answers };
}

const nothing: Knowledge = () => undefined;
const noBoolean = { kind: "unrecordable", because: "it does not answer true or false" } as const;

const answersBoolean = ({ outcome }: Recorded): boolean =>
  outcome.kind === "answer" && typeof outcome.value === "boolean";

const isCompared = ({ id }: Leaf): boolean => id < comparedAlways || id % comparedSeldom === 0;

const sizeOf = (diagrams: readonly (Diagram | undefined)[]): number =>
  new Set(diagrams.flatMap((diagram) => (diagram === undefined ? [] : nodesOf(diagram)))).size;

/** The error of a recipe that does not do the same twice. */
export function impure(model: Model, recipe: string): SpecError {
  return new SpecError(
    `${model.spec.name}: ${recipe} does one thing the first time and another the second, in the same state. ` +
      "Does it read a clock, a random source or a variable outside the state?",
  );
}

/** What a predicate comes to at a leaf. */
const answerOf = ({ outcome }: Leaf): number =>
  outcome.kind === "answer" ? Number(outcome.value) : notKnown;

/** The digits that every state has in which a guard is true. */
function commonDigits(guard: Decision): ReadonlyMap<number, number> {
  let common: Map<number, number> | undefined;
  for (const [leaf, digits] of digitsToLeaves(guard, new Map())) {
    if (leaf.outcome.kind !== "answer" || leaf.outcome.value !== true) continue;
    if (common === undefined) common = new Map(digits);
    else {
      for (const [slot, digit] of common) if (digits.get(slot) !== digit) common.delete(slot);
    }
  }
  return common ?? new Map();
}

/** In larger decisions nothing is made of what is known at a leaf. */
const mostFollowed = 2_000;

/** For each leaf the digits that were asked for on the way to it, and those known before. */
function digitsToLeaves(
  decision: Decision,
  known: ReadonlyMap<number, number>,
): ReadonlyMap<Leaf, ReadonlyMap<number, number>> {
  const result = new Map<Leaf, ReadonlyMap<number, number>>();
  if (decision.leaves.length > mostFollowed) {
    return new Map(decision.leaves.map((leaf) => [leaf, known]));
  }
  const visit = (node: Node | undefined, digits: ReadonlyMap<number, number>): void => {
    if (node === undefined) return;
    if (isLeaf(node)) {
      result.set(node, digits);
      return;
    }
    for (const [answer, child] of node.branches) {
      const { question } = node;
      visit(
        child,
        question.kind === "digit" ? new Map(digits).set(question.slot, answer as number) : digits,
      );
    }
  };
  visit(decision.root, known);
  return result;
}

/** The answers that a predicate may come to; undefined if one that was never met cannot be excluded. */
function possibleOf(
  root: Node | undefined,
  radices: readonly number[],
  known: Knowledge,
): ReadonlySet<number> | undefined {
  if (root === undefined) return undefined;
  const results = new Set<number>();
  const visit = (node: Node): boolean => {
    if (isLeaf(node)) {
      results.add(answerOf(node));
      return true;
    }
    const { question, branches } = node;
    if (question.kind !== "digit") return false;
    const answer = known(question.slot);
    if (answer === undefined) {
      const isTotal = branches.size === radices[question.slot % radices.length];
      return isTotal && [...branches.values()].every(visit);
    }
    const next = branches.get(answer);
    return next !== undefined && visit(next);
  };
  return visit(root) ? results : undefined;
}
