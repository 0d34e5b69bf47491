import type { LambdaFunction } from "@protomesh/local";

/** What a function gets of a gRPC call. */
export interface GrpcEvent {
  readonly path: string;
  readonly body: string;
  readonly headers: Record<string, string>;
  readonly multiValueHeaders: Record<string, string[]>;
}

const answered = (value: unknown): object => ({ body: JSON.stringify(value) });
const told = (event: GrpcEvent): Record<string, unknown> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- whoever calls writes the message
  JSON.parse(Buffer.from(event.body, "base64").toString()) as Record<string, unknown>;

/** What calls of `/test.NAME/…` are answered by. */
export const functions = {
  /** The message back as it came. */
  echo: (event: GrpcEvent) => ({ body: event.body, isBase64Encoded: true }),
  /** The event, as JSON. */
  event: answered,
  /** The answer that the message holds, as JSON. */
  told,
  /** A stream: "1", "2", "3", each a moment after the one before. */
  counting: (() => {
    let count = 0;
    return () => {
      count++;
      return { statusCode: count < 3 ? 102 : 200, headers: { "x-server-stream-timeout": "1ms" }, body: `${count}` };
    };
  })(),
  more: () => ({ statusCode: 102, body: "more" }),
  forever: () => ({ statusCode: 102, body: "more", headers: { "x-server-stream-timeout": "1ms" } }),
  waiting: () => ({ statusCode: 102, body: "more", headers: { "x-server-stream-timeout": "1h" } }),
} satisfies Record<string, LambdaFunction>;

/** Messages that are text. */
export const texts = (messages: readonly Buffer[]): string[] => messages.map(String);
/** A message that is JSON. */
export const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
