/** A function that is called with whatever it takes: a callback of the spec, or a method of an array. */
export type Callback = (...all: unknown[]) => unknown;

const quiet = new Map<string, boolean>();

/**
 * Whether a callback seems to do no more than answer. One that assigns to a variable around it, or adds
 * to a list, hands on more than its answer, so that its questions cannot be told as one decision. Its
 * text is all there is to go by.
 */
export function seemsQuiet(ask: Callback): boolean {
  if (ask.name.startsWith("bound ")) return false; // its text is not shown
  const text = Function.prototype.toString.call(ask);
  let answer = quiet.get(text);
  if (answer === undefined) {
    answer = isQuietText(text);
    quiet.set(text, answer);
  }
  return answer;
}

const assignment =
  /([\w$.\])]+)\s*(?:(?:[-+*/%&|^]|\*\*|<<|>>>?|&&|\|\||\?\?)?=(?![=>])|\+\+|--)|(?:\+\+|--)\s*([\w$.]+)/g;
const change =
  /\.\s*(?:push|unshift|pop|shift|splice|sort|reverse|fill|copyWithin|add|set|delete|clear|next)\s*(?:\?\.\s*)?\(/;

function isQuietText(text: string): boolean {
  if (change.test(text)) return false;
  for (const [, before, after] of text.matchAll(assignment)) {
    const target = before ?? after ?? "";
    // A variable of its own is nobody else's.
    if (!/^[\w$]+$/.test(target)) return false;
    const declared = `\\b(?:const|let|var)\\s+${target.replaceAll("$", "\\$")}(?![\\w$])`;
    if (!new RegExp(declared).test(text)) return false;
  }
  return true;
}
