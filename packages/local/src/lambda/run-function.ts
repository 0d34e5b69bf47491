import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import { arnOf, type FunctionReference } from "./function-reference.js";
import type { LambdaContext, LambdaFunction, ResponseStream, StreamingFunction } from "./lambda-function.js";

/** How a function ended: with an answer, or with an error that Lambda describes in JSON. */
export interface FunctionResult {
  readonly failed: boolean;
  readonly payload: Buffer;
}

/** How long a function may take, in milliseconds: what `getRemainingTimeInMillis` counts down from. */
const functionTimeoutMs = 30_000;

export function contextOf(reference: FunctionReference, requestId: string): LambdaContext {
  const deadline = Date.now() + functionTimeoutMs;
  return {
    functionName: reference.name,
    functionVersion: reference.qualifier ?? "$LATEST",
    invokedFunctionArn: arnOf(reference),
    memoryLimitInMB: "128",
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${reference.name}`,
    logStreamName: "local",
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

/** Runs a function to its end; a streaming one's answer is gathered. Never rejects. */
export async function runFunction(
  run: LambdaFunction,
  event: unknown,
  context: LambdaContext,
): Promise<FunctionResult> {
  try {
    if (typeof run === "function") return { failed: false, payload: jsonOf(await run(event, context)) };
    const stream = new PassThrough();
    const [payload] = await Promise.all([buffer(stream), runStreaming(run, event, stream, context)]);
    return { failed: false, payload };
  } catch (error) {
    return functionError(error);
  }
}

/** Runs a streaming function, and ends its stream with it. Rejects with what the function threw. */
export async function runStreaming(
  run: StreamingFunction,
  event: unknown,
  stream: ResponseStream,
  context: LambdaContext,
): Promise<void> {
  try {
    await run.run(event, stream, context);
  } catch (error) {
    stream.destroy();
    throw error;
  }
  if (!stream.writableEnded) stream.end();
}

/** What Lambda answers where a function threw. */
export function functionError(error: unknown): FunctionResult {
  const described =
    error instanceof Error
      ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") }
      : { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { failed: true, payload: Buffer.from(JSON.stringify(described)) };
}

/** A function that answers nothing answers `null`. */
function jsonOf(answer: unknown): Buffer {
  return Buffer.from(JSON.stringify(answer ?? null));
}
