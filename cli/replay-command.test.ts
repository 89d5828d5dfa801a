import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { folderOutside, hintproof, type Run } from "../toys/built-command.ts";
import { nightly } from "../toys/share.ts";

/** A lamp with a timer, which may break: then the lamp stays on. */
const lamp = `
import { declare, oneOf } from "hintproof";

const { action, leadsTo, recoverable, spec } = declare({
  constants: {},
  state: { light: oneOf("off", "on"), timer: oneOf("works", "broken"), clock: oneOf("tick", "tock") },
});

export default spec({
  name: "lamp",
  title: "a lamp with a timer",
  actions: {
    somebodySwitches: action("somebody", {
      when: (state) => state.light === "off",
      effect: (state) => { state.light = "on"; },
    }),
    timerBreaks: action("timer", {
      when: (state) => state.timer === "works",
      effect: (state) => { state.timer = "broken"; },
    }),
    timerEnds: action("timer", {
      fairness: "weak",
      when: (state) => state.light === "on" && state.timer === "works",
      effect: (state) => { state.light = "off"; },
    }),
    clockTicks: action("clock", {
      fairness: "weak",
      effect: (state) => { state.clock = state.clock === "tick" ? "tock" : "tick"; },
    }),
  },
  liveness: {
    lampGoesOff: leadsTo({
      from: (state) => state.light === "on",
      to: (state) => state.light === "off",
    }),
    lampCanGoOff: recoverable({ to: (state) => state.light === "off" }),
  },
});
`;

const step = (action: string, actor: string, state: object): object => ({
  step: { action, actor, choice: [] },
  state,
});
const taken = [
  step("somebodySwitches", "somebody", { light: "on", timer: "works", clock: "tick" }),
  step("timerBreaks", "timer", { light: "on", timer: "broken", clock: "tick" }),
];
const file = {
  schemaVersion: 1,
  protocol: "lamp",
  constants: {},
  property: { kind: "leads to", name: "lampGoesOff" },
  reason: [],
  initial: { light: "off", timer: "works", clock: "tick" },
  trace: [
    ...taken,
    step("clockTicks", "clock", { light: "on", timer: "broken", clock: "tock" }),
    step("clockTicks", "clock", { light: "on", timer: "broken", clock: "tick" }),
  ],
  loopsTo: 2,
  fairness: [],
};

describe("hintproof replay, of a liveness property", () => {
  const folder = folderOutside();
  beforeAll(() => {
    writeFileSync(join(folder, "lamp.ts"), lamp);
    writeFileSync(join(folder, "repaired.ts"), lamp.replace(' && state.timer === "works"', ""));
  });

  async function replayed(content: object, spec = "lamp.ts"): Promise<Run> {
    const name = `${spec}.json`;
    writeFileSync(join(folder, name), JSON.stringify(content));
    return hintproof(["replay", name, "--spec", spec, "--format", "text"], { cwd: folder });
  }

  it("goes round with a lasso that is still one", async () => {
    const { status, stdout } = await replayed(file);
    expect(status).toBe(13);
    expect(stdout).toContain("lamp goes off, after 2 steps, then 2 for ever\n");
    expect(stdout).toContain("from here it repeats: steps 3 to 4 for ever\n");
    expect(stdout).toContain("weak fairness of clock ticks: taken in step 3\n");
    expect(stdout).toContain("never possible from step 3 on: timer ends\n");
    expect(stdout).toMatch(/\n\nstill violated: lamp goes off\n$/);
  });

  nightly(() => {
    it("says why it is no violation any more", async () => {
      expect(await replayed(file, "repaired.ts")).toMatchObject({
        status: 0,
        stdout:
          "no longer violated: it is not fair: timer ends (weak) is possible on all of the loop, " +
          "and not taken there\n",
      });
      expect(await replayed({ ...file, trace: taken })).toMatchObject({
        status: 0,
        stdout:
          "no longer violated: it is not fair: clock ticks (weak) is possible after step 2, " +
          "and not taken there\n",
      });
    });
  });

  it("says why it does not fit any more", async () => {
    const { status, stdout } = await replayed({ ...file, loopsTo: 3 });
    expect(stdout).toBe(
      "no longer fits, at step 4: the loop does not lead back to the state after step 3: " +
        "clock is tick, the file says tock\n",
    );
    expect(status).toBe(4);
  });

  it("does not take a way of no return for proved", async () => {
    const { loopsTo: _, fairness: __, ...path } = file;
    const { status, stdout } = await replayed({
      ...path,
      property: { kind: "recoverable", name: "lampCanGoOff" },
      trace: taken,
    });
    expect(stdout).toMatch(
      /\n\nstill fits: lamp can go off; whether there is no way back only a search can say\n$/,
    );
    expect(status).toBe(4);
  });

  it("needs nothing but the file that a search kept, whose fairness it relied on or not", async () => {
    const options = ["--property", "lampGoesOff", "--unfair", "timer ends", "--quiet"];
    const check = ["check", "lamp.ts", ...options];
    expect(await hintproof([...check, "--trace", "kept.json"], { cwd: folder })).toMatchObject({
      status: 13,
    });
    const report = [...check, "--format", "json", "--output", "report.json"];
    expect(await hintproof(report, { cwd: folder })).toMatchObject({ status: 13 });

    for (const name of ["kept.json", "report.json"]) {
      const { status, stdout } = await hintproof(["replay", name], { cwd: folder });
      expect(stdout).toMatch(/\n\nstill violated: lamp goes off\n$/);
      expect(status).toBe(13);
    }
  });

  it("refuses a loop that leads beyond the trace", async () => {
    const { status, stderr } = await replayed({ ...file, loopsTo: 5 });
    expect(stderr).toContain("loopsTo is 5; it must be a whole number, from 0 to 4.");
    expect(status).toBe(2);
  });
});

