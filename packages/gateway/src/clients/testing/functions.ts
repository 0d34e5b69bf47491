import type { LambdaFunction } from "@protomesh/local";

interface GrpcEvent {
  readonly path: string;
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly isBase64Encoded: boolean;
}

/** Functions for clients of every kind: by HTTP on the path of their name, by gRPC as the service `test.NAME`. */
export const functions = {
  /** The body back as it came. */
  echo: ({ body, isBase64Encoded, headers }: GrpcEvent) => ({
    headers: {
      "content-type": headers["content-type"] ?? "application/octet-stream",
      "x-seen": headers["x-sent"] ?? "",
      "x-seen-bin": headers["x-sent-bin"] ?? "",
    },
    multiValueTrailers: { "x-after": ["the end"] },
    body: body ?? "",
    isBase64Encoded,
  }),
  missing: () => ({ statusCode: 404, body: "no such thing: é" }),
  /** "1", "2", "3". */
  counting: (() => {
    let count = 0;
    return () => {
      count = (count % 3) + 1;
      return { statusCode: count < 3 ? 102 : 200, headers: { "x-server-stream-timeout": "1ms" }, body: `${count}` };
    };
  })(),
  forever: () => ({ statusCode: 102, headers: { "x-server-stream-timeout": "5ms" }, body: "more" }),
  /** Never answers. */
  stuck: async () => new Promise<never>(() => undefined),
  "ping-pong": () => ({ body: Buffer.from("\n\u0003abc").toString("base64"), isBase64Encoded: true }),
} satisfies Record<string, LambdaFunction>;
