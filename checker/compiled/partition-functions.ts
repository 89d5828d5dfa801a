import type { ModuleOptions } from "../../model/index.ts";
import { GrowingTable } from "./growing-table.ts";
import type { TableFunctions } from "./inner-loop.ts";
import type { PartitionCalls } from "./inner-loop-code.ts";
import { ownPartOf, partitionKinds, partitionModule } from "./partition-code.ts";

/** The partitions of a table as one thread uses them. */
export interface PartitionFunctions {
  /** Where its inner loop finds their functions in the table of functions. */
  readonly calls: PartitionCalls;
  readonly tables: readonly GrowingTable[];
}

/** Makes an instance of the code of a partition for each memory, and adds the functions to the table of functions. */
export function partitionFunctions(
  memories: readonly WebAssembly.Memory[],
  worker: number,
  functions: WebAssembly.Table,
  options: ModuleOptions,
): PartitionFunctions {
  const count = memories.length;
  const module = new WebAssembly.Module(partitionModule(options, count, worker));
  const all = memories.map((memory) => {
    const env = { memory, table: functions };
    return new WebAssembly.Instance(module, { env }).exports;
  });
  const at = functions.grow(count * partitionKinds.length);
  for (const [position, kind] of partitionKinds.entries()) {
    for (const [partition, its] of all.entries()) {
      functions.set(at + count * position + partition, its[kind]);
    }
  }
  const { aside } = ownPartOf(worker);
  return {
    calls: { at, count },
    tables: all.map((its) => new GrowingTable(its as unknown as TableFunctions, aside)),
  };
}
