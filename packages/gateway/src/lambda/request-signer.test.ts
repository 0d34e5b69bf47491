import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { HttpResponse, type HttpRequest } from "@smithy/protocol-http";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encoded, RequestSigner, signedPathOf, signingTime } from "./request-signer.js";

const region = "eu-central-1";

test("a time is written without dashes, colons and fractions", () => {
  expect(signingTime(Date.UTC(2015, 7, 30, 12, 36, 0, 999))).toBe("20150830T123600Z");
});

/** A request as the SDK signs it, captured instead of sent. */
async function signedBySdk(
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string },
  input: { FunctionName: string; Qualifier?: string; Payload: Uint8Array },
): Promise<HttpRequest> {
  const captured: HttpRequest[] = [];
  const client = new LambdaClient({
    region,
    credentials,
    requestHandler: {
      handle: async (request: HttpRequest) => {
        captured.push(request);
        return Promise.resolve({ response: new HttpResponse({ statusCode: 200, headers: {}, body: Buffer.alloc(0) }) });
      },
    },
  });
  await client.send(new InvokeCommand(input));
  const [request] = captured;
  if (request === undefined) throw new Error("nothing was sent");
  return request;
}

const text = fc.string({ minLength: 1, maxLength: 20 });
const word = fc.stringMatching(/^[A-Za-z0-9$_.:-]{1,40}$/).filter((name) => !/^\.+$/.test(name));

test("signatures are the SDK's", async () => {
  const credentials = fc.record(
    { accessKeyId: fc.stringMatching(/^[A-Z0-9]{16}$/), secretAccessKey: text, sessionToken: word },
    { requiredKeys: ["accessKeyId", "secretAccessKey"] },
  );
  const input = fc.record(
    { FunctionName: word, Qualifier: word, Payload: fc.uint8Array({ minLength: 1 }) },
    { requiredKeys: ["FunctionName", "Payload"] },
  );
  await fc.assert(
    fc.asyncProperty(credentials, input, async (as, asked) => {
      const { method, path, query, headers } = await signedBySdk(as, asked);
      const wanted = headers["authorization"] ?? "";
      const names = /SignedHeaders=([^,]+)/.exec(wanted)?.[1]?.split(";") ?? [];
      const signable = {
        method,
        signedPath: signedPathOf(path),
        query: Object.entries(query)
          .map(([name, value]) => `${encoded(name)}=${encoded(String(value))}`)
          .join("&"),
        headers: names.map((name) => [name, headers[name] ?? ""] as const),
        payload: asked.Payload,
      };
      const signed = new RequestSigner(region).authorization(signable, headers["x-amz-date"] ?? "", as);
      expect(signed).toBe(wanted);
    }),
    { numRuns: 30 },
  );
});

test("another day and another secret have other keys, and the first one's again", () => {
  const signer = new RequestSigner(region);
  const request = { method: "POST", signedPath: "/", query: "", headers: [], payload: Buffer.alloc(0) };
  const sign = (time: string, secretAccessKey: string) =>
    signer.authorization(request, time, { accessKeyId: "a", secretAccessKey });
  const first = sign("20240101T000000Z", "one");
  const others = [sign("20240102T000000Z", "one"), sign("20240101T000000Z", "two")];
  expect(new Set([first, ...others]).size).toBe(3);
  expect(sign("20240101T000000Z", "one")).toBe(first);
});
