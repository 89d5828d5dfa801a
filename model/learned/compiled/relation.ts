import { SpecError } from "../../../spec/index.ts";
import type { Digits } from "../../layout.ts";
import { i32 } from "../../wasm/code.ts";
import { ModuleBuilder, type ModuleOptions } from "../../wasm/module.ts";
import type { Leaf } from "../decision.ts";
import type { Knowledge } from "../knowledge.ts";
import type { KnownDigits } from "../known-digits.ts";
import type { LearnedAction, LearnedStep } from "../learned-action.ts";
import type { Lessons } from "../lessons.ts";
import type { LearnedPredicate } from "../learned-predicate.ts";
import { notKnown, type Predicate } from "../predicates.ts";
import type { Write } from "../recording/asked.ts";
import { writtenSlots } from "../recording/writes.ts";
import {
  addAction,
  type ClassOf,
  DrawnAction,
  nameOfAction,
  signatureOfLearn,
  sizeOf,
} from "./action-code.ts";
import { Budget, whatPays } from "./budget.ts";
import { costOfCall, costOfWalk } from "./costs.ts";
import { FirstLook } from "./first-look.ts";
import { addPredicate, drawnPredicates, nameOfPredicate } from "./predicate-code.ts";
import { StatesInMemory } from "./states-in-memory.ts";

/** Where a relation is compiled to: the memory in which states stand, and the functions that are called on them. */
export interface CompiledInto {
  readonly memory: WebAssembly.Memory;
  /** The compiled actions, then the compiled predicates, then a predicate that does not know, then a `FirstLook`. */
  readonly table: WebAssembly.Table;
  /** Where `firstLookBytes` are for that. */
  readonly firstLookAt: number;
  readonly options: ModuleOptions;
}

/** What becomes of the steps of a relation. */
export interface StepJudge {
  /** The class of a step is found in the tag of each successor. */
  readonly classOf: ClassOf;
  /** Steps of an action, by its position, were not taken by compiled code: their class may be any. */
  interpreted(action: number): void;
  /** An action was compiled, with steps of these classes. */
  compiled(action: number, classes: ReadonlySet<number>): void;
  /** An assertion is evaluated in the effect of a step. */
  evaluated(assertion: string): void;
  /** An assertion in the effect of a step fails in the state at an address. */
  asserted(position: number, assertion: string, state: number): void;
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

/** An action with what its compilation is decided by. */
interface RunAction {
  readonly learned: LearnedAction;
  readonly number: number;
  readonly budget: Budget;
  diagramNodes: number;
}

/** A group of predicates, likewise. */
interface RunGroup {
  readonly members: readonly LearnedPredicate[];
  readonly budget: Budget;
}

/** A function of a module, and its place in the table. */
type Installed = readonly [name: string, place: number];

/** Diagrams with more nodes are not compiled. */
const mostNodes = 40_000;

/** The steps of a model and predicates on states in memory: learned as they are asked for, compiled as it pays. */
export class Relation {
  readonly #knowledge: Knowledge;
  readonly #into: CompiledInto;
  readonly #judge: StepJudge;
  readonly #states: StatesInMemory;
  readonly #firstLook: FirstLook;
  readonly #actions: readonly RunAction[];
  readonly #groups: readonly RunGroup[];
  /** Of each predicate, by its id. */
  readonly #budgets: readonly Budget[];
  /** The class of each step, by its position and then the leaf of its effect. */
  readonly #classes: readonly Map<number, number>[];
  readonly #imports: WebAssembly.ModuleImports;

