import type { Story } from "../../counterexamples/index.ts";
import { words } from "../../spec/index.ts";
import { standingsAt } from "../standing.ts";
import type { Walk } from "../walk.ts";

const roles: Readonly<Record<string, string>> = { fails: "bad", "holds here": "good", met: "good" };

/** How each property stands in the state that is looked at. */
export function Properties({ walk, at, story }: PropertiesProps) {
  const standings = standingsAt(walk, at);
  return (
    <section aria-labelledby="properties">
      <h2 id="properties">Properties, in this state</h2>
      <div class="scrolled" role="region" tabIndex={0} aria-label="Table of properties">
        <table class="properties">
          <thead>
            <tr>
              <th scope="col">property</th>
              <th scope="col" class="kind">
                kind
              </th>
              <th scope="col">here</th>
            </tr>
          </thead>
          <tbody>
            {standings.map(({ name, kind, says, note }) => {
              const isRefuted = story?.property.name === name && says === "undecided";
              return (
                <tr key={name}>
                  <th scope="row">{words(name)}</th>
                  <td class="kind quiet">{kind}</td>
                  <td>
                    <span class={isRefuted ? "bad" : (roles[says] ?? "quiet")}>
                      {isRefuted ? "violated by this behaviour" : says}
                    </span>
                    {note !== "" && <span class="quiet"> ({note})</span>}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface PropertiesProps {
  readonly walk: Walk;
  readonly at: number;
  readonly story: Story | undefined;
}
