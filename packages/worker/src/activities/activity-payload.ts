import type { Payload } from "../execute/payload.js";
import { badArguments } from "./activity-failure.js";

/** The encodings in which SDKs send a message as JSON: as protobuf JSON with its type's name, or as any other value. */
export type Encoding = "json/protobuf" | "json/plain";

/** One argument of an activity, as it came. */
export interface Argument {
  readonly encoding: Encoding;
  readonly json: unknown;
}

/**
 * Reads the only argument of an activity.
 *
 * @param typeName the full name of the message that it must be; a payload that names none is trusted to be it
 * @throws a non-retryable failure that says what is wrong with it
 */
export function argumentOf(payloads: readonly Payload[], typeName: string): Argument {
  const [payload] = payloads;
  if (payload === undefined || payloads.length > 1) {
    throw badArguments(`expected one argument, a ${typeName}; got ${payloads.length}`);
  }
  const encoding = metadataText(payload, "encoding") ?? "none";
  if (encoding !== "json/protobuf" && encoding !== "json/plain") {
    throw badArguments(`expected the encoding json/protobuf or json/plain; got ${encoding}`);
  }
  const messageType = metadataText(payload, "messageType") ?? typeName;
  if (encoding === "json/protobuf" && messageType !== typeName) {
    throw badArguments(`expected a ${typeName}; got a ${messageType}`);
  }
  return { encoding, json: parsed(payload) };
}

/** A message as a payload, in the encoding of the caller. */
export function answerPayload(json: unknown, typeName: string, encoding: Encoding): Payload {
  const metadata = {
    encoding: Buffer.from(encoding),
    ...(encoding === "json/protobuf" && { messageType: Buffer.from(typeName) }),
  };
  return { metadata, data: Buffer.from(JSON.stringify(json)) };
}

function parsed(payload: Payload): unknown {
  const text = Buffer.from(payload.data ?? []).toString();
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw badArguments(`expected JSON; ${error.message}`, error);
    throw error;
  }
}

function metadataText(payload: Payload, key: string): string | undefined {
  const value = payload.metadata?.[key];
  return value === undefined ? undefined : Buffer.from(value).toString();
}
