import type { Questions } from "./questions.ts";
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

type Of<Kind extends Sort["kind"]> = Extract<Sort, { readonly kind: Kind }>;

/** Writes statements that change a value at a place, or assign another one to it, as lines of the scope. */
export class Changes {
  readonly #questions: Questions;
  /** Whether some change saves variables, or restores them. */
  isSaving = false;

  constructor(questions: Questions) {
    this.#questions = questions;
  }

  /** Some change of some variable; under a condition, if there is one. */
  change(twig: Twig, variables: readonly Named[], scope: Scope): void {
    const { form, number, left, right } = twig;
    if (form >= 44) return this.#save(number, scope);
    const { text, sort } = oneOf(variables, number);
    if (form % 4 !== 3) {
      this.#place(text, sort, left, scope);
      return;
    }
    const condition = this.#questions.condition(right, scope);
    const own = inside(scope, [], []);
    this.#place(text, sort, left, own);
    scope.lines.push(`if (${condition}) ${block(own.lines)}`);
  }

  /** Now and then what was never saved is restored. */
  #save(number: number, { lines }: Scope): void {
    this.isSaving = true;
    const restore = 'restore(state, "image");';
    if (number < 4) lines.push('snapshot(state, "image");');
    else if (number < 7) lines.push(`if (state.image !== "none") ${restore}`);
    else lines.push(restore);
  }

  #place(text: string, sort: Sort, twig: Twig | undefined, scope: Scope): void {
    const its = twig ?? nothing;
    switch (sort.kind) {
      case "word":
        return this.#word(text, sort, its, scope);
      case "index":
        return this.#assign(text, sort, its, scope);
      case "whole":
        return this.#whole(text, sort, its, scope);
      case "optional":
        return this.#optional(text, sort, its, scope);
      case "message":
        return this.#message(text, sort, its, scope);
      case "record":
        return this.#record(text, sort, its, scope);
      case "subset":
        return this.#subset(text, sort.set, its, scope);
      case "each":
        return this.#each(text, sort, its, scope);
      case "sequence":
        return this.#sequence(text, sort, its, scope);
    }
  }

  #assign(text: string, sort: Sort, twig: Twig, scope: Scope): void {
    scope.lines.push(`${text} = ${this.#questions.made(sort, twig, scope)};`);
  }

  #word(text: string, sort: Of<"word">, twig: Twig, scope: Scope): void {
    if (twig.form % 2 === 0) return this.#assign(text, sort, twig, scope);
    const [one, other] = [oneOf(sort.words, twig.number), oneOf(sort.words, twig.number + 1)];
    scope.lines.push(`${text} = ${text} === "${one}" ? "${other}" : "${one}";`);
  }

  #whole(text: string, { min, step, count }: Of<"whole">, twig: Twig, scope: Scope): void {
    const max = min + step * (count - 1);
    const line = oneOf(
      [
        `if (${text} < ${max}) ${text} += ${step};`,
        `${text} = ${this.#questions.made({ kind: "whole", min, step, count }, twig, scope)};`,
        `${text} = ((${text} - ${min} + ${step}) % ${step * count}) + ${min};`,
        `${text} = Math.max(${min}, ${text} - ${step});`,
        twig.number > 4 ? `${text} += ${step};` : `if (${text} > ${min}) ${text} -= ${step};`,
      ],
      twig.form,
    );
    scope.lines.push(line);
  }

  #optional(text: string, sort: Of<"optional">, twig: Twig, scope: Scope): void {
    const own = inside(scope, [], []);
    switch (twig.form % 4) {
      case 0:
        return this.#assign(text, sort, twig, scope);
      case 1:
        scope.lines.push(`${text} = "none";`);
        return;
      case 2:
        this.#place(text, sort.of, twig.left, own);
        scope.lines.push(`if (${text} !== "none") ${block(own.lines)}`);
        return;
      default:
        this.#assign(text, sort, twig, own);
        scope.lines.push(`if (${text} === "none") ${block(own.lines)} else ${text} = "none";`);
    }
  }

  #record(text: string, sort: Of<"record">, twig: Twig, scope: Scope): void {
    const y = (): string => this.#questions.made(sort.y, twig.right, scope);
    switch (twig.form % 6) {
      case 0:
        return this.#place(`${text}.x`, sort.x, twig.left, scope);
      case 1:
        return this.#place(`${text}.y`, sort.y, twig.right, scope);
      case 2:
        return this.#assign(text, sort, twig, scope);
      case 3:
        scope.lines.push(`${text} = { ...${text}, y: ${y()} };`);
        return;
      case 4: {
        const old = this.#questions.fresh("old");
        scope.lines.push(`const ${old} = ${text};`);
        this.#assign(text, sort, twig, scope);
        scope.lines.push(`${text}.x = ${old}.x;`);
        return;
      }
      default:
        scope.lines.push(`Object.assign(${text}, { y: ${y()} });`);
    }
  }

  #message(text: string, sort: Of<"message">, twig: Twig, scope: Scope): void {
    const made = (kind: number): string =>
      this.#questions.made(sort, { ...twig, number: kind }, scope);
    const own = inside(scope, [], []);
    switch (twig.form % 5) {
      case 0:
        return this.#place(`${text}.x`, sort.x, twig.left, scope);
      case 1:
        this.#place(`${text}.y`, sort.y, twig.right, own);
        scope.lines.push(`if (${text}.kind === "b") ${block(own.lines)}`);
        return;
      case 2:
        scope.lines.push(`${text} = ${text}.kind === "a" ? ${made(1)} : ${made(0)};`);
        return;
      case 3:
        // A message of one kind with the fields of another, now and then.
        scope.lines.push(`${text} = { ...${text}${twig.number === 7 ? ', kind: "a"' : ""} };`);
        return;
      default:
        return this.#assign(text, sort, twig, scope);
    }
  }

  #subset(text: string, set: SetName, twig: Twig, scope: Scope): void {
    const element = this.#questions.anElement(set, twig.number, scope);
    if (element === undefined || twig.form % 7 === 6) {
      scope.lines.push(`${text}.clear();`);
      return;
    }
    const line = oneOf(
      [
        `${text}.add(${element});`,
        `${text}.delete(${element});`,
        `if (!${text}.delete(${element})) ${text}.add(${element});`,
        `${text} = new Set([...${text}].filter((member) => member !== ${element}));`,
        `${text} = new Set([...${text}, ${element}]);`,
        `for (const member of [...${text}]) if (member !== ${element}) ${text}.delete(member);`,
      ],
      twig.form,
    );
    scope.lines.push(line);
  }

  /** A place in a list with a name of its own, what may be said of it, and the lines that come of it. */
  #inside(
    list: string,
    sort: ListSort,
    scope: Scope,
  ): readonly [place: string, index: string, own: Scope] {
    const index = this.#questions.fresh("at");
    const place = `${list}[${index}]`;
    const element: readonly Named[] =
      sort.kind === "each" ? [{ text: index, sort: { kind: "index", set: sort.set } }] : [];
    return [place, index, inside(scope, [{ text: place, sort: sort.of }, ...element], [index])];
  }

  #each(text: string, sort: Of<"each">, twig: Twig, scope: Scope): void {
    const { form, number, left, right } = twig;
    const questions = this.#questions;
    const elements = elementsIn(scope, sort.set);
    const element = questions.anElement(sort.set, number, scope);
    const [place, index, own] = this.#inside(text, sort, scope);
    const named = this.#questions.mayName(sort.set);
    switch (form % 14) {
      case 4: {
        const fits = questions.test(place, sort.of, right, own);
        const change = inside(own, [], []);
        this.#place(place, sort.of, left, change);
        const lines = [...own.lines, `if (${fits}) ${block(change.lines)}`];
        scope.lines.push(`for (const ${index} of ${text}.keys()) ${block(lines)}`);
        return;
      }
      case 5: {
        this.#place(place, sort.of, left, own);
        scope.lines.push(`${text}.forEach((_, ${index}) => ${block(own.lines)});`);
        return;
      }
      case 6: {
        const value = questions.fresh("value");
        const inner = inside(scope, [{ text: value, sort: sort.of }], [value]);
        const fits = questions.test(value, sort.of, right, inner);
        const made = questions.made(sort.of, left, scope);
        const result = `${fits} ? ${made} : ${value}`;
        scope.lines.push(`${text} = ${text}.map((${value}) => ${bodyOf(inner.lines, result)});`);
        return;
      }
      case 7:
        return this.#assign(text, sort, twig, scope);
      case 8:
        if (elements.length < 2) break;
        scope.lines.push(
          `[${text}[${elements[0]}], ${text}[${elements[1]}]] = [${text}[${elements[1]}], ${text}[${elements[0]}]];`,
        );
        return;
      case 9: {
        if (!named) break;
        const found = questions.fresh("found");
        const fits = questions.callback(sort, right, scope);
        scope.lines.push(`const ${found} = ${text}.findIndex(${fits});`);
        const change = inside(scope, [], []);
        this.#place(`${text}[${found}]`, sort.of, left, change);
        scope.lines.push(`if (${found} >= 0) ${block(change.lines)}`);
        return;
      }
      case 10: {
        // What the first one that fits makes of the others.
        if (!named) break;
        const isDone = questions.fresh("isDone");
        const fits = questions.test(place, sort.of, right, own);
        const change = inside(own, [], []);
        this.#place(place, sort.of, left, change);
        scope.lines.push(
          `let ${isDone} = false;`,
          `for (const ${index} of ${text}.keys()) ${block([
            ...own.lines,
            `if (!${isDone} && ${fits}) ${block([`${isDone} = true;`, ...change.lines])}`,
          ])}`,
        );
        return;
      }
      case 11: {
        // How many fit, passed on from one callback to the next.
        const count = questions.count(text, sort, { ...(right ?? nothing), form: number }, scope);
        const most = questions.fresh("most");
        scope.lines.push(`const ${most} = ${count};`);
        this.#place(place, sort.of, left, own);
        scope.lines.push(
          `for (const ${index} of ${text}.keys()) ${block([`if (${most} > 1) ${block(own.lines)}`])}`,
        );
        return;
      }
      case 12: {
        // One value in two places.
        const [one, other] = [element, questions.anElement(sort.set, number + 1, scope)];
        if (one === undefined || one === other) break;
        scope.lines.push(`${text}[${one}] = ${text}[${other}];`);
        return;
      }
      default:
    }
    if (element === undefined) return this.#each(text, sort, { ...twig, form: 5 }, scope);
    this.#place(`${text}[${element}]`, sort.of, left, scope);
  }

  #sequence(text: string, sort: Of<"sequence">, twig: Twig, scope: Scope): void {
    const { form, number, left, right } = twig;
    const questions = this.#questions;
    const canMake =
      sort.of.kind !== "index" || questions.anElement(sort.of.set, 0, scope) !== undefined;
    if (!canMake && [0, 1, 2, 3, 4, 5, 14, 15, 16, 17].includes(form % 27)) {
      scope.lines.push(`${text}.shift();`);
      return;
    }
    const made = (): string => questions.made(sort.of, left, scope);
    const hasRoom = `if (${text}.length < ${sort.max})`;
    const kept = (isNot: string): string => {
      const value = questions.fresh("value");
      const own = inside(scope, [{ text: value, sort: sort.of }], [value]);
      const fits = questions.test(value, sort.of, right, own);
      return `${text} = ${text}.filter((${value}) => ${bodyOf(own.lines, `${isNot}(${fits})`)});`;
    };
    const say = (line: string): void => void scope.lines.push(line);
    const isScalar = ["word", "whole", "index"].includes(sort.of.kind);
    switch (form % 27) {
      case 0:
      case 1:
        return say(number > 5 ? `${text}.push(${made()});` : `${hasRoom} ${text}.push(${made()});`);
      case 2:
        return say(`${hasRoom} ${text}.unshift(${made()});`);
      case 3:
        return say(`${hasRoom} ${text} = [...${text}, ${made()}];`);
      case 4:
        return say(`if (${text}.length > 0) ${text}[0] = ${made()};`);
      case 5:
        return say(`${hasRoom} ${text}.splice(${number % 3}, 0, ${made()});`);
      case 6:
        return say(`${text}.shift();`);
      case 7:
        return say(`${text}.pop();`);
      case 8:
        return say(kept(""));
      case 9:
        return say(kept("!"));
      case 10:
        return say(`if (${text}.length > 1) ${text}.push(${text}.shift());`);
      case 11:
        return say(`${text}.reverse();`);
      case 12: {
        const [place, index, own] = this.#inside(text, sort, scope);
        const fits = questions.test(place, sort.of, right, own);
        const change = inside(own, [], []);
        this.#place(place, sort.of, left, change);
        return say(
          `for (let ${index} = 0; ${index} < ${text}.length; ${index} += 1) ${block([
            ...own.lines,
            `if (${fits}) ${block(change.lines)}`,
          ])}`,
        );
      }
      case 13: {
        const found = questions.fresh("found");
        const fits = questions.callback(sort, right, scope);
        say(`const ${found} = ${text}.findIndex(${fits});`);
        return say(`if (${found} >= 0) ${text}.splice(${found}, 1);`);
      }
      case 14:
        // More than there is room for, most of the time.
        return say(`${text}.push(${made()}, ${made()});`);
      case 15:
        return say(
          `if (${text}.length < ${sort.max} && ${text}.push(${made()}) > 2) ${text}.shift();`,
        );
      case 16: {
        if (!isScalar)
          return say(`if (${text}.length > ${number % 3}) ${text}[${number % 3}] = ${made()};`);
        const member = questions.fresh("member");
        return say(
          `const ${member} = ${made()};\n` +
            `if (!${text}.includes(${member}) && ${text}.length < ${sort.max}) ${text}.push(${member});`,
        );
      }
      case 17: {
        if (!isScalar)
          return say(
            `if (${text}.length > ${number % 3}) ${text}.splice(${number % 3}, 1, ${made()});`,
          );
        const found = questions.fresh("found");
        say(`const ${found} = ${text}.indexOf(${made()});`);
        return say(`if (${found} >= 0) ${text}.splice(${found}, 1);`);
      }
      case 18:
        return say(`if (${text}.length > 1) ${text}.unshift(${text}.pop());`);
      case 19:
        return say(`${text}.splice(${number % 3}, 1);`);
      case 20:
        return say(`${text} = ${text}.slice(1);`);
      case 21:
        return say(`${text}.length = 0;`);
      case 22: {
        const own = inside(scope, [], []);
        this.#place(`${text}[${number % 3}]`, sort.of, left, own);
        return say(`if (${text}.length > ${number % 3}) ${block(own.lines)}`);
      }
      case 23: {
        // What is taken out is changed and put back.
        const taken = questions.fresh("taken");
        const own = inside(scope, [], []);
        this.#place(taken, sort.of, left, own);
        say(`let ${taken} = ${text}.shift();`);
        return say(
          `if (${taken} !== undefined) ${block([...own.lines, `${text}.push(${taken});`])}`,
        );
      }
      case 24:
        return say(`if (${text}.length > 0) ${hasRoom} ${text}.push(${text}[0]);`);
      case 25:
        return say(isScalar && this.#questions.looksAtOrder ? `${text}.sort();` : `${text}.pop();`);
      default:
        return this.#assign(text, sort, twig, scope);
    }
  }
}
