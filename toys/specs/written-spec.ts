import { Changes } from "./changes.ts";
import { Questions } from "./questions.ts";
import {
  block,
  bodyOf,
  inside,
  indented,
  type Named,
  nothing,
  oneOf,
  type Scope,
} from "./scope.ts";
import type { ActionTree, PropertyTree, SetName, Sort, SpecTree, Twig } from "./tree.ts";

/** The file that a tree grows to. */
export function written(tree: SpecTree): string {
  const sets = setsOf(tree);
  const questions = new Questions(tree.looksAtOrder);
  const changes = new Changes(questions);
  const variables = tree.variables.map((twig, at): Named & { name: string } => {
    const name = ["v", "w", "x", "y"][at] as string;
    return { name, text: `state.${name}`, sort: sortOf(twig, sets, tree, 0) };
  });
  const domains = [...sets.map((set): Sort => ({ kind: "index", set })), ...choiceSorts];
  const actors = ['"someone"', '"another"', ...sets.filter(isChosen).map(({ name }) => name)];
  const actorNames = tree.actions.map(({ actor }) => oneOf(actors, actor).replaceAll('"', ""));
  const actionNames = tree.actions.map((_, at) => `a${at}`);
  const constants = ["constants"];
  const asserted = new Set<string>();

  /** Parameters of a function for each of these choices. */
  function chosen(forAny: readonly number[]): readonly Named[] {
    const sorts = forAny.map((number) => oneOf(domains, number));
    return sorts.map((sort, at) => ({ text: `p${at}`, sort }));
  }
  const listed = (choices: readonly Named[]): string =>
    choices.length === 0
      ? ""
      : `forAny: [${choices.map(({ sort }) => domainText(sort)).join(", ")}], `;

  /** A function of the state and the choices, as it stands in a definition. */
  function asked(choices: readonly Named[], twig: Twig | undefined): string {
    const names = ["state", ...choices.map(({ text }) => text), ...constants];
    const scope: Scope = { values: [...variables, ...choices], names, lines: [] };
    const result = questions.condition(twig, scope);
    return `(${names.join(", ")}) => ${bodyOf(scope.lines, result)}`;
  }

  function changed(
    choices: readonly Named[],
    twigs: readonly Twig[],
    claim: Twig | undefined,
  ): string {
    const names = ["state", ...choices.map(({ text }) => text), ...constants];
    const scope: Scope = { values: [...variables, ...choices], names, lines: [] };
    const asserts = (name: string, twig: Twig): void => {
      asserted.add(name);
      scope.lines.push(`assert(${questions.condition(twig, scope)}, ${name});`);
    };
    // Of two assertions either may come first, and stand in several actions.
    const [first, second] = (claim?.number ?? 0) % 2 === 0 ? ["s0", "s1"] : ["s1", "s0"];
    if (claim !== undefined) asserts(first as string, claim);
    if (claim?.right !== undefined) asserts(second as string, claim.right);
    for (const twig of twigs) {
      const own = inside(scope, [], []);
      changes.change(twig, variables, own);
      scope.lines.push(...own.lines);
    }
    return `(${names.join(", ")}) => ${block(scope.lines)}`;
  }

  /** A function of the states before and after a step. */
  function compared(choices: readonly Named[], { form, left, right }: Twig): string {
    const names = ["before", "after", ...choices.map(({ text }) => text), ...constants];
    const scopeOf = (state: string): Scope => ({
      values: [
        ...variables.map(({ text, sort }) => ({ text: text.replace("state", state), sort })),
        ...choices,
      ],
      names,
      lines: [],
    });
    const [before, after] = [scopeOf("before"), scopeOf("after")];
    const [one, other] = [
      questions.condition(left, before),
      questions.condition(form % 2 === 0 ? left : right, after),
    ];
    const isOne = oneOf(
      [`!(${one}) || ${other}`, `${one} || ${other}`, `(${one}) === (${other})`],
      form,
    );
    return `(${names.join(", ")}) => ${bodyOf([...before.lines, ...after.lines], isOne)}`;
  }

  function actionText(its: ActionTree, at: number): string {
    const actor = oneOf(actors, its.actor);
    const own = sets.find(({ name }) => name === actor);
    const forAny = chosen([...(own === undefined ? [] : [sets.indexOf(own)]), ...its.forAny]);
    const fairness = oneOf(["", "", 'fairness: "weak", ', 'fairness: "strong", '], its.fairness);
    const lines = [
      `${listed(own === undefined ? forAny : forAny.slice(1))}${fairness}`.trimEnd(),
      ...(its.when === undefined ? [] : [`when: ${asked(forAny, its.when)},`]),
      `effect: ${changed(forAny, its.changes, its.claim)},`,
    ].filter((line) => line !== "");
    return `const a${at} = action(${actor}, ${block(lines)});`;
  }

  function propertyText(its: PropertyTree, at: number): readonly [text: string, section: string] {
    const [word, section] = oneOf(propertyWords, its.kind);
    const actor = oneOf(
      actors,
      (tree.actions[its.number % tree.actions.length] as ActionTree).actor,
    );
    const actorSets = sets.flatMap(({ name }, at) => (name === actor ? [at] : []));
    const isOfActor = word === "progress";
    const choices = chosen(isOfActor ? actorSets : its.forAny);
    const predicate = (name: string, twig: Twig | undefined): string =>
      `${name}: ${asked(choices, twig)},`;
    const when = its.when === undefined ? [] : [predicate("when", its.when)];
    const parts = ((): readonly string[] => {
      switch (word) {
        case "invariant":
        case "witness":
        case "alwaysEventually":
        case "eventuallyAlways":
          return [...when, predicate("holds", its.holds)];
        case "stepProperty": {
          const by = its.number % 3 === 1 ? [`by: "${oneOf(actorNames, its.number)}",`] : [];
          const condition = its.when === undefined ? [] : [`when: ${compared(choices, its.when)},`];
          return [...by, ...condition, `holds: ${compared(choices, its.holds ?? nothing)},`];
        }
        case "leadsTo":
          return [predicate("from", its.when), predicate("to", its.holds)];
        case "recoverable":
          return [...when, predicate("to", its.holds)];
        case "within": {
          const counted = its.more === undefined ? oneOf(actionNames, its.number) : undefined;
          const counting =
            counted === undefined ? predicate("counting", its.more) : `counting: "${counted}",`;
          const idle = oneOf(actorNames, its.number + 1);
          const mayIdle = counted === undefined || idle !== oneOf(actorNames, its.number);
          return [
            predicate("from", its.when),
            predicate("to", its.holds),
            counting,
            ...(its.number % 3 === 1 && mayIdle ? [`idle: ["${idle}"],`] : []),
            `atMost: ${its.number % 4},`,
          ];
        }
        case "progress": {
          const counting = [
            [],
            [`counting: ["${oneOf(actionNames, its.number + 1)}"],`],
            [predicate("counting", its.more)],
          ];
          return [`of: ${actor},`, ...oneOf(counting, Math.floor(its.number / 2))];
        }
        case "temporal":
          return [
            `formula: ({ always, eventually, next, until, weakUntil, not, and, or, implies, taken }) =>\n  ${formula(its, choices)},`,
          ];
      }
    })();
    const forAny = isOfActor ? [] : [listed(choices).trimEnd()];
    const lines = [...forAny, ...parts].filter((line) => line !== "");
    return [`const c${at} = ${word}(${block(lines)});`, section];
  }

  /** A formula of at most three words of time. */
  function formula({ holds, more, when }: PropertyTree, choices: readonly Named[]): string {
    let words = 3;
    const grown = (twig: Twig | undefined): string => {
      const { form, number, left, right } = twig ?? nothing;
      const isOfTime = ![0, 1, 2, 3].includes(form % 10);
      if (isOfTime && words-- <= 0) return asked(choices, twig);
      switch (form % 10) {
        case 0:
          return asked(choices, left);
        case 1:
          return `not(${grown(left)})`;
        case 2:
          return `${oneOf(["and", "or"], number)}(${grown(left)}, ${grown(right)})`;
        case 3:
          return `implies(${grown(left)}, ${grown(right)})`;
        case 4:
          return `taken("${oneOf(actionNames, number)}")`;
        case 5:
          return `next(${grown(left)})`;
        case 6:
          return `always(${grown(left)})`;
        case 7:
          return `eventually(${grown(left)})`;
        case 8:
          return `until(${grown(left)}, ${grown(right)})`;
        default:
          return `weakUntil(${grown(left)}, ${grown(right)})`;
      }
    };
    return grown(holds ?? more ?? when ?? { form: 7, number: 0 });
  }

  const initial = ((): readonly string[] => {
    if (tree.initial === undefined) return [];
    const choices = chosen(tree.initial.forAny);
    return [
      `initial: ${block([
        ...[listed(choices).trimEnd()].filter((line) => line !== ""),
        `effect: ${changed(choices, [tree.initial.change], undefined)},`,
      ])},`,
    ];
  })();
  const actions = tree.actions.map(actionText);
  const properties = tree.properties.map(propertyText);
  const mayEnd = ((): readonly string[] => {
    if (tree.mayEnd === "nowhere") return [];
    if (tree.mayEnd === "anywhere") return ["mayEnd: () => true,"];
    return [`mayEnd: ${asked([], tree.mayEnd)},`];
  })();
  const sections = [...new Set(propertyWords.map(([, section]) => section))].flatMap((section) => {
    const names = properties.flatMap(([, its], at) => (its === section ? [`c${at}`] : []));
    return names.length === 0 ? [] : [`${section}: { ${names.join(", ")} },`];
  });
  const kept = variables.flatMap(({ name }, at) => (at === 1 ? [] : [`"${name}"`]));
  const state = [
    ...variables.map(({ name, sort }) => `${name}: ${domainText(sort)},`),
    ...(changes.isSaving ? [`image: saved(${kept.join(", ")}),`] : []),
  ];
  return [
    `import { ${language.join(", ")} } from "hintproof";`,
    "",
    ...sets.map(setText),
    "",
    `const { ${words.join(", ")} } = declare({`,
    indented([`constants: { limit: ${tree.limit} },`, `state: ${block(state)},`]),
    "});",
    "",
    ...questions.helpers.flatMap((helper) => [helper, ""]),
    ...[...asserted].flatMap((name) => [`const ${name} = assertion("${name} is so");`, ""]),
    ...actions.flatMap((action) => [action, ""]),
    ...properties.flatMap(([text]) => [text, ""]),
    `export default spec(${block([
      'name: "random",',
      'title: "a spec that was grown",',
      ...initial,
      ...(tree.isFair ? ['fairness: "weak",'] : []),
      `actions: { ${actionNames.join(", ")} },`,
      ...sections,
      ...(asserted.size === 0 ? [] : [`assertions: { ${[...asserted].sort().join(", ")} },`]),
      ...mayEnd,
    ])});`,
    "",
  ].join("\n");
}