describe("a kept trace knows its spec", () => {
  const folder = folderOutside();
  const at = (name: string): string => join(folder, name);
  const replay = (name: string, cwd = folder): Promise<Run> => hintproof(["replay", name], { cwd });
  const changed = `${lamp.replace("export default spec(", "const lamp = spec(").replace("declare, oneOf", "declare, oneOf, variant")}
console.log("lamp.ts was run");
export default variant(lamp, {
  name: "never-off",
  because: "a test",
  change: { actions: { timerEnds: "removed" } },
  expects: { breaks: ["lampGoesOff"] },
});`;

  beforeAll(async () => {
    mkdirSync(at("specs"));
    mkdirSync(at("traces"));
    writeFileSync(at("specs/lamp.ts"), changed);
    const check = ["check", "specs/lamp.ts", "--property", "lampGoesOff", "--quiet"];
    const json = [...check, "--format", "json", "--output", "traces/report.json"];
    for (const args of [[...check, "--trace", "traces/kept.json"], json]) {
      expect(await hintproof(args, { cwd: folder })).toMatchObject({ status: 13 });
    }
  });

  it.each(["kept.json", "report.json"])("%s is replayed from wherever one stands", async (name) => {
    for (const [path, cwd] of [
      [`traces/${name}`, folder],
      [`../traces/${name}`, at("specs")],
    ] as const) {
      const { status, stdout } = await replay(path, cwd);
      expect(stdout).toContain("lamp / never-off");
      expect(stdout).toMatch(/\n\nstill violated: lamp goes off\n$/);
      expect(status).toBe(13);
    }
  });

  nightly(() => {
    it("is one's own wherever it is moved, as long as its spec is found from there", async () => {
      mkdirSync(at("older"));
      renameSync(at("traces/kept.json"), at("older/moved.json"));
      expect(await replay("older/moved.json")).toMatchObject({ status: 13 });
      renameSync(at("older/moved.json"), at("traces/kept.json"));
    });
  });

  it("runs nothing for a copy, and says what to type", async () => {
    copyFileSync(at("traces/kept.json"), at("traces/it's a copy.json"));
    const { status, stdout, stderr } = await replay("traces/it's a copy.json");
    expect(stderr).toContain("which is not run unasked: the trace is a copy");
    expect(stdout + stderr).not.toContain("lamp.ts was run");
    expect(status).toBe(2);
    const command = /hintproof (replay .*)$/m.exec(stderr)?.[1];
    expect(command).toBe(`replay 'traces/it'\\''s a copy.json' --spec ${at("specs/lamp.ts")}`);
    expect(
      await hintproof(["replay", "traces/it's a copy.json", "--spec", at("specs/lamp.ts")], {
        cwd: folder,
      }),
    ).toMatchObject({ status: 13 });
  });

  it("runs nothing for a file that somebody made up, or that others can write to", async () => {
    const { kept, ...trace } = JSON.parse(readFileSync(at("traces/kept.json"), "utf8")) as {
      readonly kept: { readonly spec: string };
    };
    expect(kept.spec).toBe("../specs/lamp.ts");
    writeFileSync(at("traces/made-up.json"), JSON.stringify({ ...trace, kept }));
    writeFileSync(
      at("traces/nameless.json"),
      JSON.stringify({ ...trace, kept: { spec: kept.spec } }),
    );
    chmodSync(at("traces/report.json"), 0o666);
    for (const name of ["made-up", "nameless", "report"]) {
      const { status, stdout, stderr } = await replay(`traces/${name}.json`);
      expect(stderr).toContain("not run unasked");
      expect(stdout + stderr).not.toContain("lamp.ts was run");
      expect(status).toBe(2);
    }
    chmodSync(at("traces/report.json"), 0o644);
  });

  it("says so where its spec is gone", async () => {
    renameSync(at("specs/lamp.ts"), at("specs/elsewhere.ts"));
    const { status, stderr } = await replay("traces/kept.json");
    expect(stderr).toMatch(
      /which is not there any more. Name the file: hintproof replay traces\/kept.json --spec FILE.ts/,
    );
    expect(status).toBe(2);
    rmSync(at("traces"), { recursive: true });
  });
});
