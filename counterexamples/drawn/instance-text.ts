import { type Constants, printable } from "../../spec/index.ts";
import type { Story } from "../story.ts";

/** As many constants as are shown even where they are the protocol's own. */
const fewConstants = 4;

/**
 * "protocol / variant, pages=2 cpus=1": an instance by its name and its constants; of many constants
 * only those that are not the protocol's own.
 */
export function instanceText(
  { protocol, variant, constants }: Pick<Story, "protocol" | "variant" | "constants">,
  defaults: Constants,
): string {
  const name = variant === undefined ? protocol : `${protocol} / ${variant}`;
  const all = Object.entries(constants);
  const shown = all
    .filter(([constant, value]) => all.length <= fewConstants || value !== defaults[constant])
    .map(([constant, value]) => `${constant}=${value}`);
  return printable(shown.length === 0 ? name : `${name}, ${shown.join(" ")}`);
}
