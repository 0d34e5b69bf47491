import type { Exchange } from "../front/exchange.js";
import { isConnectionHeader } from "../front/header-pairs.js";
import type { Answer } from "../lambda/answer.js";
import type { CallFailure } from "../lambda/failure-answer.js";
import type { StreamedBody } from "../lambda/streamed-answer.js";

/**
 * Passes a streamed answer on as it comes, as fast as the client reads. One that breaks is broken off, so that nobody takes
 * it for whole; then the failure is what this resolves with.
 */
export async function sendStream(
  exchange: Exchange,
  { statusCode = 200, headers, trailers }: Answer,
  body: StreamedBody,
  requestId: string,
): Promise<CallFailure | undefined> {
  const sent = [...headers.filter(([name]) => name !== "x-request-id"), ["x-request-id", requestId]] as const;
  if (exchange.method === "HEAD" || statusCode === 204 || statusCode === 304) {
    exchange.respondHeadersOnly(statusCode, sent);
    await body[Symbol.asyncIterator]().return?.();
    return undefined;
  }
  exchange.open(statusCode, sent);
  for await (const chunk of body) {
    if (!(chunk instanceof Uint8Array)) {
      exchange.breakOff();
      return chunk;
    }
    await exchange.write(chunk);
    if (exchange.gone.aborted) return { kind: "aborted" };
  }
  exchange.end(
    Buffer.alloc(0),
    trailers.filter(([name]) => !isConnectionHeader(name)),
  );
  return undefined;
}