export const language = [
  "assert",
  "buddies",
  "declare",
  "each",
  "interchangeable",
  "message",
  "oneOf",
  "optional",
  "ordered",
  "range",
  "record",
  "saved",
  "sequence",
  "subset",
] as const;

const words = [
  "action",
  "alwaysEventually",
  "assertion",
  "eventuallyAlways",
  "invariant",
  "leadsTo",
  "progress",
  "recoverable",
  "restore",
  "snapshot",
  "spec",
  "stepProperty",
  "temporal",
  "within",
  "witness",
];

const propertyWords = [
  ["invariant", "invariants"],
  ["stepProperty", "stepProperties"],
  ["witness", "witnesses"],
  ["leadsTo", "liveness"],
  ["alwaysEventually", "liveness"],
  ["eventuallyAlways", "liveness"],
  ["recoverable", "liveness"],
  ["within", "liveness"],
  ["temporal", "liveness"],
  ["progress", "liveness"],
] as const;

const choiceSorts: readonly Sort[] = [
  { kind: "word", words: ["a", "b"] },
  { kind: "whole", min: 0, step: 1, count: 3 },
];

const isOrdered = ({ kind, ordered }: SetName): boolean =>
  kind === "ordered" || ordered === "halves and trees";

const isChosen = ({ kind }: SetName): boolean => kind !== "blocks";

