import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { check, type CheckOptions, type Verdict } from "../checker/index.ts";
import { instantiate } from "../model/index.ts";
import {
  declare,
  isLiveness,
  type PageState,
  pageStates,
  type Spec,
  type Variant,
} from "../spec/index.ts";
import { protocols } from "../toys/protocols.ts";
import linuxFreePageReporting from "../spec/protocols/linux-free-page-reporting/claims.ts";
import s390GuestPageHinting from "../spec/protocols/s390-guest-page-hinting/claims.ts";
import { memory as kvmMemory } from "../spec/protocols/kvm-free-page-hint/protocol.ts";
import { memory } from "../spec/protocols/balloon-inflate/protocol.ts";
import { memory as hinted } from "../spec/protocols/virtio-free-page-hint/protocol.ts";
import { check as report, type Report } from "../runs/index.ts";
import { few, oneIn } from "../toys/share.ts";
import {
  deviations,
  type InstanceFound,
  type InstanceOptions,
  readInstances,
  readRecord,
  type RecordedInstance,
  type RecordFile,
  recordText,
  writeRecord,
} from "./record.ts";

const record = readRecord();
const nameOf = (protocol: string, variant?: string): string =>
  variant === undefined ? protocol : `${protocol} / ${variant}`;

const specOf = ({ protocol, variant }: Pick<RecordedInstance, "protocol" | "variant">): Spec => {
  const shipped = protocols.find(({ spec }) => spec.name === protocol);
  const found =
    variant === undefined
      ? shipped?.spec
      : shipped?.variants.find(({ name }) => name === variant)?.spec;
  if (found === undefined) throw new Error(`There is no ${nameOf(protocol, variant)}.`);
  return found;
};

