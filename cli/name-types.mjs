/*
 * What the compiler writes out again and again in a declaration file (the state of a protocol, for each of its actions)
 * gets a name there, once. Types stay what they are: an alias is no other type.
 */

/** Shorter ones gain nothing by a name. */
const leastLength = 200;

/** A type in braces stands behind one of these; what stands behind a name is the body of a declaration. */
const before = /[:<,|&(]\s*$|=>?\s*$|\breadonly\s+$/;

/** A declaration file without indentation, in which each type in braces that was there twice has a name. */
export function nameTypes(text) {
  if (text.includes("\ntype Type1 = ")) return text;
  const blocks = blocksOf(text);
  const counts = new Map();
  for (const { key } of blocks) counts.set(key, (counts.get(key) ?? 0) + 1);
  const repeated = blocks.filter(({ key }) => (counts.get(key) ?? 0) > 1);

  const names = new Map();
  const aliases = [];
  const nameOf = ({ key, start, end }) => {
    const known = names.get(key);
    if (known !== undefined) return known;
    const name = `Type${names.size + 1}`;
    names.set(key, name);
    aliases.push(`type ${name} = {${named(start + 1, end - 1)}};`);
    return name;
  };
  /** The text from one place to another, with names for the outermost of the types in it. */
  const named = (from, to) => {
    let written = "";
    let at = from;
    for (const block of repeated) {
      if (block.start < at || block.end > to) continue;
      written += text.slice(at, block.start) + nameOf(block);
      at = block.end;
    }
    return (written + text.slice(at, to)).replace(/^ +/gm, "");
  };
  const whole = named(0, text.length);
  if (aliases.length === 0) return whole;
  // Without this all names in a declaration file are exported, and those of two files are in each other's way.
  return `${whole}${aliases.join("\n")}\nexport {};\n`;
}

/** All types in braces that are long enough, in the order in which they begin. */
function blocksOf(text) {
  const blocks = [];
  const open = [];
  // Braces in texts and comments are none.
  for (const { 0: token, index } of text.matchAll(
    /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|\/\*[\s\S]*?\*\/|\/\/.*|[{}]/g,
  )) {
    if (token === "{") open.push(index);
    if (token !== "}") continue;
    const start = open.pop();
    const end = index + 1;
    if (end - start < leastLength || !before.test(text.slice(Math.max(0, start - 40), start)))
      continue;
    blocks.push({ start, end, key: text.slice(start, end).replace(/^ +/gm, "") });
  }
  return blocks.toSorted((one, other) => one.start - other.start);
}