function setsOf(tree: SpecTree): readonly SetName[] {
  return tree.sets.flatMap(({ kind, size }, at): readonly SetName[] => {
    const name = ["page", "cpu", "slot"][at] as string;
    const buddiesOf = (
      trees: number,
      levels: number,
      order?: SetName["ordered"],
    ): readonly SetName[] => [
      { name, kind: "buddies", size: trees * 2 ** levels, ordered: order },
      {
        name: `${name}Block`,
        kind: "blocks",
        size: trees * (2 ** (levels + 1) - 1),
        ordered: order,
      },
    ];
    if (!tree.isSymmetric && kind === 3 && size === 1) return buddiesOf(1, 1, "halves and trees");
    if (!tree.isSymmetric || kind === 2) return [{ name, kind: "ordered", size }];
    if (kind !== 3) return [{ name, kind: "interchangeable", size }];
    if (size === 1) return buddiesOf(1, 2);
    return size === 2 ? buddiesOf(2, 1, "halves") : buddiesOf(2, 1);
  });
}

function setText(
  { name, kind, size, ordered }: SetName,
  _: number,
  all: readonly SetName[],
): string {
  switch (kind) {
    case "blocks":
      return `const ${name} = ${name.replace("Block", "")}.blocks("${name}");`;
    case "buddies": {
      const blocks = all.find((set) => set.name === `${name}Block`);
      const trees = 2 * size - (blocks?.size ?? 0);
      const order = ordered === undefined ? "" : `, ordered: "${ordered}"`;
      const shape = `levels: ${Math.log2(size / trees)}, trees: ${trees}${order}`;
      return `const ${name} = buddies("${name}", { ${shape} });`;
    }
    default:
      return `const ${name} = ${kind}("${name}", ${size});`;
  }
}

