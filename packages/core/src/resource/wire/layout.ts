import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { ScalarType } from "@bufbuild/protobuf";
import { apiMessage } from "../descriptors.js";

/** What reading and ordering a message's bytes needs of its descriptor. */
export interface Layout {
  /** The message's name without its package, for people. */
  readonly name: string;
  readonly fields: ReadonlyMap<number, FieldLayout>;
}

export interface FieldLayout {
  readonly name: string;
  readonly inOneof: boolean;
  readonly text: boolean;
  /** Of a message or a list of messages: how each is laid out. */
  readonly message: Layout | undefined;
}

const layouts = new Map<string, Layout>();

/** The layout of a message of the public API, by its full name; throws where there is none. */
export function layoutOf(typeName: string): Layout {
  const known = layouts.get(typeName);
  if (known !== undefined) return known;
  const layout = layoutOfMessage(apiMessage(typeName));
  layouts.set(typeName, layout);
  return layout;
}

/** Specs nest messages, but none within itself, so this ends. */
function layoutOfMessage(message: DescMessage): Layout {
  return { name: message.name, fields: new Map(message.fields.map((field) => [field.number, layoutOfField(field)])) };
}

function layoutOfField(field: DescField): FieldLayout {
  const hasScalar = field.fieldKind === "scalar" || (field.fieldKind === "list" && field.listKind === "scalar");
  const hasMessage = field.fieldKind === "message" || (field.fieldKind === "list" && field.listKind === "message");
  return {
    name: field.name,
    inOneof: field.oneof !== undefined,
    text: hasScalar && field.scalar === ScalarType.STRING,
    message: hasMessage ? layoutOf(field.message.typeName) : undefined,
  };
}