  constructor(knowledge: Knowledge, into: CompiledInto, judge: StepJudge) {
    this.#knowledge = knowledge;
    this.#into = into;
    this.#judge = judge;
    this.#states = new StatesInMemory(knowledge.model, into.memory);
    this.#firstLook = new FirstLook(knowledge.model.packing);
    this.#actions = knowledge.actions.map((learned, number) => ({
      learned,
      number,
      budget: new Budget(),
      diagramNodes: 0,
    }));
    this.#groups = knowledge.groups.map((members) => ({ members, budget: new Budget() }));
    this.#budgets = this.#groups.flatMap(({ members, budget }) => members.map(() => budget));
    this.#classes = knowledge.model.steps.map(() => new Map());
    this.#imports = {
      memory: into.memory,
      table: into.table,
      learn: (action: number, choice: number, state: number, target: number) =>
        this.#learn(action, choice, state, target),
      interpret: (action: number, state: number, target: number) =>
        this.#interpret(action, state, target),
    };
    this.#installFirst();
    for (const predicate of knowledge.predicates) {
      if (predicate.slots === undefined) judge.looksFurther(predicate);
    }
  }

  get predicates(): readonly Predicate[] {
    return this.#knowledge.predicates;
  }

  /** Bytes of a successor with its tag. */
  get entryBytes(): number {
    return this.#states.entryBytes;
  }

  digitsAt(address: number): Digits {
    return this.#states.digitsAt(address);
  }

  /** What a predicate answers of the states at addresses, learning it if need be. */
  ask({ id }: Predicate, before: number, after: number): number {
    const predicate = this.#knowledge.predicates[id] as LearnedPredicate;
    (this.#budgets[id] as Budget).spend(costOfWalk + costOfCall);
    const { slots, isOpaque } = predicate;
    const size = slots?.size;
    try {
      return predicate.ask(this.#statesAt(predicate, before, after));
    } finally {
      if (predicate.isOpaque && !isOpaque) this.#forget(id);
      if (predicate.slots !== slots || slots?.size !== size) this.#judge.looksFurther(predicate);
    }
  }

  /** What was learned that a predicate answers; undefined if nothing was. */
  known({ id }: Predicate, before: number, after: number): number | undefined {
    const predicate = this.#knowledge.predicates[id] as LearnedPredicate;
    return predicate.known(this.#statesAt(predicate, before, after));
  }

  /** From which runs was learned so far. */
  lessons(): Lessons {
    return this.#knowledge.lessons();
  }

  /** How many runs these are. */
  get lessonRuns(): number {
    return this.#knowledge.lessonRuns;
  }

  /**
   * Makes the runs of lessons again, and compiles what they come to now: as if states had been explored that ask for it.
   * Throws `SpecError` and `Distrust`.
   */
  rehearse(lessons: Lessons): void {
    this.#knowledge.rehearse(lessons);
    for (const predicate of this.#knowledge.predicates) {
      if (predicate.slots?.size !== 0) this.#judge.looksFurther(predicate);
    }
    this.#compile(
      new Set([
        ...this.#actions.filter(({ learned }) => learned.lesson.runs > 0),
        ...this.#groups.filter(({ members }) => members.some(isKnownInPart)),
      ]),
    );
  }

  /** What to make of an action or a property that does not do what was learned of it. */
  errorOf(recipe: string): Error {
    return this.#knowledge.errorOf(recipe);
  }

  /** Compiles what was interpreted for so long that it pays. */
  compileWhatPays(): void {
    const kept = this.#actions.filter(({ learned }) => !learned.isForgetful);
    this.#compile(new Set(whatPays<RunAction | RunGroup>([...kept, ...this.#groups])));
  }

  /** Compiles some together: one module is quicker than several. */
  #compile(chosen: ReadonlySet<RunAction | RunGroup>): void {
    if (chosen.size === 0) return;
    const module = new ModuleBuilder(this.#into.options);
    const learn = module.import("learn", signatureOfLearn);
    const actions = this.#actions.filter((action) => chosen.has(action));
    const groups = this.#groups.filter((group) => chosen.has(group));
    const functions = [
      ...actions.flatMap((action) => this.#compileAction(action, module, learn)),
      ...groups.flatMap((group) => this.#compileGroup(group, module)),
    ];
    if (functions.length > 0) this.#install(module, functions);
    if (actions.length > 0) this.#lookFirst();
  }

  statistics(): Readonly<Record<string, ActionStatistics>> {
    return Object.fromEntries(
      this.#actions.map(({ learned: { name, recipeRuns, taken }, diagramNodes }) => [
        name,
        { recipeRuns, diagramNodes, interpretedSteps: taken },
      ]),
    );
  }

  #statesAt({ isOfSteps }: Predicate, before: number, after: number): readonly Digits[] {
    const digits = this.#states.digitsAt(before);
    return isOfSteps ? [digits, this.#states.digitsAt(after)] : [digits];
  }

  // ---- Steps: `state` is an address, `target` that at which a successor is written; answered is the one behind ----

  /** Takes every step of an action. */
  #interpret(number: number, state: number, target: number): number {
    const action = this.#actions[number] as RunAction;
    const digits = this.#states.digitsAt(state);
    let next = target;
    for (const step of action.learned.steps) {
      next = this.#takeOrFail(action, step, state, digits, next);
    }
    return next;
  }

  /** Takes one of which compiled code does not know enough. */
  #learn(number: number, choice: number, state: number, target: number): number {
    const action = this.#actions[number] as RunAction;
    action.budget.spend(costOfCall);
    this.#judge.interpreted(number);
    const step = action.learned.steps[choice] as LearnedStep;
    return this.#takeOrFail(action, step, state, this.#states.digitsAt(state), target);
  }

  #takeOrFail(
    action: RunAction,
    step: LearnedStep,
    state: number,
    digits: Digits,
    target: number,
  ): number {
    try {
      return this.#take(action, step, state, digits, target);
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      this.#judge.failed(error, step.position, state);
      return target;
    }
  }

  #take(
    { learned, budget }: RunAction,
    step: LearnedStep,
    state: number,
    digits: Digits,
    target: number,
  ): number {
    budget.spend(costOfWalk);
    const taken = learned.take(step, digits, (assertion) => this.#judge.evaluated(assertion));
    if (taken === undefined) return target;
    if (taken.kind === "assertion") {
      this.#judge.asserted(step.position, taken.name, state);
      return target;
    }
    if (taken.leaf !== undefined) budget.spend(costOfCall);
    const stepClass = this.#classAt(step, taken.leaf);
    return this.#states.put(taken.digits, step.position, stepClass, target);
  }

  #classAt({ step, position }: LearnedStep, leaf: Leaf | undefined): number {
    const { action } = step;
    if (leaf === undefined) return this.#judge.classOf(action, undefined, nothing, nothing);
    const classes = this.#classes[position] as Map<number, number>;
    let found = classes.get(leaf.id);
    if (found === undefined) {
      const { writes } = leaf.outcome as { writes: readonly Write[] };
      found = this.#judge.classOf(action, writtenSlots(writes), nothing, nothing);
      classes.set(leaf.id, found);
    }
    return found;
  }

  // ---- Compiled functions, and their places in the table ----

  #placeOf(predicate: number): number {
    return this.#actions.length + predicate;
  }

  /** Every action begins as a call of `interpret`, every predicate as not known. */
  #installFirst(): void {
    const { predicates } = this.#knowledge;
    const module = new ModuleBuilder(this.#into.options);
    const interpret = module.import("interpret", { parameters: [i32, i32, i32], results: [i32] });
    const signature = { parameters: [i32, i32], results: [i32] } as const;
    this.#actions.forEach((_, number) => {
      module.function(
        signature,
        (code) => code.i32(number).get(0).get(1).call(interpret),
        nameOfAction(number),
      );
    });
    module.function(signature, (code) => code.i32(notKnown), "unknown");
    this.#install(module, [
      ...this.#actions.map((_, number) => [nameOfAction(number), number] as const),
      ...predicates.map(({ id }) => ["unknown", this.#placeOf(id)] as const),
      ["unknown", this.#placeOf(predicates.length)],
    ]);
    this.#lookFirst();
  }

  /** Brings the first look up to date. */
  #lookFirst(): void {
    const { options, memory, firstLookAt } = this.#into;
    const place = this.#placeOf(this.#knowledge.predicates.length + 1);
    this.#install(this.#firstLook.module(options, memory, firstLookAt), [["look", place]]);
  }

  /** A predicate that was compiled, perhaps, is not known. */
  #forget(predicate: number): void {
    const { table } = this.#into;
    const unknown = table.get(this.#placeOf(this.#knowledge.predicates.length));
    table.set(this.#placeOf(predicate), unknown);
  }

  /** Adds the code of an action to a module; what is to be installed of it. */
  #compileAction(action: RunAction, module: ModuleBuilder, learn: number): readonly Installed[] {
    const { model } = this.#knowledge;
    const { number, budget, learned } = action;
    const drawn = new DrawnAction(model, learned, this.#judge.classOf);
    action.diagramNodes = drawn.size;
    budget.settle(drawn.size);
    if (drawn.size > mostNodes) return [];
    addAction(module, learn, model, drawn, number);
    this.#judge.compiled(number, drawn.classes);
    this.#firstLook.compiled(
      number,
      drawn.steps.map((step) => step?.when),
    );
    return [[nameOfAction(number), number]];
  }

  /** Likewise of a group of predicates. */
  #compileGroup({ members, budget }: RunGroup, module: ModuleBuilder): readonly Installed[] {
    const { model } = this.#knowledge;
    const drawn = drawnPredicates(model, members);
    const size = sizeOf(drawn.map(({ diagram }) => diagram));
    budget.settle(size);
    if (size > mostNodes) return [];
    return drawn.map((predicate, position) => {
      const { id } = members[position] as LearnedPredicate;
      addPredicate(module, model, predicate, nameOfPredicate(id));
      return [nameOfPredicate(id), this.#placeOf(id)];
    });
  }

  #install(builder: ModuleBuilder, functions: readonly Installed[]): void {
    const module = new WebAssembly.Module(builder.build());
    const { exports } = new WebAssembly.Instance(module, { env: this.#imports });
    for (const [name, place] of functions) this.#into.table.set(place, exports[name]);
  }
}

const nothing: KnownDigits = () => undefined;

/** Whether anything was learned of it. */
const isKnownInPart = ({ decision }: LearnedPredicate): boolean => decision.root !== undefined;
