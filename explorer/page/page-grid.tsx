import type { Model, State } from "../../model/index.ts";
import { pagesIn } from "../pages.ts";

/** The pages, each as the guest knows it and, beside that, as the host has it. */
export function Pages({ model, state, before }: PagesProps) {
  const pages = pagesIn(model, state);
  if (pages.length === 0) return null;
  const was = before === undefined ? pages : pagesIn(model, before);
  return (
    <section aria-labelledby="pages">
      <h2 id="pages">Pages</h2>
      <div
        class="scrolled"
        role="region"
        tabIndex={0}
        aria-label="Table of pages, guest beside host"
      >
        <table class="pages">
          <thead>
            <tr>
              <th scope="col">page</th>
              <th scope="col">guest</th>
              <th scope="col">host</th>
              <th scope="col">by contract the host</th>
            </tr>
          </thead>
          <tbody>
            {pages.map(({ name, state: its, isDiscarded, mayBeDiscarded }, at) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td class={`page ${its} ${was[at]?.state === its ? "" : "changed"}`}>{its}</td>
                <td
                  class={`host ${isDiscarded ? "discarded" : "kept"} ${
                    was[at]?.isDiscarded === isDiscarded ? "" : "changed"
                  }`}
                >
                  {isDiscarded ? "discarded" : "kept"}
                </td>
                <td class="right">{mayBeDiscarded ? "may discard" : "must keep"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface PagesProps {
  readonly model: Model;
  readonly state: State;
  readonly before: State | undefined;
}
