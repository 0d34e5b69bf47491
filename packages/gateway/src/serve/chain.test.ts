import { expect, test } from "vitest";
import { policy, startGateway } from "./testing/running-gateway.js";

const match = { protocol: "http", method: "*", path: "/", exact: false } as const;
const chainOf = (functions: object) =>
  Object.keys(functions).map((functionName) => ({ functionName, qualifier: undefined }));

interface Event {
  readonly body: string;
  readonly isBase64Encoded: boolean;
  readonly headers: Record<string, string>;
}

test("each function gets the answer of the one before; what a client sees is the last one's", async () => {
  const functions = {
    // Bytes of an unknown type come in base64.
    upper: ({ body, isBase64Encoded }: Event) => ({
      headers: { "content-type": "text/plain" },
      body: Buffer.from(body, isBase64Encoded ? "base64" : "utf8")
        .toString()
        .toUpperCase(),
    }),
    exclaim: ({ body, headers }: Event) => ({ body: `${body}! ${headers["content-type"]}` }),
  };
  await using running = await startGateway({ functions, policies: [policy({ match, chain: chainOf(functions) })] });
  const response = await fetch(running.url, {
    method: "POST",
    body: "hey",
    headers: { "content-type": "application/x-unknown" },
  });
  expect(await response.text()).toBe("HEY! text/plain");
});

test("the first error ends a chain and is its answer", async () => {
  const functions = { first: () => ({ statusCode: 403, body: "no" }), second: () => ({ body: "never" }) };
  await using running = await startGateway({ functions, policies: [policy({ match, chain: chainOf(functions) })] });
  const response = await fetch(running.url);
  expect([response.status, await response.text()]).toEqual([403, "no"]);
  expect(running.lambda.invocations).toHaveLength(1);
});
