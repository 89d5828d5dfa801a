import { shippedProtocols } from "../spec/protocols/index.ts";

/** All protocols that are shipped, for tests. */
export const protocols = await shippedProtocols();
