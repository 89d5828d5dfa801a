import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { UsageError } from "../runs/told/index.ts";

/**
 * Serves one page to this machine alone, until `end` is aborted; `onReady` is told its address. Of 0 a port that is free is
 * taken. Throws `UsageError` where a port cannot be had.
 */
export async function servePage(
  html: string,
  port: number,
  end: AbortSignal,
  onReady: (address: string) => void,
): Promise<void> {
  const server = createServer(({ url, method }, response) => {
    const isPage = url === "/" && (method === "GET" || method === "HEAD");
    response.writeHead(isPage ? 200 : 404, {
      "content-type": isPage ? "text/html; charset=utf-8" : "text/plain",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
    response.end(isPage && method === "GET" ? html : undefined);
  });
  await new Promise<void>((done, failed) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const why =
        error.code === "EADDRINUSE"
          ? "something else listens there already; without --port one is taken that is free"
          : error.code;
      failed(new UsageError(`--port ${port}: ${why}.`, { cause: error }));
    });
    server.listen(port, "127.0.0.1", () => {
      onReady(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    });
    server.once("close", done);
    const close = (): void => {
      server.close();
      server.closeAllConnections();
    };
    if (end.aborted) close();
    end.addEventListener("abort", close);
  });
}
