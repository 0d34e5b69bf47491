import type { Exchange } from "./exchange.js";
import { headerOf } from "./header-pairs.js";

/** A whole body, or why there is none. */
export type BodyReading = { readonly body: Buffer } | { readonly problem: "too-large" | "gone" };

const nothing = Buffer.alloc(0);

/**
 * Reads a request's body into memory, up to the limit. Of a larger one nothing more is kept, and a declared length
 * above the limit is refused before anything is read.
 */
export function readBody(exchange: Exchange, limitBytes: number): Promise<BodyReading> | BodyReading {
  const { body, gone } = exchange;
  if (Number(headerOf(exchange.headers, "content-length") ?? 0) > limitBytes) return { problem: "too-large" };
  if (exchange.isBodiless) return gone.aborted ? { problem: "gone" } : { body: nothing };
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let bytes = 0;
    let settled = false;
    // The listeners stay, as a stream that breaks after this has nobody else to hear of it; what comes is let pass.
    const settle = (reading: BodyReading): void => {
      if (settled) return;
      settled = true;
      chunks = [];
      gone.removeEventListener("abort", abandon);
      resolve(reading);
    };
    const take = (chunk: Buffer): void => {
      if (settled) return;
      bytes += chunk.length;
      if (bytes > limitBytes) settle({ problem: "too-large" });
      else chunks.push(chunk);
    };
    const complete = (): void => {
      if (settled) return;
      const [first] = chunks;
      settle({ body: chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks) });
    };
    const abandon = (): void => settle({ problem: "gone" });
    body.on("data", take).on("end", complete).on("error", abandon).on("close", abandon);
    gone.addEventListener("abort", abandon);
    if (gone.aborted) abandon();
  });
}
