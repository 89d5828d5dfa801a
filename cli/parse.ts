import { InvalidArgumentError } from "commander";

export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

export function collectConstant(
  text: string,
  before: Readonly<Record<string, number | boolean>>,
): Readonly<Record<string, number | boolean>> {
  const [, name, value] = /^([A-Za-z_$][\w$]*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError("It is NAME=VALUE, as in managers=4.");
  }
  if (value === "true" || value === "false") return { ...before, [name]: value === "true" };
  if (/^-?\d+$/.test(value) && Number.isSafeInteger(Number(value)))
    return { ...before, [name]: Number(value) };
  throw new InvalidArgumentError(`${name} is a whole number, true or false, not "${value}".`);
}

export function wholeNumber(least: number, most = Infinity): (text: string) => number {
  return (text) => {
    const value = Number(text);
    const isWhole = /^-?\d+$/.test(text) && Number.isSafeInteger(value);
    if (isWhole && value >= least && value <= most) return value;
    const range =
      most < Infinity
        ? `, ${least} to ${most}`
        : least === Number.MIN_SAFE_INTEGER
          ? ""
          : `, ${least} or more`;
    throw new InvalidArgumentError(`It is a whole number${range}.`);
  };
}

const units = { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 } as const;
/** More than states can take, and than anybody has tried. */
const mostMemory = 64 * units.G;

/** Bytes: "2G", "512M", "1.5g", or a plain number. */
export function memorySize(text: string): number {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)([KMG]?)$/i.exec(text) ?? [];
  const bytes = Math.floor(Number(number) * units[unit.toUpperCase() as keyof typeof units]);
  if (number === undefined || bytes < 1) {
    throw new InvalidArgumentError("It is a size such as 2G, 512M, or a number of bytes.");
  }
  if (bytes <= mostMemory) return bytes;
  throw new InvalidArgumentError("It is 64G at most.");
}

export function positive(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("It is a number of seconds, more than 0.");
}

export function randomPath(text: string): string {
  if (/^\d{1,15}(:\d{1,300})?$/.test(text)) return text;
  throw new InvalidArgumentError("It is two numbers with a colon between, as a report gives them.");
}
