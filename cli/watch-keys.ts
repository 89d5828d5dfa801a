/** What somebody who watches wants. */
export type Wish =
  | { readonly kind: "again" | "all" | "quit" | "help" }
  /** To judge these properties from now on; all of them, if there are none. */
  | { readonly kind: "properties"; readonly names: readonly string[] };

/** What is said of the keys; they are those of vitest, as far as there is the same to do. */
export const keysHelp = `  a  check it with all its variants
  r  check it again (or Enter)
  p  judge only some properties
  q  quit (or Ctrl-C)
  h  this`;

/** Turns what is typed on a terminal, key by key, into wishes. */
export class WatchKeys {
  readonly #wish: (wish: Wish) => void;
  readonly #echo: (text: string) => void;
  /** What is typed of the names of properties, while these are asked for. */
  #typed: string | undefined;

  /** `echo` shows what is being typed of a line. */
  constructor(wish: (wish: Wish) => void, echo: (text: string) => void) {
    this.#wish = wish;
    this.#echo = echo;
  }

  /** What came from the terminal in one piece. */
  press(text: string): void {
    for (const key of text) {
      if (key === "\u0003" || key === "\u0004") this.#wish({ kind: "quit" });
      else if (this.#typed === undefined) this.#command(key);
      else this.#line(this.#typed, key);
    }
  }

  #command(key: string): void {
    switch (key) {
      case "a":
        return this.#wish({ kind: "all" });
      case "r":
      case "\r":
      case "\n":
        return this.#wish({ kind: "again" });
      case "q":
        return this.#wish({ kind: "quit" });
      case "h":
        return this.#wish({ kind: "help" });
      case "p":
        this.#typed = "";
        return this.#echo(`${asking} `);
    }
  }

  #line(typed: string, key: string): void {
    if (key === "\r" || key === "\n") {
      this.#typed = undefined;
      this.#echo("");
      const names = typed.split(",").map((name) => name.trim());
      return this.#wish({ kind: "properties", names: names.filter((name) => name !== "") });
    }
    if (key === "\u001b") {
      this.#typed = undefined;
      return this.#echo("");
    }
    const isErasing = key === "\u007f" || key === "\b";
    this.#typed = isErasing ? typed.slice(0, -1) : typed + key;
    this.#echo(`${asking} ${this.#typed}`);
  }
}

const asking = "properties, with commas between; none for all:";
