import { shippedProtocols } from "../spec/protocols/index.ts";

export const shipped = await shippedProtocols();
