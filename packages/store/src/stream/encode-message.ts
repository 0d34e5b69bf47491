import { Resource } from "@protomesh/core/api";

type Writer = ReturnType<typeof Resource.encode>;

/** What encodes messages of a type, as the generated code does. */
export interface MessageType<Message> {
  encode(message: Message, writer: Writer): Writer;
}

/** Beyond this, the buffer that a message has made grow is given back. */
const keptBytes = 64 * 1024;

let writer = freshWriter();

/** Encodes a message. One writer serves all: for a small message, a new one costs several times what the encoding does. */
export function encodeMessage<Message>(type: MessageType<Message>, message: Message): Buffer {
  let bytes: Uint8Array | undefined;
  try {
    bytes = type.encode(message, writer).finish();
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } finally {
    // A writer that broke off holds half a message.
    if (bytes === undefined || bytes.byteLength > keptBytes) writer = freshWriter();
  }
}

function freshWriter(): Writer {
  const fresh = Resource.encode(Resource.fromPartial({}));
  fresh.finish();
  return fresh;
}
