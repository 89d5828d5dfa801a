import {
  block,
  bodyOf,
  elementsIn,
  inside,
  type Named,
  nothing,
  oneOf,
  type Scope,
} from "./scope.ts";
import type { ListSort, SetName, Sort, Twig } from "./tree.ts";

/** Writes expressions; what they need is written before them, in lines of the scope or as functions of the file. */
export class Questions {
  readonly looksAtOrder: boolean;
  /** Functions of the file. */
  readonly helpers: string[] = [];
  #fresh = 0;

  constructor(looksAtOrder: boolean) {
    this.looksAtOrder = looksAtOrder;
  }

  fresh(name: string): string {
    this.#fresh++;
    return `${name}${this.#fresh}`;
  }

  /** Whether what is said of a set may tell its elements apart. */
  mayName({ kind, ordered }: SetName): boolean {
    return kind === "ordered" || ordered === "halves and trees" || this.looksAtOrder;
  }

  // ---- Something true or false ----

  condition(twig: Twig | undefined, scope: Scope): string {
    const { form, number, left, right } = twig ?? nothing;
    const subject = (): string => {
      const { text, sort } = oneOf(scope.values, number);
      return this.test(text, sort, left, scope);
    };
    if (scope.values.length === 0) return "true";
    switch (form % 16) {
      case 8:
        return `(${this.condition(left, scope)} && ${this.#later(scope, right)})`;
      case 9:
        return `(${this.condition(left, scope)} || ${this.#later(scope, right)})`;
      case 10:
        return `!${this.condition(left, scope)}`;
      case 11: {
        const one = this.condition(left, scope);
        return `(${one} === ${this.condition(right, scope)})`;
      }
      case 12: {
        const name = this.fresh("isSo");
        const { names } = scope;
        const own = inside(scope, [], []);
        const result = this.condition(left, own);
        const parameters = names.join(", ");
        this.helpers.push(
          `function ${name}(${parameters}) ${block([...own.lines, `return ${result};`])}`,
        );
        return `${name}(${parameters})`;
      }
      case 13: {
        const name = this.fresh("isThere");
        const own = inside(scope, [], []);
        const result = this.condition(left, own);
        scope.lines.push(`const ${name} = () => ${bodyOf(own.lines, result)};`);
        return `${name}()`;
      }
      default:
        return subject();
    }
  }

