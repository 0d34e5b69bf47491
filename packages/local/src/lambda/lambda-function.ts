import type { Writable } from "node:stream";

/** What Lambda tells a function of its invocation; the part of AWS's context that functions use. */
export interface LambdaContext {
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  readonly awsRequestId: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  getRemainingTimeInMillis(): number;
}

/** The methods' parameters are compared both ways, so that a function may say what its events hold. */
interface FunctionShapes {
  buffered(event: unknown, context: LambdaContext): unknown;
  streaming(event: unknown, answer: ResponseStream, context: LambdaContext): Promise<void>;
}

/** A function that answers with one value, which Lambda turns into JSON. */
export type BufferedFunction = FunctionShapes["buffered"];

/** A function that writes its answer; made by {@link streamifyResponse}. */
export interface StreamingFunction {
  readonly streams: true;
  readonly run: FunctionShapes["streaming"];
}

/** Where a streaming function writes. `end` it to complete the answer. */
export type ResponseStream = Writable & { setContentType?(type: string): void };

export type LambdaFunction = BufferedFunction | StreamingFunction;

/** Marks a function as one that writes its answer as a stream, as `awslambda.streamifyResponse` does on AWS. */
export function streamifyResponse(run: StreamingFunction["run"]): StreamingFunction {
  return { streams: true, run };
}

/** What an HTTP answer has before its body. */
export interface HttpPrelude {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly cookies?: readonly string[];
}

/** Between the prelude and the body of a streamed HTTP answer. */
const preludeEnd = Buffer.alloc(8);

/** Writes status and headers ahead of a streamed body, as `awslambda.HttpResponseStream.from` does on AWS. */
export function httpResponseStream(answer: ResponseStream, prelude: HttpPrelude): ResponseStream {
  answer.setContentType?.("application/vnd.awslambda.http-integration-response");
  answer.write(Buffer.concat([Buffer.from(JSON.stringify(prelude)), preludeEnd]));
  return answer;
}