/** The domain that a twig stands for. */
function sortOf(
  twig: Twig | undefined,
  sets: readonly SetName[],
  tree: SpecTree,
  depth: number,
  isBehindNone = false,
): Sort {
  const { form, number, left, right } = twig ?? nothing;
  const set = oneOf(sets, number);
  const inner = (of: Twig | undefined, behindNone = false): Sort =>
    sortOf(of, sets, tree, depth + 1, behindNone);
  const scalar = (): Sort => {
    const kind = form % 4;
    const step = [1, 1, 1, 1, 1, 1000, 20_000][number % 7] as number;
    if (kind === 1) return { kind: "whole", min: (number % 3) - 1, step, count: 2 + (number % 3) };
    if (kind === 2 && (isOrdered(set) || isBehindNone || tree.looksAtOrder)) {
      return { kind: "index", set };
    }
    return { kind: "word", words: ["a", "b", "c"].slice(0, 2 + (number % 2)) };
  };
  if (depth >= 3) return scalar();
  switch (form % 12) {
    case 4:
    case 5:
    case 6:
      return { kind: "each", set, of: inner(left) };
    case 7:
    case 8:
      return { kind: "sequence", of: inner(left, true), max: 1 + (number % 3) };
    case 9:
      return { kind: "subset", set };
    case 10: {
      const of = inner(left, true);
      return of.kind === "optional" ? of : { kind: "optional", of };
    }
    case 11:
      return {
        kind: number % 3 === 2 ? "message" : "record",
        x: inner(left),
        y: inner(right),
      };
    default:
      return scalar();
  }
}

function domainText(sort: Sort): string {
  switch (sort.kind) {
    case "word":
      return `oneOf(${sort.words.map((word) => JSON.stringify(word)).join(", ")})`;
    case "whole":
      return `range(${sort.min}, ${sort.min + sort.step * (sort.count - 1)})`;
    case "index":
      return sort.set.name;
    case "each":
      return `each(${sort.set.name}, ${domainText(sort.of)})`;
    case "message": {
      const x = domainText(sort.x);
      return `message({ a: { x: ${x} }, b: { x: ${x}, y: ${domainText(sort.y)} } })`;
    }
    case "record":
      return `record({ x: ${domainText(sort.x)}, y: ${domainText(sort.y)} })`;
    case "sequence":
      return `sequence(${domainText(sort.of)}, ${sort.max})`;
    case "subset":
      return `subset(${sort.set.name})`;
    case "optional":
      return `optional(${domainText(sort.of)})`;
  }
}
