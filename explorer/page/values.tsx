import { useState } from "preact/hooks";
import { type Part, partsOf, type Story } from "../../counterexamples/index.ts";
import type { Model, State } from "../../model/index.ts";

/** The values of the variables; what the last step has changed is marked, in each variable that it is a part of. */
export function Values({ model, state, before, story }: ValuesProps) {
  const [filter, setFilter] = useState("");
  const [onlyChanged, setOnlyChanged] = useState(false);
  const was = before === undefined ? undefined : partsOf(model, before);
  const looked = new Set(story?.reason.reads.map(({ path }) => path));
  const groups = new Map<string, Leaf[]>();
  for (const part of partsOf(model, state).values()) {
    const old = was?.get(part.path)?.text;
    const leaf = {
      ...part,
      old: old === part.text ? undefined : old,
      isLooked: looked.has(part.path),
    };
    if (onlyChanged && leaf.old === undefined) continue;
    if (!fits(leaf, filter)) continue;
    groups.set(part.variable, [...(groups.get(part.variable) ?? []), leaf]);
  }
  return (
    <section aria-labelledby="values">
      <h2 id="values">Values</h2>
      <div class="filter">
        <label>
          with{" "}
          <input
            type="search"
            value={filter}
            placeholder="name or value"
            onInput={({ currentTarget }) => setFilter(currentTarget.value)}
          />
        </label>
        <label>
          <input
            type="checkbox"
            checked={onlyChanged}
            onChange={({ currentTarget }) => setOnlyChanged(currentTarget.checked)}
          />{" "}
          only what changed
        </label>
      </div>
      <table class="values">
        <thead class="spoken">
          <tr>
            <th scope="col">variable</th>
            <th scope="col">value</th>
          </tr>
        </thead>
        <tbody>
          {[...groups].map(([variable, leaves]) => (
            <tr key={variable} class={leaves.some(({ old }) => old !== undefined) ? "changed" : ""}>
              <th scope="row">
                {variable}
                {model.spec.state[variable]?.isGhost === true && <span class="quiet"> ghost</span>}
              </th>
              <td>
                {leaves.map((leaf) => (
                  <Value key={leaf.path} of={leaf} />
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {groups.size === 0 && <p class="quiet">Nothing fits.</p>}
    </section>
  );
}

interface ValuesProps {
  readonly model: Model;
  readonly state: State;
  readonly before: State | undefined;
  readonly story: Story | undefined;
}

interface Leaf extends Part {
  /** What it was before the last step, if that is something else. */
  readonly old: string | undefined;
  /** Whether the reason of the violation looks at it. */
  readonly isLooked: boolean;
}

const fits = ({ path, text }: Part, filter: string): boolean =>
  `${path} ${text}`.toLowerCase().includes(filter.trim().toLowerCase());

function Value({ of: { variable, path, text, old, isLooked } }: { readonly of: Leaf }) {
  const inside = path.slice(variable.length);
  return (
    <span class={`leaf ${old === undefined ? "" : "changed"} ${isLooked ? "looked" : ""}`}>
      {inside !== "" && <span class="path">{inside} </span>}
      {old !== undefined && (
        <>
          <del>{old}</del> <span aria-hidden="true">→ </span>
        </>
      )}
      {old === undefined ? text : <ins>{text}</ins>}
    </span>
  );
}
