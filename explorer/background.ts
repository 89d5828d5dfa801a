import { instantiate, type Model } from "../model/index.ts";
import { type Machine, type Protocol, reportText, run, specOf } from "../runs/index.ts";
import { messageOf } from "../spec/index.ts";
import type { Story } from "../counterexamples/index.ts";
import { goalIn, type Nearest, nearest } from "./goal.ts";
import type { Instance, Linked } from "./link.ts";
import { follow } from "./walk.ts";

/** What a page asks of the thread beside it; plain data. */
export type Asked =
  | {
      readonly kind: "check";
      readonly instance: Instance;
      readonly symmetry: boolean;
      readonly maxStates: number;
    }
  | {
      readonly kind: "look for";
      readonly goal: string;
      readonly from: Linked;
      readonly mostStates: number;
    };

/** What that thread answers. */
export type Told =
  | { readonly kind: "searching"; readonly states: number }
  | {
      readonly kind: "checked";
      /** One of the verdicts of a report. */
      readonly verdict: string;
      /** What the command prints, with all traces. */
      readonly text: string;
      readonly stories: readonly Story[];
    }
  | { readonly kind: "looked"; readonly nearest: Nearest }
  | { readonly kind: "fault"; readonly why: string };

/** Does what is asked, and tells what comes of it, and on the way how far it is. */
export async function answer(
  protocol: Protocol,
  asked: Asked,
  tell: (told: Told) => void,
): Promise<void> {
  try {
    tell(asked.kind === "check" ? await checked(protocol, asked, tell) : looked(protocol, asked));
  } catch (error) {
    tell({ kind: "fault", why: messageOf(error) });
  }
}

/** The model of an instance whose every step is looked at: no symmetry is made use of. */
export const modelOf = (protocol: Protocol, { variant, constants }: Instance): Model =>
  instantiate(specOf(protocol, variant), { symmetry: false, constants });

async function checked(
  protocol: Protocol,
  { instance, symmetry, maxStates }: Asked & { readonly kind: "check" },
  tell: (told: Told) => void,
): Promise<Told> {
  const machine: Machine = {
    enter: () => {},
    post: (news) => {
      if (news.kind === "progress") {
        tell({ kind: "searching", states: news.statistics.distinctStates });
      }
    },
    isInterrupted: () => false,
  };
  const { variant, constants } = instance;
  const task = {
    kind: "check",
    variant,
    itself: variant === undefined,
    constants,
    symmetry,
    maxStates,
    stories: "all",
  } as const;
  const its = await run(protocol, task, machine);
  if (its.kind !== "report") throw new Error(`A check was answered with a ${its.kind}.`);
  const { report, stories, title } = its;
  const text = reportText(report, { title, stories, paint: (_role, said) => said });
  return { kind: "checked", verdict: report.verdict, text, stories };
}

function looked(
  protocol: Protocol,
  { goal, from, mostStates }: Asked & { readonly kind: "look for" },
): Told {
  const model = modelOf(protocol, from);
  const { walk, misfit } = follow(model, from.begin, from.steps);
  if (misfit !== undefined) return { kind: "fault", why: misfit.why };
  return {
    kind: "looked",
    nearest: nearest(walk, from.at, goalIn(goal, model), mostStates),
  };
}
