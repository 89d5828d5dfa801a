import { Distrust, instantiate, type Lessons, type Model } from "../../model/index.ts";
import { Ledger } from "../ledger.ts";
import type { Seat } from "../options.ts";
import { type Board, boardOf, headsAt, tasks } from "./board.ts";
import { type Explorer, explorerBy } from "./explorer.ts";
import type { GrowingTable } from "./growing-table.ts";
import { headBytes } from "./head.ts";
import type { News } from "./judging.ts";
import { Pace } from "./pace.ts";

/** States that a worker takes up at a time, at most. */
export const chunk = 512;

/** A seat with all that a helper has to know. */
export interface WholeSeat extends Seat {
  readonly worker: number;
  readonly workers: number;
  /** Whether it makes use of the model's symmetry. */
  readonly symmetry: boolean;
  readonly distrusted: readonly string[];
  readonly properties?: readonly string[] | undefined;
  /** The memories of partitions, for when the table is divided. */
  readonly partitions: readonly WebAssembly.Memory[];
  /** From which runs the one who leads has learned by now: from there the helper goes on. */
  readonly lessons: Lessons;
}

/** Takes a seat in another thread's search of the same model; comes back when that search is over. */
export function help(given: Model, seat: Seat): void {
  const { memory, worker, workers, symmetry, distrusted, properties, lessons, partitions } =
    seat as WholeSeat;
  const { spec, constants, pulse } = given;
  const model = symmetry ? given : instantiate(spec, { constants, pulse, symmetry });
  const board = boardOf(memory);
  try {
    const explorer = explorerBy({
      model,
      ledger: new Ledger(model, properties),
      memory,
      isShared: true,
      distrusted: new Set(distrusted),
      liveness: [],
      headAt: headsAt(workers) + worker * headBytes(model),
      worker,
      lessons,
    });
    assist(board, worker, explorer, new Pace(model.pulse, chunk), partitions);
  } catch (error) {
    const crash = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const isDistrust = error instanceof Distrust;
    board.tell(worker, isDistrust ? { distrusts: error.recipe } : { crash });
    // Nobody waits for one that has not begun, or is in no round; one too many would end another's.
    const round = board.get("round");
    if (round > 0 && board.own(worker, "round") === round) finishRound(board);
    if (!isDistrust) throw error;
  }
}

/** Takes chunks of the round until there are none, or no room is left. */
export function takeChunks(
  board: Board,
  worker: number,
  explorer: Explorer,
  pace: Pace,
  after: () => boolean,
): void {
  const to = board.get("to");
  board.setOwn(worker, "from", 0);
  board.setOwn(worker, "to", 0);
  for (;;) {
    const { size } = pace;
    const from = board.add("next", size);
    if (from >= to) return;
    const end = Math.min(from + size, to);
    const reached = pace.go(end - from, () => explorer.run(from, end));
    explorer.relation.compileWhatPays();
    if (reached < end) {
      board.setOwn(worker, "from", reached);
      board.setOwn(worker, "to", end);
      return;
    }
    if (!after()) return;
  }
}

/** Explores with others until the search is over. */
export function assist(
  board: Board,
  worker: number,
  explorer: Explorer,
  pace: Pace,
  partitions: readonly WebAssembly.Memory[] = [],
): void {
  let round = board.get("round");
  let level = -2;
  let isDivided = 0;

  const growing = (): GrowingTable => explorer.tables[board.get("table")] as GrowingTable;

  /** The table may have been divided since the round before. */
  function lookWhere(): void {
    if (board.get("isDivided") === isDivided) return;
    isDivided = board.get("isDivided");
    explorer.lookUpIn(isDivided === 1 ? partitions : []);
  }

  function explore(): void {
    const news = board.read(0);
    if (news !== undefined) explorer.judging.hear(news as News);
    if (board.get("level") !== level) {
      level = board.get("level");
      explorer.judging.dropLevel();
      explorer.judging.beginLevel();
      explorer.auditShare(board.get("share"));
    }
    takeChunks(board, worker, explorer, pace, () => true);
    const own = explorer.judging.news();
    if (own !== undefined) board.tell(worker, own);
  }

  board.setOwn(worker, "isReady", 1);
  for (;;) {
    while (board.get("round") === round) board.wait("round", round, 1_000);
    round = board.get("round");
    if (board.get("level") === -1) return;
    if (board.own(worker, "round") !== round) continue;
    lookWhere();
    const task = board.get("task");
    if (task === tasks.explore) explore();
    else if (task === tasks.spread) growing().spread(board.stretch(worker));
    else board.setOwn(worker, "isEntered", growing().enterAside() ? 1 : 0);
    finishRound(board);
  }
}

function finishRound(board: Board): void {
  board.add("finished", 1);
  board.wake("finished");
}
