import { expect, test } from "vitest";
import { DropResourcesRequest, PutResourceRequest, ReportStatusRequest } from "../../api.js";
import { vector } from "../vectors/vectors.js";
import { messageFromJson, messageToJson } from "./message-json.js";

function told(typeName: string, json: unknown): string[] {
  const result = messageFromJson(typeName, json);
  return "bytes" in result ? [] : result.violations.map(({ field, description }) => `${field}: ${description}`);
}

test("a request with a resource of an unknown type, and a zero that is present", () => {
  const request = { resource: vector("unknown type URL").resource, expectedIndex: 0n, requestId: "" };
  const json = messageToJson(PutResourceRequest.$type, PutResourceRequest.encode(request).finish());
  expect(json).toMatchObject({ expectedIndex: "0", resource: { name: "custom", spec: { value: "CJYBEgNhYmM=" } } });
  const result = messageFromJson(PutResourceRequest.$type, json);
  expect("bytes" in result && PutResourceRequest.decode(result.bytes)).toEqual(request);
});

test("maps, with 64-bit integers as strings", () => {
  const json = { namespace: "n", resourceIds: ["a"], expectedIndexes: { a: "9007199254740993", b: 2 } };
  const result = messageFromJson(DropResourcesRequest.$type, json);
  if (!("bytes" in result)) throw new Error("expected bytes");
  expect(DropResourcesRequest.decode(result.bytes).expectedIndexes).toEqual({ a: 9_007_199_254_740_993n, b: 2n });
  expect(messageToJson(DropResourcesRequest.$type, result.bytes)).toEqual({
    ...json,
    expectedIndexes: { a: "9007199254740993", b: "2" },
  });
});

test("times, enums and maps of text", () => {
  const json = {
    statuses: [
      {
        resourceId: "r",
        details: { run: "1" },
        conditions: [{ type: "Started", state: "STATE_TRUE", lastTransition: "2026-01-31T12:00:00Z" }],
      },
    ],
  };
  const result = messageFromJson(ReportStatusRequest.$type, json);
  expect("bytes" in result && messageToJson(ReportStatusRequest.$type, result.bytes)).toEqual(json);
});

test("mistakes in a map are told by its key", () => {
  expect(told(DropResourcesRequest.$type, { expectedIndexes: { "a.b": "x" } })).toEqual([
    'expectedIndexes["a.b"]: "x" is not valid; expected an integer from -9223372036854775808 to 9223372036854775807',
  ]);
  expect(told(DropResourcesRequest.$type, { expectedIndexes: [] })).toEqual([
    "expectedIndexes: is empty; expected keys and values",
  ]);
});

test("a message that the API does not have is a mistake of the program", () => {
  expect(() => messageFromJson("acme.v1.Widget", {})).toThrow("no message acme.v1.Widget in the public API");
});
