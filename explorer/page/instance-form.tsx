import { words } from "../../spec/index.ts";
import { type Protocol, specOf } from "../../runs/told/index.ts";
import type { Instance } from "../link.ts";

/** Which variant is looked at, with which constants. */
export function InstanceForm({ protocol, instance, choose }: InstanceFormProps) {
  const { variant, constants } = instance;
  const set = (name: string, value: number | boolean): void => {
    if (typeof value === "number" && !Number.isInteger(value)) return;
    choose({ variant, constants: { ...constants, [name]: value } });
  };
  return (
    <form class="instance" onSubmit={(event) => event.preventDefault()}>
      {protocol.variants.length > 0 && (
        <label>
          variant{" "}
          <select
            value={variant ?? ""}
            onChange={({ currentTarget: { value } }) => {
              const chosen = value === "" ? undefined : value;
              const own = specOf(protocol, chosen).constants;
              const before = specOf(protocol, variant).constants;
              const given = Object.entries(constants).filter(
                ([name, its]) => before[name] !== its && Object.hasOwn(own, name),
              );
              choose({ variant: chosen, constants: Object.fromEntries(given) });
            }}
          >
            <option value="">the protocol itself</option>
            {protocol.variants
              .filter(({ mistakes }) => mistakes === undefined)
              .map(({ name }) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
          </select>
        </label>
      )}
      {Object.entries(constants).map(([name, value]) => (
        <label key={name}>
          {words(name)}{" "}
          {typeof value === "boolean" ? (
            <input
              type="checkbox"
              checked={value}
              onChange={({ currentTarget }) => set(name, currentTarget.checked)}
            />
          ) : (
            <input
              type="number"
              value={value}
              onChange={({ currentTarget }) => set(name, currentTarget.valueAsNumber)}
            />
          )}
        </label>
      ))}
    </form>
  );
}

interface InstanceFormProps {
  readonly protocol: Protocol;
  readonly instance: Instance;
  readonly choose: (instance: Instance) => void;
}
