import { crc32 } from "node:zlib";

/** The type of a header value that is a string. */
const stringType = 7;
const preludeBytes = 12;

/**
 * One message of AWS's event stream encoding (`application/vnd.amazon.eventstream`): lengths, their CRC-32, headers,
 * payload, and the CRC-32 of all before. Source: smithy.io, "Amazon Event Stream Specification".
 */
function eventStreamMessage(headers: Readonly<Record<string, string>>, payload: Uint8Array): Buffer {
  const encodedHeaders = Buffer.concat(Object.entries(headers).map(([name, value]) => headerOf(name, value)));
  const total = preludeBytes + encodedHeaders.length + payload.length + 4;
  const message = Buffer.alloc(total);
  message.writeUInt32BE(total, 0);
  message.writeUInt32BE(encodedHeaders.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  message.set(encodedHeaders, preludeBytes);
  message.set(payload, preludeBytes + encodedHeaders.length);
  message.writeUInt32BE(crc32(message.subarray(0, total - 4)), total - 4);
  return message;
}

/** A part of a streamed answer. */
export function payloadChunk(bytes: Uint8Array): Buffer {
  return eventStreamMessage(
    { ":event-type": "PayloadChunk", ":content-type": "application/octet-stream", ":message-type": "event" },
    bytes,
  );
}

/** The end of a streamed answer, with the error that cut it short, if one did. */
export function invokeComplete(error?: { readonly code: string; readonly details: string }): Buffer {
  return eventStreamMessage(
    { ":event-type": "InvokeComplete", ":content-type": "application/json", ":message-type": "event" },
    Buffer.from(JSON.stringify(error === undefined ? {} : { ErrorCode: error.code, ErrorDetails: error.details })),
  );
}

function headerOf(name: string, value: string): Buffer {
  const nameBytes = Buffer.from(name);
  const valueBytes = Buffer.from(value);
  const header = Buffer.alloc(1 + nameBytes.length + 3 + valueBytes.length);
  header.writeUInt8(nameBytes.length, 0);
  header.set(nameBytes, 1);
  header.writeUInt8(stringType, 1 + nameBytes.length);
  header.writeUInt16BE(valueBytes.length, 2 + nameBytes.length);
  header.set(valueBytes, 4 + nameBytes.length);
  return header;
}