describe("the record of the shipped protocols", () => {
  test("has each protocol and each variant, once, and no other", () => {
    const shipped = protocols.flatMap(({ spec, variants }) => [
      nameOf(spec.name),
      ...variants.map((variant) => nameOf(spec.name, variant.name)),
    ]);
    expect(record.map(({ protocol, variant }) => nameOf(protocol, variant)).toSorted()).toEqual(
      shipped.toSorted(),
    );
  });

  test("has no protocol that does not hold by itself, unless it says so", () => {
    for (const { protocol, verdict } of record.filter(({ variant }) => variant === undefined)) {
      const { expects } = specOf({ protocol });
      expect([protocol, verdict]).toEqual([
        protocol,
        expects?.kind === "breaks" ? "violated" : "holds",
      ]);
    }
  });

  // What is true of a part is broken in spec/parts/parts.test.ts.
  const ofParts: Record<string, string[]> = {
    ...Object.fromEntries(
      [
        "balloon-inflate",
        "percpu-page-hinting-v9",
        "bitmap-page-reporting-v12",
        "ring-of-hints",
        "young-idle-flags",
      ].map((name) => [name, Object.keys(memory.invariants)]),
    ),
    "kvm-free-page-hint": Object.keys(kvmMemory.invariants),
    "virtio-free-page-hint": Object.keys(hinted.invariants),
    "s390-batched-hinting": [
      ...Object.keys(memory.invariants),
      "listedFrameIsOnOneList",
      "batchIsFreedUnderTheLock",
      "pageStepIsLegal", // of two states, each of which may follow the other
    ],
  };
  const claims = protocols.flatMap(({ spec }) =>
    Object.entries(spec.properties)
      .filter(([, { kind }]) => kind === "invariant" || kind === "step property")
      .filter(([property]) => ofParts[spec.name]?.includes(property) !== true)
      .map(([property]) => ({ protocol: spec.name, property })),
  );
  test.each(claims)("$protocol: a variant breaks $property", ({ protocol, property }) => {
    const breaking = record.filter(
      (entry) => entry.protocol === protocol && property in entry.violated,
    );
    expect(breaking.map(({ variant }) => variant)).not.toEqual([]);
  });

  test.each(record.filter(({ verdict }) => verdict === "violated"))(
    "$protocol / $variant: first is what is violated soonest, and of several the first of the spec",
    (entry) => {
      const { properties } = specOf(entry);
      const names = Object.keys(entry.violated);
      const ofStates = names.filter((name) => !isLiveness(properties[name]?.kind ?? ""));
      // Where anything is violated in a state or a step, liveness comes after it.
      const candidates = ofStates.length > 0 ? ofStates : names;
      const least = Math.min(...candidates.map((name) => entry.violated[name] as number));
      const inOrder = [...Object.keys(properties), ...names];
      expect(entry.first).toBe(
        inOrder.find((name) => candidates.includes(name) && entry.violated[name] === least),
      );
    },
  );

  const small = few(["two-phase-commit"], ["two-phase-commit", "page-ring"]);
  const fileOf = ({ name }: Spec): string =>
    readFileSync(new URL(`../spec/protocols/${name}/record.json`, import.meta.url), "utf8");

  test.each(protocols)("$spec.name: its file is laid out as it is written", ({ spec }) => {
    expect(recordText(JSON.parse(fileOf(spec)) as RecordFile)).toBe(fileOf(spec));
  });

  test("what runs come to is written as it stands there, and what is pinned by hand stays", async () => {
    const folder = mkdtempSync(join(tmpdir(), "hintproof-record-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const instances = [{ name: "by hand", constants: {}, found: { depth: 1 } }];
    const written = protocols.filter(({ spec }) => small.includes(spec.name));
    const path = (name: string): string => join(folder, name, "record.json");
    const reports: Report[] = [];
    for (const { spec, variants } of written) {
      mkdirSync(join(folder, spec.name));
      writeFileSync(path(spec.name), recordText({ protocol: spec.name, catalogue: [], instances }));
      reports.push(await report(spec));
      for (const variant of variants) {
        const { expects } = variant;
        const properties = expects.kind === "breaks" ? expects.properties : undefined;
        reports.push(await report(variant, { properties }));
      }
    }

    writeRecord(reports, pathToFileURL(`${folder}/`));

    for (const { spec } of written) {
      const { catalogue } = JSON.parse(fileOf(spec)) as {
        readonly catalogue: RecordFile["catalogue"];
      };
      expect(readFileSync(path(spec.name), "utf8")).toBe(
        recordText({ protocol: spec.name, catalogue, instances }),
      );
    }
    for (const one of reports) expect(deviations(record, one, true)).toEqual([]);
  });

  const smallest = record.filter(({ distinctStates }) => distinctStates < few(45, 2_000));
  test.each(smallest.map((entry) => [nameOf(entry.protocol, entry.variant), entry] as const))(
    "%s: without symmetry as much is violated, after as many steps",
    async (_, { protocol, variant }) => {
      const its = protocols.find(({ spec }) => spec.name === protocol);
      const one = its?.variants.find(({ name }) => name === variant);
      const expects = variant === undefined ? its?.spec.expects : one?.expects;
      const properties = expects?.kind === "breaks" ? expects.properties : undefined;
      const found = await report(one ?? (its?.spec as Spec), { symmetry: false, properties });
      expect(deviations(record, found, false)).toEqual([]);
      const others = record.map((was) => ({ ...was, violated: { nothingOfAll: 1 } }));
      expect(deviations(others, found, false)).toContain(
        "nothing of all is recorded to be violated after 1 step; it is not",
      );
    },
  );

  test("what is no record is not replaced by one", () => {
    const folder = mkdtempSync(join(tmpdir(), "hintproof-record-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    mkdirSync(join(folder, "page-ring"));
    const file = join(folder, "page-ring", "record.json");
    writeFileSync(file, '{ "catalogue": [] }');
    const found = { protocol: "page-ring" } as Report;
    expect(() => writeRecord([found], pathToFileURL(`${folder}/`))).toThrow(
      `${file} is not a record; remove it, and hintproof check --update-record writes one.`,
    );
    expect(readFileSync(file, "utf8")).toBe('{ "catalogue": [] }');
  });

  test("a run that comes to something else deviates in that", async () => {
    const variants = protocols.flatMap((protocol) => protocol.variants);
    const counted = variants.find(({ name }) => name === "return-is-not-counted") as Variant;
    const found = await report(counted, { constants: { pages: 4 } });
    expect(deviations(record, found, true)).toEqual([
      "constants: budget=3, capacity=2, pages=4, recorded budget=3, capacity=2, pages=5",
    ]);
    const pages = record.map((entry) => ({
      ...entry,
      constants: { ...entry.constants, pages: 4 },
    }));
    expect(deviations(pages, found, true)).toEqual([
      "distinct states: 70, recorded 88",
      "generated states: 294, recorded 461",
      "depth: 18, recorded 19",
    ]);
    const withoutLoops = pages.map((entry) => ({ ...entry, loops: undefined }));
    expect(deviations(withoutLoops, found, true)).toContain(
      "loops: reportComesBack=0, recorded none",
    );
    expect(deviations([], found, true)).toEqual([
      "nothing is recorded of it; `hintproof check --update-record` writes the record",
    ]);
  });
});

/** As many states as are searched here; larger instances are for the bench. */
const mostSearched = few(1_000, 3_000_000);
const instances = readInstances().filter(
  ({ found: { distinctStates = 0 } }) => distinctStates <= mostSearched,
);
const isWithoutOne = ({ options }: RecordedInstance): boolean =>
  Array.isArray(options?.unfair) && options.unfair.length === 1;
const searched = [
  ...oneIn(
    4,
    instances.filter((instance) => !isWithoutOne(instance)),
  ),
  ...oneIn(8, instances.filter(isWithoutOne)),
];

describe("what is recorded of other instances", () => {
  test.each(searched)("$protocol: $name", (instance) => {
    const { constants, options = {}, found } = instance;
    const spec = specOf(instance);
    const asked = optionsOf(spec, options);
    const model = instantiate(spec, { constants, symmetry: options.symmetry ?? true });
    const verdict = check(model, asked);

    if (asked.properties !== undefined) {
      expect(verdict.properties.map(({ name }) => name)).toEqual(asked.properties);
    }
    const all = foundIn(verdict);
    const figures = Object.keys(found) as readonly (keyof InstanceFound)[];
    expect(Object.fromEntries(figures.map((figure) => [figure, all[figure]]))).toEqual(found);
  });

  test("says what is violated wherever something is, and always says something", () => {
    for (const { name, found } of readInstances()) {
      expect(Object.keys(found), name).not.toEqual([]);
      if (found.verdict === "violated") expect(found.violated, name).not.toEqual({});
      expect("violated" in found, name).toBe(found.verdict === "violated");
    }
  });

  test("agrees with the catalogue in what a variant is about, and has more of what it breaks", () => {
    const more = readInstances().filter(
      ({ variant, constants, found }) =>
        variant !== undefined && Object.keys(constants).length === 0 && "violated" in found,
    );
    expect(more).not.toEqual([]);
    for (const { protocol, variant, name, found } of more) {
      const its = record.find((one) => one.protocol === protocol && one.variant === variant);
      const { violated = {}, loops = {} } = found;
      expect(violated, name).toMatchObject(its?.violated ?? {});
      expect(loops, name).toMatchObject(its?.loops ?? {});
      const beyond = Object.keys(violated).length - Object.keys(its?.violated ?? {}).length;
      expect(beyond, name).toBeGreaterThan(0);
    }
  });

  test("has each once", () => {
    const names = readInstances().map(({ protocol, name }) => `${protocol}: ${name}`);
    expect(names).toEqual([...new Set(names)]);
  });
});

function optionsOf(
  { actions, properties: all }: Spec,
  { properties, unfair, neededFairness, liveness }: InstanceOptions,
): CheckOptions {
  const ofLiveness = Object.keys(all).filter((name) => isLiveness(all[name]?.kind ?? ""));
  const fair = Object.keys(actions).filter((name) => actions[name]?.fairness !== "none");
  return {
    properties: properties === "liveness" ? ofLiveness : properties,
    unfair: unfair === "all" ? fair : unfair,
    neededFairness,
    liveness,
    // What is asked about by name the command audits in the instances of the catalogue.
    audit: properties === undefined ? undefined : "none",
  };
}

/** All that an instance can be recorded with. Every lasso has to be a shortest one. */
function foundIn(verdict: Verdict): InstanceFound {
  const { kind, properties, statistics } = verdict;
  const { distinctStates, generatedStates, depth, unreducedStates, taken } = statistics;
  const traces = properties.flatMap(({ name, trace }) => (trace ? [{ name, ...trace }] : []));
  const lassos = traces.flatMap(({ name, steps, lasso }) =>
    lasso ? [{ name, loop: steps.length - lasso.loopsTo, lasso }] : [],
  );
  expect(lassos.filter(({ lasso }) => !lasso.isShortest).map(({ name }) => name)).toEqual([]);
  const facts = properties.flatMap(({ name, liveness }) => (liveness ? [{ name, liveness }] : []));
  const [ofLiveness] = facts;
  return {
    verdict: kind,
    first: "property" in verdict ? verdict.property.name : undefined,
    violated: Object.fromEntries(traces.map(({ name, steps }) => [name, steps.length])),
    loops: Object.fromEntries(lassos.map(({ name, loop }) => [name, loop])),
    distinctStates,
    generatedStates,
    depth,
    unreducedStates: Number(unreducedStates),
    neverTaken: Object.keys(taken).filter((action) => taken[action] === 0),
    // Of orbits the states that they stand for.
    livenessStates:
      ofLiveness?.liveness.withoutSymmetry === false
        ? Number(unreducedStates)
        : ofLiveness?.liveness.states,
    most: Object.fromEntries(
      facts.flatMap(({ name, liveness: { most } }) => (most === undefined ? [] : [[name, most]])),
    ),
    neededFairness: Object.fromEntries(
      facts.flatMap(({ name, liveness: { neededFairness } }) =>
        neededFairness === undefined
          ? []
          : [[name, neededFairness.map(({ label, kind: fairness }) => `${label}: ${fairness}`)]],
      ),
    ),
  };
}

/** The states of the page contract that pages of a protocol are ever in. */
function statesSeen(spec: Spec, constants: Spec["constants"]): readonly PageState[] {
  const { pages } = spec;
  if (pages === undefined) return [];
  const { witness } = declare({ constants: {}, state: {} });
  const view = pages.state as unknown as (...all: unknown[]) => PageState;
  const seen = Object.fromEntries(
    pageStates.map((wanted) => [
      wanted,
      witness({
        forAny: pages.page,
        holds: (state, page, all) => view(state, page, all) === wanted,
      }),
    ]),
  );
  const model = instantiate(
    { ...spec, properties: { ...spec.properties, ...seen } },
    { constants },
  );
  return check(model, { properties: [...pageStates] })
    .properties.filter(({ status }) => status === "seen")
    .map(({ name }) => name as PageState);
}

test("all seven states of the page contract are in use by the real protocols", () => {
  const seen = new Set([
    ...statesSeen(linuxFreePageReporting, { blocks: 1, users: 1 }),
    ...statesSeen(linuxFreePageReporting, {
      blocks: 1,
      users: 0,
      poisoning: true,
      pagePoison: true,
    }),
    ...statesSeen(s390GuestPageHinting, {}),
  ]);
  expect([...seen].toSorted()).toEqual(pageStates.toSorted());
});

test("free page reporting, one block: the orbits stand for exactly the states that there are", () => {
  const constants = { blocks: 1, users: 1 };
  const reduced = check(instantiate(linuxFreePageReporting, { constants }));
  const whole = check(instantiate(linuxFreePageReporting, { constants, symmetry: false }));
  expect(reduced.statistics.unreducedStates).toBe(BigInt(whole.statistics.distinctStates));
  expect(reduced.statistics.depth).toBe(whole.statistics.depth);
  expect(reduced.properties.map(({ name, status }) => [name, status])).toEqual(
    whole.properties.map(({ name, status }) => [name, status]),
  );
});
