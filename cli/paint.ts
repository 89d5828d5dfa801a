import picocolors from "picocolors";
import type { Paint } from "../counterexamples/drawn/index.ts";

/** Colours, or none. */
export function painter(isColoured: boolean): Paint {
  const colours = picocolors.createColors(isColoured);
  return (role, text) => {
    switch (role) {
      case "heading":
        return colours.bold(text);
      case "step":
        return colours.cyan(text);
      case "change":
        return colours.yellow(text);
      case "reason":
      case "bad":
        return colours.red(text);
      case "good":
        return colours.green(text);
      case "quiet":
        return colours.dim(text);
    }
  };
}
