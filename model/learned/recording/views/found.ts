import type { Asked } from "../asked.ts";
import type { Answered, Path, Staged } from "../notes.ts";
import { targetOf } from "./any-view.ts";
import { listMethods } from "./list-methods.ts";
import { ListView } from "./list-view.ts";
import type { Callback } from "../notes.ts";
import type { Recording } from "./view.ts";

/**
 * A fresh array of values that were found in the state. How they were found is noted when it is used, and
 * only as far as that goes: its length alone is one question, how many there are.
 */
export class Found extends ListView implements Staged {
  override readonly parts: undefined;
  /** 0: nothing is noted; 1: how many there are; 2: every test. */
  stage = 0;
  private readonly kept: unknown[];
  private readonly tests: Answered[] = [];
  /** What reading each of the values asks: the first so many of these questions. */
  private readonly sources: { readonly asked: readonly Asked[]; readonly upTo: number }[] = [];
  /** Where it was found: elsewhere, what was asked for it may not be known. */
  private readonly path: Path;
  /** The sequence that it was found in, by the slot of its length; -1 if it was none, or does not matter. */
  private readonly slot: number;
  /** How long that sequence is. */
  private readonly length: number;
  /** Whether it was changed, and is now an array like any other. */
  private isOwn = false;

  constructor(notes: Recording, length: number, slot: number) {
    const kept: unknown[] = targetOf([]);
    super(notes, -1, kept);
    this.kept = kept;
    this.path = notes.here();
    this.length = length;
    this.slot = slot;
  }

  /** Takes in a value, if the test of it came to true; to read it again asks the first of `source`. */
  add(
    asked: readonly Asked[],
    answer: boolean,
    value: unknown,
    source: readonly Asked[],
    upTo: number,
  ): void {
    this.tests.push({ asked, answer });
    if (!answer) return;
    this.kept.push(value);
    this.sources.push({ asked: source, upTo });
  }

  override emit(): void {}

  protected override use(): void {
    super.use();
    if (!this.notes.isKnownHere(this.path)) {
      this.notes.giveUp("what was found inside a test is used outside");
    }
  }

  /** Notes the tests that have run so far, each for itself, once and for all. */
  noteTests(): void {
    const { notes, slot, tests } = this;
    for (let place = 0; place < tests.length; place++) {
      const { asked, answer } = tests[place] as Answered;
      if (slot >= 0) notes.longer(slot, place);
      notes.decision(asked, answer);
      tests[place] = { asked: [], answer };
    }
  }

  /** Notes every test, and that there were no more values to test. */
  noteAll(): void {
    this.use();
    if (this.isOwn || this.stage === 2) return;
    const { notes, slot, tests } = this;
    for (let place = 0; place < tests.length; place++) {
      const { asked, answer } = tests[place] as Answered;
      if (slot >= 0) notes.longer(slot, place);
      notes.decision(asked, answer);
    }
    if (slot >= 0) notes.longer(slot, this.length);
    notes.reach(this, 2);
  }

  override hasPlace(place: number): boolean {
    this.noteAll();
    return place < this.kept.length;
  }
  override read(place: number): unknown {
    this.noteAll();
    if (this.isOwn) return this.handOut(this.kept[place]);
    const { asked, upTo } = this.sources[place] as (typeof this.sources)[number];
    this.notes.repeat(asked, upTo);
    return this.handOut(this.kept[place]);
  }
  override count(): number {
    this.use();
    if (!this.isOwn && this.stage === 0) {
      if (this.slot >= 0) this.notes.length(this.slot);
      this.notes.count(this.tests);
      this.notes.reach(this, 1);
    }
    return this.kept.length;
  }
  override filter(ask: Callback, self: unknown): unknown {
    this.noteAll();
    return filterLater(this, ask, self, this.kept.length, -1);
  }
  protected override methodNamed(key: string | symbol): unknown {
    this.noteAll();
    return this.isOwn ? undefined : listMethods.get(key);
  }

  /** Goes on as the array that it looks like. */
  private own(): unknown[] {
    for (let place = 0; this.hasPlace(place); place++) this.read(place);
    this.notes.writes += 1;
    this.isOwn = true;
    return this.kept;
  }

  set(_target: object, key: string | symbol, value: unknown): boolean {
    return Reflect.set(this.own(), key, value);
  }
  override deleteProperty(_target?: object, key: string | symbol = ""): boolean {
    return Reflect.deleteProperty(this.own(), key);
  }
  override defineProperty(): boolean {
    return this.notes.giveUp("defines a property of a list");
  }
  override isExtensible(): boolean {
    return true;
  }
}

/**
 * What passes a test, of a list of so many values; the tests are noted when something is asked of the
 * result. A sequence in which places are still those of the base state is given by the slot of its length,
 * which is not asked then; any other list by -1.
 */
export function filterLater(
  list: ListView,
  ask: Callback,
  self: unknown,
  length: number,
  slot: number,
): unknown {
  if (!list.notes.onlyAnswers(ask)) return list.filterNow(ask, self);
  const { notes, version } = list;
  // Also where no value is tested: how many there are is not asked yet.
  notes.askTold();
  const found = new Found(notes, length, slot);
  let isLater = true;
  for (let place = 0; place < length; place++) {
    if (!isLater && slot >= 0) notes.longer(slot, place);
    const path = notes.enter();
    let asked = 0;
    let value: unknown;
    let isKept = false;
    let isOver = false;
    try {
      if (slot >= 0) notes.assumeLonger(slot, place);
      value = list.read(place);
      asked = path.asked.length;
      isKept = Boolean(ask.call(self, value, place, list.proxy));
      isOver = true;
    } finally {
      notes.leave(path);
      if (isOver && !notes.hasChanged(path)) {
        found.add(path.asked, isKept, value, path.asked, asked);
      } else {
        // It changed something, or may have: from here on everything is noted as it happens.
        isLater = false;
        found.noteTests();
        if (slot >= 0) notes.longer(slot, place);
        notes.rejoin(path);
        found.add([], isKept, value, [], 0);
      }
      if (!isLater) found.noteTests();
    }
    if (list.version !== version) notes.giveUp("a list changes while it is filtered");
  }
  if (!isLater) found.noteAll();
  return found.proxy;
}
