/** What a function, and all that it calls, does with variables and constants, as far as that is written. */
export interface Uses {
  /** Variables that it asks for anything. */
  readonly asked: ReadonlySet<string>;
  /** Variables that it changes. */
  readonly changed: ReadonlySet<string>;
  readonly constants: ReadonlySet<string>;
  /** The words that it puts into a variable, or into a part of it; undefined if they may be any. */
  wordsFor(variable: string): ReadonlySet<string> | undefined;
  /** Whether anything in it is repeated as long as it likes: a loop with a condition, a call of itself. */
  readonly mayBeEndless: boolean;
}

const none: ReadonlySet<string> = new Set();

/** The same, while it is being collected. */
export class UsesSoFar implements Uses {
  readonly asked = new Set<string>();
  readonly changed = new Set<string>();
  readonly constants = new Set<string>();
  mayBeEndless = false;
  private readonly words = new Map<string, Set<string> | undefined>();

  wordsFor(variable: string): ReadonlySet<string> | undefined {
    return this.words.has(variable) ? this.words.get(variable) : none;
  }

  /** That one of these words is put into a variable; undefined where it may be any. */
  puts(variable: string, given: readonly string[] | undefined): void {
    const before = this.words.has(variable) ? this.words.get(variable) : new Set<string>();
    this.words.set(
      variable,
      before === undefined || given === undefined ? undefined : new Set([...before, ...given]),
    );
  }
}
