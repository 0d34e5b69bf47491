import { headerOf } from "../front/header-pairs.js";
import { encodingRefusal, messageOf } from "../grpc/compression.js";
import { FrameReader } from "../grpc/frames.js";
import { code, ok, type GrpcStatus } from "../grpc/status.js";
import { emptyTable, grpcServices } from "../routes/route-table.js";
import { answerStreamOf, failCall, refuseCall, type GrpcRequest } from "./grpc-request.js";
import type { Serving } from "./health.js";
import { reflectionAnswer } from "./reflection.js";
import type { Outcome } from "./served-request.js";

/**
 * Answers reflection's stream: a question, its answer, and so on until the client has no more. The only stream of both
 * sides that the gateway serves.
 */
export async function serveReflection(request: GrpcRequest, { table, settings }: Serving): Promise<Outcome> {
  const { exchange } = request;
  const encoding = headerOf(exchange.headers, "grpc-encoding");
  const refusal = encodingRefusal(encoding);
  if (refusal !== undefined) return refuseCall(request, refusal);
  const answer = answerStreamOf(request);
  const reader = new FrameReader(settings.maxMessageBytes);
  const finish = (status: GrpcStatus): Outcome => {
    answer.end(status, []);
    return { grpcStatus: status.code, failure: undefined };
  };
  try {
    for await (const chunk of exchange.body as AsyncIterable<Buffer>) {
      const frames = reader.push(chunk);
      if ("code" in frames) return finish(frames);
      for (const frame of frames) {
        const question = await messageOf(frame, encoding, settings.maxMessageBytes);
        if (!Buffer.isBuffer(question)) return finish(question);
        await answer.message([], reflectionAnswer(question, grpcServices(table() ?? emptyTable)));
      }
    }
  } catch (error) {
    if (exchange.gone.aborted) return failCall(request, answer, { kind: "aborted" }, { expired: false });
    throw error;
  }
  return finish(reader.complete ? ok : { code: code.internal, message: "the request ends in the middle of a message" });
}
