import fc from "fast-check";
import { expect, test } from "vitest";
import { answerOf } from "./answer.js";

const read = (answer: unknown) => answerOf(Buffer.from(JSON.stringify(answer)));

test.each([
  { title: "nothing in it", answer: {}, want: { statusCode: undefined, headers: [], body: "" } },
  { title: "status as text", answer: { statusCode: "201" }, want: { statusCode: 201 } },
  { title: "a plain body", answer: { body: "é" }, want: { body: "é" } },
  { title: "a base64 body", answer: { body: "w6k=", isBase64Encoded: true }, want: { body: "é" } },
  { title: "an unpadded base64 body", answer: { body: "w6k", isBase64Encoded: true }, want: { body: "é" } },
  { title: "a body that is not marked base64", answer: { body: "w6k=" }, want: { body: "w6k=" } },
  { title: "null fields", answer: { headers: null, cookies: null, body: null }, want: { headers: [], body: "" } },
  {
    title: "header names in lower case, values as text",
    answer: { headers: { "X-A": "1", "X-B": 2, "X-C": true } },
    want: {
      headers: [
        ["x-a", "1"],
        ["x-b", "2"],
        ["x-c", "true"],
      ],
    },
  },
  {
    title: "both kinds of headers, merged as API Gateway does",
    answer: { headers: { a: "1", b: "3" }, multiValueHeaders: { a: ["1", "2"] } },
    want: {
      headers: [
        ["a", "1"],
        ["a", "2"],
        ["b", "3"],
      ],
    },
  },
  {
    title: "cookies",
    answer: { cookies: ["a=1", "b=2"] },
    want: {
      headers: [
        ["set-cookie", "a=1"],
        ["set-cookie", "b=2"],
      ],
    },
  },
  {
    title: "pseudo and connection headers, which are dropped",
    answer: { headers: { ":status": "500", Connection: "close", "transfer-encoding": "chunked" } },
    want: { headers: [] },
  },
  { title: "trailers", answer: { multiValueTrailers: { "X-T": ["1"] } }, want: { trailers: [["x-t", "1"]] } },
])("an answer with $title", ({ answer, want }) => {
  const reading = read(answer);
  expect("answer" in reading && { ...reading.answer, body: reading.answer.body.toString() }).toMatchObject(want);
});

test.each([
  { answer: "text", want: "the answer is not a JSON object" },
  { answer: null, want: "the answer is not a JSON object" },
  { answer: [], want: "the answer is not a JSON object" },
  { answer: { statusCode: "ok" }, want: "statusCode is not a number from 100 to 599" },
  { answer: { statusCode: 99 }, want: "statusCode is not a number from 100 to 599" },
  { answer: { statusCode: 200.5 }, want: "statusCode is not a number from 100 to 599" },
  { answer: { headers: [] }, want: "headers is not an object" },
  { answer: { headers: { a: {} } }, want: "headers.a is neither text nor a number" },
  { answer: { headers: { a: "x\r\ny: z" } }, want: "headers.a is no header that HTTP can carry" },
  { answer: { headers: { "a b": "x" } }, want: "headers.a b is no header that HTTP can carry" },
  { answer: { multiValueHeaders: { a: ["☃"] } }, want: "multiValueHeaders.a is no header that HTTP can carry" },
  { answer: { cookies: "a=1" }, want: "cookies is not an array" },
  { answer: { body: {} }, want: "body is not a string" },
  { answer: { body: "{}", isBase64Encoded: true }, want: "body is marked base64 and is not base64" },
])("$answer is malformed: $want", ({ answer, want }) => {
  expect(read(answer)).toEqual({ malformed: want });
});

test("bytes that are no JSON are malformed", () => {
  expect(answerOf(Buffer.from("<html>"))).toEqual({ malformed: "the answer is not JSON" });
});

test("any bytes of a body come through", () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.boolean(), (value, pad) => {
      const body = Buffer.from(value)
        .toString("base64")
        .replace(pad ? /$^/ : /=+$/, "");
      const reading = read({ body, isBase64Encoded: true });
      expect("answer" in reading && new Uint8Array(reading.answer.body)).toEqual(value);
    }),
  );
});
