import { attempt, type Constants, closest, type Spec, SpecError, show } from "../spec/index.ts";

/** The constants of a spec, with some overridden. A `SpecError` says which does not fit, and why. */
export function constantsOf(
  spec: Spec,
  overrides: Readonly<Record<string, number | boolean>>,
): Constants {
  for (const [name, value] of Object.entries(overrides)) {
    const standard = Object.hasOwn(spec.constants, name) ? spec.constants[name] : undefined;
    if (standard === undefined) {
      const near = closest(name, Object.keys(spec.constants));
      const known = Object.keys(spec.constants).join(", ") || "none";
      throw new SpecError(
        `${spec.name} has no constant ${name}${near === undefined ? "" : `; did you mean ${near}?`} ` +
          `(Its constants: ${known}.)`,
      );
    }
    if (typeof value !== typeof standard) {
      throw new SpecError(
        `${spec.name}: ${name} is ${typeof standard === "boolean" ? "true or false" : "a whole number"}, not ${show(value)}.`,
      );
    }
    if (typeof value === "number" && (!Number.isSafeInteger(value) || value < 0)) {
      throw new SpecError(`${spec.name}: ${name} is a whole number, 0 or more, not ${value}.`);
    }
  }
  const constants = Object.freeze({ ...spec.constants, ...overrides });
  for (const [sentence, condition] of Object.entries(spec.where)) {
    if (typeof condition !== "function") {
      throw new SpecError(
        `${spec.name}: the condition "${sentence}" is no function of the constants.`,
      );
    }
    const answer: unknown = attempt(`${spec.name}: the condition "${sentence}"`, (): unknown =>
      condition(onlyDeclared(constants)),
    );
    if (answer !== true && answer !== false) {
      throw new SpecError(
        `${spec.name}: the condition "${sentence}" answers ${show(answer)}; it must answer true or false.`,
      );
    }
    if (!answer) {
      throw new SpecError(
        `${spec.name}: the constants do not satisfy "${sentence}" (${shownConstants(constants)}).`,
      );
    }
  }
  return constants;
}

/** Constants of which a misspelt one is an error, not `undefined`; those that there are cost nothing more. */
export function onlyDeclared(constants: Constants): Constants {
  const misspelt = new Proxy(
    {},
    {
      get: (_, name) => {
        if (typeof name !== "string") return undefined;
        const near = closest(name, Object.keys(constants));
        throw new SpecError(
          `there is no constant ${name}${near === undefined ? "" : `; did you mean ${near}?`}`,
        );
      },
    },
  );
  return Object.freeze(Object.assign(Object.create(misspelt) as object, constants)) as Constants;
}

const shownConstants = (constants: Constants): string =>
  Object.entries(constants)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
