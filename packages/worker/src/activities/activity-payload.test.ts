import { ApplicationFailure } from "@temporalio/common";
import { describe, expect, test } from "vitest";
import type { Payload } from "../execute/payload.js";
import { answerPayload, argumentOf } from "./activity-payload.js";

const type = "protomesh.services.v1.GetResourceRequest";

function payload(encoding: string | undefined, text: string, messageType?: string): Payload {
  return {
    metadata: {
      ...(encoding !== undefined && { encoding: Buffer.from(encoding) }),
      ...(messageType !== undefined && { messageType: Buffer.from(messageType) }),
    },
    data: Buffer.from(text),
  };
}

describe("an argument", () => {
  test.each([
    { title: "json/protobuf with its type", given: payload("json/protobuf", "{}", type), encoding: "json/protobuf" },
    { title: "json/protobuf without a type", given: payload("json/protobuf", "{}"), encoding: "json/protobuf" },
    { title: "json/plain", given: payload("json/plain", "{}"), encoding: "json/plain" },
  ])("$title is read", ({ given, encoding }) => {
    expect(argumentOf([given], type)).toEqual({ encoding, json: {} });
  });

  test.each([
    { title: "none", given: [], message: `expected one argument, a ${type}; got 0` },
    {
      title: "one too many",
      given: [payload("json/plain", "{}"), payload("json/plain", "{}")],
      message: `expected one argument, a ${type}; got 2`,
    },
    {
      title: "no encoding",
      given: [payload(undefined, "{}")],
      message: "expected the encoding json/protobuf or json/plain; got none",
    },
    {
      title: "null",
      given: [payload("binary/null", "")],
      message: "expected the encoding json/protobuf or json/plain; got binary/null",
    },
    {
      title: "another message",
      given: [payload("json/protobuf", "{}", "a.B")],
      message: `expected a ${type}; got a a.B`,
    },
    { title: "no JSON", given: [payload("json/plain", "{")], message: /^expected JSON; / },
  ])("$title is refused for good", ({ given, message }) => {
    const failure = thrownBy(() => argumentOf(given, type));
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({ type: "INVALID_ARGUMENT", nonRetryable: true });
    expect(() => argumentOf(given, type)).toThrow(message);
  });
});

test("an answer names its type in json/protobuf, and not in json/plain", () => {
  const json = { index: "1" };
  expect(answerPayload(json, type, "json/protobuf")).toEqual(payload("json/protobuf", '{"index":"1"}', type));
  expect(answerPayload(json, type, "json/plain")).toEqual(payload("json/plain", '{"index":"1"}'));
});

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