  /** A condition that is asked only where it comes to that. */
  #later(scope: Scope, twig: Twig | undefined): string {
    return this.lazily(scope, (own) => this.condition(twig, own));
  }

  lazily(scope: Scope, write: (scope: Scope) => string): string {
    const own = inside(scope, [], []);
    const result = write(own);
    return own.lines.length === 0 ? result : `(() => ${bodyOf(own.lines, result)})()`;
  }

  // ---- A value ----

  test(text: string, sort: Sort, twig: Twig | undefined, scope: Scope): string {
    const { form, number, left, right } = twig ?? nothing;
    switch (sort.kind) {
      case "word": {
        const word = JSON.stringify(oneOf(sort.words, number));
        return oneOf(
          [`${text} === ${word}`, `${text} !== ${word}`, `[${word}, "c"].includes(${text})`],
          form,
        );
      }
      case "whole": {
        const bound = sort.min + sort.step * (number % sort.count);
        const parity = sort.min + sort.step;
        return oneOf(
          [
            `${text} === ${bound}`,
            `${text} < ${bound}`,
            `${text} >= ${bound}`,
            `(${text} - ${parity}) % ${2 * sort.step} === 0`,
          ],
          form,
        );
      }
      case "index":
        return this.#ofElement(text, sort.set, form, number, scope);
      case "optional": {
        const inner = (): string =>
          this.lazily(scope, (own) => this.test(text, sort.of, left, own));
        switch (form % 3) {
          case 0:
            return `${text} === "none"`;
          case 1:
            return `(${text} !== "none" && ${inner()})`;
          default:
            return `(${text} === "none" || ${inner()})`;
        }
      }
      case "record": {
        const x = (): string => this.test(`${text}.x`, sort.x, left, scope);
        switch (form % 4) {
          case 0:
            return x();
          case 1:
            return this.test(`${text}.y`, sort.y, right, scope);
          case 2: {
            const [own, copy] = [this.fresh("x"), this.fresh("y")];
            scope.lines.push(`const { x: ${own}, y: ${copy} } = ${text};`);
            const one = this.test(own, sort.x, left, scope);
            return `(${one} && ${this.lazily(scope, (later) => this.test(copy, sort.y, right, later))})`;
          }
          default:
            return `(${x()} || ${this.lazily(scope, (own) => this.test(`({ ...${text} }).y`, sort.y, right, own))})`;
        }
      }
      case "message":
        return this.#ofMessage(text, sort, twig ?? nothing, scope);
      case "subset":
        return this.#ofSubset(text, sort.set, twig ?? nothing, scope);
      default:
        return this.#ofList(text, sort, twig ?? nothing, scope);
    }
  }

  #ofElement(text: string, set: SetName, form: number, number: number, scope: Scope): string {
    const others = elementsIn(scope, set).filter((other) => other !== text);
    const named = oneOf(
      [
        `Number(${text}) === ${number % set.size}`,
        `String(${text}) === "${number % set.size}"`,
        `${text} < ${1 + (number % set.size)}`,
        ...(set.kind === "blocks" ? [`${set.name}.order(${text}) === 0`] : []),
      ],
      form,
    );
    const placed = this.#ofPlace(text, set, form, number);
    if (others.length === 0) return this.mayName(set) ? named : (placed ?? `${text} === ${text}`);
    if (form % 4 === 3 && this.mayName(set)) return named;
    const other = oneOf(others, number);
    if (form % 4 === 2 && this.mayName(set)) return `${text} < ${other}`;
    if (form % 4 > 1 && placed !== undefined) return placed;
    return form % 2 === 0 ? `${text} === ${other}` : `${text} !== ${other}`;
  }

  /** Where an element is in its tree, which whole trees keep; undefined where nothing tells. */
  #ofPlace(text: string, set: SetName, form: number, number: number): string | undefined {
    if (set.ordered === undefined) return undefined;
    if (set.kind === "buddies") return `${set.name}.offset(${text}) < ${number % 3}`;
    return oneOf(
      [
        `${set.name}.isLower(${text})`,
        `${set.name}.halves(${text})[${number % 2}] === ${set.name}.buddy(${text})`,
        `(${set.name}.halves(${set.name}.around(${text}).at(-1))[0] ?? ${text}) === ${text}`,
        `${set.name}.of(${set.name}.first(${text})) === ${text}`,
      ],
      form + number,
    );
  }

  #ofSubset(text: string, set: SetName, { form, number, left }: Twig, scope: Scope): string {
    const elements = elementsIn(scope, set);
    const member = this.fresh("member");
    const of: Named = { text: member, sort: { kind: "index", set } };
    switch (form % 6) {
      case 0:
        return `${text}.size ${this.#compared(number, scope)}`;
      case 1:
        return elements.length === 0
          ? `${text}.size > 0`
          : `${text}.has(${oneOf(elements, number)})`;
      case 2: {
        const own = inside(scope, [of], [member]);
        const result = this.test(member, of.sort, left, own);
        return `[...${text}].every((${member}) => ${bodyOf(own.lines, result)})`;
      }
      case 3: {
        const count = this.fresh("count");
        const own = inside(scope, [of], [member]);
        const result = this.test(member, of.sort, left, own);
        scope.lines.push(
          `let ${count} = 0;`,
          `for (const ${member} of ${text}) ${block([...own.lines, `if (${result}) ${count} += 1;`])}`,
        );
        return `${count} ${this.#compared(number, scope)}`;
      }
      case 4: {
        if (!this.mayName(set) || elements.length === 0) return `${text}.size === 1`;
        return `[...${text}][0] === ${oneOf(elements, number)}`;
      }
      default: {
        const count = this.fresh("count");
        const own = inside(scope, [of], [member]);
        const result = this.test(member, of.sort, left, own);
        scope.lines.push(
          `let ${count} = 0;`,
          `${text}.forEach((${member}) => ${block([...own.lines, `if (${result}) ${count} += 1;`])});`,
        );
        return `${count} ${this.#compared(number, scope)}`;
      }
    }
  }

  #compared(number: number, scope: Scope): string {
    const limit = scope.names.includes("constants") ? "constants.limit" : "1";
    return oneOf(
      ["> 0", "=== 1", "< 2", "% 2 === 0", `> ${limit}`, `=== ${limit}`, "=== 2", "< 3"],
      number,
    );
  }

  // ---- Lists ----

  #ofList(text: string, sort: ListSort, twig: Twig, scope: Scope): string {
    const { form, number, left, right } = twig;
    const tellsApart = sort.kind === "sequence" || this.mayName(sort.set);
    const method = (name: string, inner: Twig | undefined, of = text): string =>
      `${of}.${name}(${this.callback(sort, inner, scope)})`;
    const counted = (): string =>
      `${this.count(text, sort, twig, scope)} ${this.#compared(number, scope)}`;
    switch (form % 16) {
      case 0:
        return method("some", left);
      case 1:
        return method("every", left);
      case 2:
        return this.#atPlace(text, sort, twig, scope);
      case 3:
        return `${text}.find(${this.callback(sort, left, scope)}) !== undefined`;
      case 4:
        return `${method("filter", left)}.some(${this.callback(sort, right, scope)})`;
      case 5:
        return sort.kind === "sequence"
          ? `${text}.length ${this.#compared(number, scope)}`
          : counted();
      case 6:
      case 7:
        return tellsApart ? this.#inOrder(text, sort, twig, scope) : counted();
      default:
        return counted();
    }
  }

  /** The value at a place that is named: by an element in scope, or by a number. */
  #atPlace(text: string, sort: ListSort, { number, left }: Twig, scope: Scope): string {
    if (sort.kind === "each") {
      const elements = elementsIn(scope, sort.set);
      const named = `${sort.set.name}.at(${number % sort.set.size})`;
      const place =
        elements.length > 0
          ? oneOf(elements, number)
          : sort.set.kind === "ordered"
            ? named
            : undefined;
      if (place === undefined) return `${text}.length > 0`;
      return this.test(`${text}[${place}]`, sort.of, left, scope);
    }
    const place = oneOf(["0", "1", `${text}.length - 1`], number);
    const value = this.fresh("value");
    scope.lines.push(`const ${value} = ${text}[${place}];`);
    return `(${value} !== undefined && ${this.lazily(scope, (own) => this.test(value, sort.of, left, own))})`;
  }

  callback(sort: ListSort, twig: Twig | undefined, scope: Scope): string {
    const [value, own, parameters] = this.#inCallback(sort, twig, scope);
    const result = this.#ofValue(value, sort, twig, own);
    return `(${parameters}) => ${bodyOf(own.lines, result)}`;
  }

  /** The value, what may be said there, and the parameters of a callback; an index only where one is of use. */
  #inCallback(
    sort: ListSort,
    twig: Twig | undefined,
    scope: Scope,
  ): readonly [value: string, own: Scope, parameters: string] {
    const value = this.fresh("value");
    const named: Named = { text: value, sort: sort.of };
    if (sort.kind === "sequence" || (twig ?? nothing).number % 2 === 0) {
      return [value, inside(scope, [named], [value]), value];
    }
    const index = this.fresh("index");
    const element: Named = { text: index, sort: { kind: "index", set: sort.set } };
    return [value, inside(scope, [named, element], [value, index]), `${value}, ${index}`];
  }

  /** What is asked of the value of a callback: most of the time of it, otherwise of anything. */
  #ofValue(value: string, sort: ListSort, twig: Twig | undefined, own: Scope): string {
    const { form, number } = twig ?? nothing;
    return form > 20 && number > 2
      ? this.condition({ ...(twig ?? nothing), form: form % 16 }, own)
      : this.test(value, sort.of, twig, own);
  }

  /** How many of the values fit, found out in one of many ways to pass something on. */
  count(text: string, sort: ListSort, { number, form, left, right }: Twig, scope: Scope): string {
    const [value, own, parameters] = this.#inCallback(sort, left, scope);
    const fits = this.#ofValue(value, sort, left, own);
    const does = (...lines: readonly string[]): string =>
      `(${parameters}) => ${block([...own.lines, ...lines])}`;
    const answers = (result: string): string => `(${parameters}) => ${bodyOf(own.lines, result)}`;
    const [count, kept, keep] = [this.fresh("count"), this.fresh("kept"), this.fresh("keep")];
    const say = (...lines: readonly string[]): void => void scope.lines.push(...lines);
    switch ((form + 3 * number) % 24) {
      case 0:
        return `${text}.filter(${answers(fits)}).length`;
      case 1:
        return `${text}.reduce((sum, ${parameters}) => ${bodyOf(own.lines, `${fits} ? sum + 1 : sum`)}, 0)`;
      case 2: {
        const [, index] = parameters.split(", ");
        const each =
          index === undefined ? `${value} of ${text}` : `[${index}, ${value}] of ${text}.entries()`;
        say(
          `let ${count} = 0;`,
          `for (const ${each}) ${block([...own.lines, `if (${fits}) ${count} += 1;`])}`,
        );
        return count;
      }
      case 3:
        say(
          `let ${count} = 0;`,
          `${text}.every(${does(`if (${fits}) ${count} += 1;`, "return true;")});`,
        );
        return count;
      case 4:
        say(
          `const ${kept} = [];`,
          `${text}.every(${does(`if (${fits}) ${kept}.push(${value});`, "return true;")});`,
        );
        return `${kept}.length`;
      case 5:
        say(
          `const ${kept} = [];`,
          `const ${keep} = (it) => ${block([`${kept}.push(it);`, "return true;"])};`,
          `${text}.some(${answers(`${fits} && !${keep}(${value})`)});`,
        );
        return `${kept}.length`;
      case 6:
        this.helpers.push(
          `function ${keep}(list, it) ${block(["list.push(it);", "return true;"])}`,
        );
        say(
          `const ${kept} = [];`,
          `${text}.every(${answers(`!(${fits}) || ${keep}(${kept}, ${value})`)});`,
        );
        return `${kept}.length`;
      case 7:
        say(
          `const ${kept} = { count: 0 };`,
          `const ${keep} = () => ${block([`${kept}.count += 1;`, "return true;"])};`,
          `${text}.every(${answers(`${fits} ? ${keep}() : true`)});`,
        );
        return `${kept}.count`;
      case 8:
        return `${text}.map(${answers(fits)}).filter(Boolean).length`;
      case 9:
        say(`let ${count} = 0;`, `${text}.forEach(${does(`if (${fits}) ${count} += 1;`)});`);
        return count;
      case 10:
        return `${text}.flatMap(${answers(`${fits} ? [1] : []`)}).length`;
      case 11:
        say(
          `const ${kept} = new Map();`,
          `${text}.every(${does(
            `if (${fits}) ${kept}.set("found", (${kept}.get("found") ?? 0) + 1);`,
            "return true;",
          )});`,
        );
        return `(${kept}.get("found") ?? 0)`;
      case 12:
        say(
          `const ${keep} = ((found) => ({ one: () => (found += 1), all: () => found }))(0);`,
          `${text}.every(${answers(`!(${fits}) || ${keep}.one() > 0`)});`,
        );
        return `${keep}.all()`;
      case 13:
        say(
          `let ${count} = 0;`,
          `${text}.find(${does(`if (${fits}) ${count} += 1;`, "return false;")});`,
        );
        return count;
      case 14:
        say(
          `const ${keep} = function* () ${block([
            `for (const it of ${text}.map(${answers(fits)})) if (it) yield 1;`,
          ])};`,
        );
        return `[...${keep}()].length`;
      case 15:
        say(
          `let ${count} = 0;`,
          `try ${block([
            `${text}.forEach(${does(
              `if (!(${fits})) return;`,
              `${count} += 1;`,
              `if (${count} > 1) throw new Error("enough");`,
            )});`,
          ])} catch {}`,
        );
        return count;
      case 16:
        say(
          `const ${kept} = { count: 0 };`,
          `const ${keep} = function (it) ${block(["this.count += it ? 1 : 0;", "return true;"])};`,
          `${text}.map(${answers(fits)}).every(${keep}.bind(${kept}));`,
        );
        return `${kept}.count`;
      case 17:
        say(
          `let ${count} = 0;`,
          `const ${keep} = ${block([`get next() ${block([`${count} += 1;`, "return true;"])},`])};`,
          `${text}.every(${answers(`!(${fits}) || ${keep}.next`)});`,
        );
        return count;
      case 18:
        say(
          `const ${kept} = [];`,
          `const ${keep} = (_, it) => ${kept}.push(it) > 0;`,
          `${text}.every(${answers(`!(${fits}) || ${keep}\`\${${value}}\``)});`,
        );
        return `${kept}.length`;
      case 19: {
        const walk = this.fresh("walk");
        say(
          `const ${keep} = ${answers(fits)};`,
          `const ${walk} = ([first, ...rest], at) =>`,
          `  first === undefined ? 0 : (${keep}(first, at) ? 1 : 0) + ${walk}(rest, at + 1);`,
        );
        return `${walk}([...${text}], 0)`;
      }
      case 20: {
        const second = this.callback(sort, right, scope);
        say(
          `let ${count} = 0;`,
          `${text}.every(${does(
            `if (${fits}) ${count} += ${text}.filter(${second}).length;`,
            "return true;",
          )});`,
        );
        return count;
      }
      case 21: {
        const second = this.callback(sort, right, scope);
        say(
          `const ${kept} = [];`,
          `${text}.some(${does(`if (${fits}) ${kept}.push(${value});`, "return false;")});`,
        );
        return `${kept}.filter(${/, index/.test(second) ? "() => true" : second}).length`;
      }
      case 22:
        say(
          `let ${count} = 0;`,
          `const ${keep} = (it, more = (${count} += 1)) => it && more > 0;`,
          `${text}.every(${answers(`!(${fits}) || ${keep}(true)`)});`,
        );
        return count;
      default:
        say(
          `const ${kept} = [];`,
          `${text}.map(${answers(fits)}).sort((one, other) => ${block([
            `${kept}.push(one !== other);`,
            "return Number(one) - Number(other);",
          ])});`,
        );
        // How often a sort compares is nobody's business; whether it had to is.
        return `(${kept}.length > 0 ? 1 : 0)`;
    }
  }

  /** Questions whose answer depends on which comes first. */
  #inOrder(text: string, sort: ListSort, twig: Twig, scope: Scope): string {
    const { form, number, left, right } = twig;
    const [value, own, parameters] = this.#inCallback(sort, left, scope);
    const fits = this.#ofValue(value, sort, left, own);
    const answers = `(${parameters}) => ${bodyOf(own.lines, fits)}`;
    const does = (...lines: readonly string[]): string =>
      `(${parameters}) => ${block([...own.lines, ...lines])}`;
    const found = this.fresh("found");
    const isFound = (): string =>
      `(${found} !== undefined && ${this.lazily(scope, (later) => this.test(found, sort.of, right, later))})`;
    const elements = sort.kind === "each" ? elementsIn(scope, sort.set) : [];
    if (sort.kind === "sequence" && form % 3 === 1)
      return this.#ofSequence(text, sort, twig, scope);
    switch ((number + 8 * Math.floor(form / 16)) % 12) {
      case 0:
        scope.lines.push(`const ${found} = ${text}.find(${answers});`);
        return isFound();
      case 1:
        scope.lines.push(`const [${found}] = ${text}.filter(${answers});`);
        return isFound();
      case 2:
        return `${text}.findIndex(${answers}) > 0`;
      case 3:
        scope.lines.push(
          `let ${found};`,
          `${text}.forEach(${does(`if (${fits}) ${found} = ${value};`)});`,
        );
        return isFound();
      case 4:
        scope.lines.push(
          `let ${found};`,
          `${text}.some(${does(`if (${fits}) ${found} ??= ${value};`, `return ${found} !== undefined;`)});`,
        );
        return isFound();
      case 5: {
        const [first] = elements;
        if (first === undefined) return `${text}.findIndex(${answers}) === 0`;
        scope.lines.push(`const [${found}] = ${text}.keys();`);
        return `(${found} === ${first} && ${text}.some(${answers}))`;
      }
      case 6:
        return `${text}.map(${answers}).indexOf(true) === 0`;
      case 7:
        return `${text}.map(${answers}).lastIndexOf(false) > 0`;
      case 8:
        return `${text}.map(${answers}).join("").startsWith("true")`;
      case 9:
        scope.lines.push(`const ${found} = ${text}.map(${answers});`);
        return `${found}.every((it, at) => at === 0 || it === ${found}[at - 1] || it)`;
      case 10:
        scope.lines.push(
          `let ${found} = 0;`,
          `for (const [at, it] of ${text}.map(${answers}).entries()) if (it) ${found} += at;`,
        );
        return `${found} > 1`;
      default:
        scope.lines.push(
          `const ${found} = ${text}.reduce((best, ${value}${parameters.slice(value.length)}) => ${bodyOf(
            own.lines,
            `best === undefined && (${fits}) ? ${value} : best`,
          )}, undefined);`,
        );
        return isFound();
    }
  }

  /** Questions of which value is where in a sequence. */
  #ofSequence(
    text: string,
    sort: Extract<ListSort, { readonly kind: "sequence" }>,
    { number, left, right }: Twig,
    scope: Scope,
  ): string {
    const isScalar = ["word", "whole", "index"].includes(sort.of.kind);
    const member = (): string => this.made(sort.of, left, scope);
    switch (isScalar && this.#canMake(sort.of, scope) ? number % 5 : 3 + (number % 2)) {
      case 0:
        return `${text}.includes(${member()})`;
      case 1:
        return `${text}.indexOf(${member()}) ${this.#compared(number, scope)}`;
      case 2: {
        const wanted = this.fresh("wanted");
        scope.lines.push(`const ${wanted} = ${member()};`);
        return `${text}.indexOf(${wanted}) === ${text}.lastIndexOf(${wanted})`;
      }
      case 3: {
        const last = this.fresh("last");
        scope.lines.push(`const ${last} = ${text}.at(-1);`);
        return `(${last} !== undefined && ${this.lazily(scope, (own) => this.test(last, sort.of, left, own))})`;
      }
      default:
        return `${text}.slice(1).some(${this.callback(sort, right, scope)})`;
    }
  }

  /** Whether an expression of some value of a domain can be written: an element has to be named. */
  #canMake(sort: Sort, scope: Scope): boolean {
    return sort.kind !== "index" || this.anElement(sort.set, 0, scope) !== undefined;
  }

  // ---- New values ----

  /** An expression of some value of a domain. */
  made(sort: Sort, twig: Twig | undefined, scope: Scope): string {
    const { form, number, left, right } = twig ?? nothing;
    switch (sort.kind) {
      case "word":
        return JSON.stringify(oneOf(sort.words, number));
      case "whole":
        return `${sort.min + sort.step * (number % sort.count)}`;
      case "index":
        return this.anElement(sort.set, number, scope) ?? "0";
      case "each":
        return `Array.from({ length: ${sort.set.size} }, () => ${bodyOf([], this.made(sort.of, left, scope))})`;
      case "message": {
        const x = this.made(sort.x, left, scope);
        if (number % 2 === 0) return `{ kind: "a", x: ${x} }`;
        return `{ kind: "b", x: ${x}, y: ${this.made(sort.y, right, scope)} }`;
      }
      case "record":
        return `{ x: ${this.made(sort.x, left, scope)}, y: ${this.made(sort.y, right, scope)} }`;
      case "sequence": {
        const length = Math.min(sort.max, form % 3);
        if (sort.of.kind === "index" && this.anElement(sort.of.set, 0, scope) === undefined)
          return "[]";
        return `[${Array.from({ length }, (_, at) => this.made(sort.of, at === 0 ? left : right, scope)).join(", ")}]`;
      }
      case "subset": {
        const element = form % 2 === 0 ? undefined : this.anElement(sort.set, number, scope);
        return element === undefined ? "new Set()" : `new Set([${element}])`;
      }
      case "optional":
        if (form % 3 === 1) return '"none"';
        if (sort.of.kind === "index" && this.anElement(sort.of.set, 0, scope) === undefined) {
          return '"none"';
        }
        return this.made(sort.of, { ...(left ?? nothing), number }, scope);
    }
  }

  #ofMessage(
    text: string,
    sort: Extract<Sort, { kind: "message" }>,
    { form, left, right }: Twig,
    scope: Scope,
  ): string {
    const x = (): string => this.test(`${text}.x`, sort.x, left, scope);
    const ofY = (y: string, kind: string): string =>
      `(${kind} === "b" && ${this.lazily(scope, (own) => this.test(y, sort.y, right, own))})`;
    switch (form % 5) {
      case 0:
        return x();
      case 1:
        return `${text}.kind === "a"`;
      case 2:
        return ofY(`${text}.y`, `${text}.kind`);
      case 3: {
        const [kind, y] = [this.fresh("kind"), this.fresh("y")];
        scope.lines.push(`const { kind: ${kind}, y: ${y} } = ${text};`);
        return ofY(y, kind);
      }
      default:
        return `(Object.keys({ ...${text} }).length > 2 || ${text}.y === undefined)`;
    }
  }

  anElement(set: SetName, number: number, scope: Scope): string | undefined {
    const blocks = `${set.name}Block`;
    const first = elementsIn(scope, { ...set, name: blocks }).map((of) => `${blocks}.first(${of})`);
    const isTold = set.kind === "buddies" && set.ordered !== undefined;
    const elements = [...elementsIn(scope, set), ...(isTold ? first : [])];
    if (elements.length > 0) return oneOf(elements, number);
    return set.kind === "ordered" ? `${set.name}.at(${number % set.size})` : undefined;
  }
}
