import { readFileSync } from "node:fs";
import { readRecord } from "../record.ts";

/** What a search counts. Depth begins with 1; transitions lead from a state that was explored. */
export interface Counts {
  readonly states: number;
  readonly transitions: number;
  /** Not every engine says it. */
  readonly depth?: number;
  /** The states that the orbits stand for, where symmetry is reduced. */
  readonly unreduced?: number | undefined;
}

/** One instance of a protocol that engines are compared on. */
export interface Case {
  /** As it is given to the command: the name of one that is shipped, or a file. */
  readonly protocol: string;
  readonly variant?: string | undefined;
  /** The name of its rows: the protocol, and whether states or orbits are searched. */
  readonly model: string;
  /** The number of pages or managers; otherwise the constants that differ, or "as shipped". */
  readonly size: number | string;
  /** As after --set. */
  readonly constants: readonly string[];
  readonly symmetry: boolean;
  /** The liveness property that is checked as well, in runs of its own. */
  readonly liveness: string | undefined;
  readonly expected: Counts;
}

/** Which sizes are compared. */
export type Reach = "short" | "normal" | "large";

/** Of one model, smallest first. */
type Sizes = Readonly<Record<Reach, readonly Case["size"][]>>;

interface Series {
  readonly protocol: string;
  readonly symmetry: boolean;
  readonly sizes: Sizes;
  /** A liveness property, and those of the sizes at which it is checked as well. */
  readonly liveness?: { readonly property: string; readonly sizes: Sizes };
}

const largestProtocol = "linux-free-page-reporting";

const series: readonly Series[] = [
  {
    protocol: "page-ring",
    symmetry: false,
    sizes: { short: [5], normal: [7, 8, 9, 10], large: [8, 9, 10, 11] },
    liveness: {
      property: "reportComesBack",
      sizes: { short: [5], normal: [8, 9], large: [8, 9, 10] },
    },
  },
  {
    protocol: "two-phase-commit",
    symmetry: false,
    sizes: { short: [4], normal: [5, 6, 7, 8], large: [5, 6, 7, 8] },
  },
  {
    protocol: "page-ring",
    symmetry: true,
    sizes: { short: [], normal: [8, 12, 16, 20], large: [8, 12, 16, 20] },
  },
  {
    protocol: largestProtocol,
    symmetry: true,
    sizes: {
      short: [],
      normal: ["blocks=1", "blocks=2", "as shipped"],
      large: ["blocks=1", "blocks=2", "as shipped"],
    },
  },
  {
    protocol: largestProtocol,
    symmetry: false,
    sizes: {
      short: ["blocks=1", "blocks=1 users=2 allocationFailures=true deviceErrors=true"],
      normal: [
        "blocks=2 capacity=2",
        "as shipped",
        "blocks=2 users=2",
        "blocks=2 users=2 capacity=2 allocationFailures=true deviceErrors=true",
      ],
      large: [
        "blocks=1",
        "blocks=2",
        "as shipped",
        "blocks=2 users=2 capacity=2 allocationFailures=true deviceErrors=true",
        "blocks=2 users=3 capacity=2 allocationFailures=true deviceErrors=true",
      ],
    },
  },
];

/** The constant that is the size of a protocol. */
export const sizeConstant: Readonly<Record<string, string>> = {
  "page-ring": "pages",
  "two-phase-commit": "managers",
  wide: "cells",
};

/** As after --set. */
export function constantsOf(protocol: string, size: Case["size"]): readonly string[] {
  if (typeof size === "number") return [`${sizeConstant[protocol]}=${size}`];
  return size === "as shipped" ? [] : size.split(" ");
}

type Figures = Readonly<Record<string, Readonly<Record<string, Partial<Counts>>>>>;

/** The instances in the order in which they are run, with the known figures of each. */
export function casesOf(reach: Reach, figuresFile: string): readonly Case[] {
  const known = instances(figuresFile);
  return series.flatMap(({ protocol, symmetry, sizes, liveness }) =>
    sizes[reach].map((size) => {
      const property = liveness?.sizes[reach].includes(size) ? liveness.property : undefined;
      return { ...known({ protocol, symmetry, size }), liveness: property };
    }),
  );
}

/** Finds what is known of an instance: in the file, or, of what is shipped, in its record. */
export function instances(
  figuresFile: string,
): (its: Pick<Case, "protocol" | "variant" | "symmetry" | "size">) => Case {
  const figures = readJson<Figures>(figuresFile);
  return (its) => {
    const { protocol, variant, symmetry, size } = its;
    const name = variant === undefined ? protocol : `${protocol} / ${variant}`;
    const model = symmetry ? `${name}, orbits` : name;
    const { states, transitions, ...others } = {
      ...(size === "as shipped" && symmetry ? recorded(protocol, variant) : {}),
      ...figures[model]?.[size],
    };
    if (states === undefined || transitions === undefined) {
      throw new Error(`${figuresFile} has no figures of ${model}, ${size}.`);
    }
    const constants = constantsOf(protocol, size);
    const expected = { states, transitions, ...others };
    return { ...its, model, constants, liveness: undefined, expected };
  };
}

/** What is recorded of a protocol, or of a variant of it, as shipped. */
function recorded(protocol: string, variant: string | undefined): Counts {
  const found = readRecord().find(
    (entry) => entry.protocol === protocol && entry.variant === variant,
  );
  if (found === undefined) throw new Error(`Nothing is recorded of ${protocol}.`);
  const { distinctStates, generatedStates, depth } = found;
  return { states: distinctStates, transitions: generatedStates - 1, depth };
}

function readJson<Content>(file: string): Content {
  return JSON.parse(readFileSync(file, "utf8")) as Content;
}

/** Throws unless every figure that an engine reports is the known one. */
export function expectCounts(
  engine: string,
  { model, size, expected }: Case,
  found: Partial<Counts>,
): void {
  const figures: readonly (keyof Counts)[] = ["states", "transitions", "depth", "unreduced"];
  for (const figure of figures) {
    if (found[figure] === undefined || found[figure] === expected[figure]) continue;
    throw new Error(
      `${engine} finds ${found[figure]} as ${figure} of ${model}, ${size}; ` +
        `known is ${expected[figure]}. No time is worth anything before this is right.`,
    );
  }
}
