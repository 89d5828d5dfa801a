/** The options of `check`, as they are typed. */
export interface CheckOptions extends PrintOptions {
  readonly set: Readonly<Record<string, number | boolean>>;
  readonly variant?: string | undefined;
  readonly property?: readonly string[] | undefined;
  readonly all?: boolean | undefined;
  /** The compiled one if left out. */
  readonly engine?: "reference" | "compiled" | undefined;
  /** A share if left out. */
  readonly audit?: "share" | "all" | undefined;
  /** Bytes. */
  readonly memory?: number | undefined;
  readonly workers?: number | undefined;
  readonly checkpoint?: string | undefined;
  readonly resume?: string | undefined;
  readonly statistics?: boolean | undefined;
  readonly random?: boolean | undefined;
  readonly runs?: number | undefined;
  readonly steps?: number | undefined;
  readonly seed?: number | undefined;
  readonly path?: string | undefined;
  readonly symmetry: boolean;
  readonly trustSymmetry?: boolean | undefined;
  readonly liveness: boolean;
  /** Actions whose fairness is not relied on. */
  readonly unfair?: readonly string[] | undefined;
  readonly neededFairness?: boolean | undefined;
  readonly maxStates?: number | undefined;
  readonly timeout?: number | undefined;
  readonly updateRecord?: boolean | undefined;
}

/** The options of `bound`. */
export type BoundOptions = Omit<CheckOptions, "liveness" | "property">;

/** The options that say what is printed, and where. */
export interface PrintOptions {
  readonly format: "text" | "json";
  readonly output?: string | undefined;
  readonly color: boolean;
  readonly quiet?: boolean | undefined;
  readonly ghosts?: boolean | undefined;
  readonly traces?: boolean | undefined;
  readonly trace?: string | undefined;
  readonly first?: boolean | undefined;
  readonly stack?: boolean | undefined;
  /** Seconds. */
  readonly stepTimeout: number;
}

export interface ReplayOptions extends PrintOptions {
  readonly spec?: string | undefined;
  readonly property?: string | undefined;
}
