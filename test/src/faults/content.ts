import type { Resource } from "@protomesh/core/api";
import type { Change, Content } from "./observation.js";

/** A type that the store does not know, so that it keeps the bytes as they are. */
const typeUrl = "type.googleapis.com/protomesh.test.Content";

/** A resource that holds a text and nothing else. */
export function resourceWith(namespace: string, id: string, content: string): Resource {
  return { namespace, id, name: "fault run", spec: { typeUrl, value: Buffer.from(content) }, version: undefined };
}

/** The text that `resourceWith` put in. */
export function contentOf({ spec }: Resource): Content {
  return spec === undefined ? undefined : Buffer.from(spec.value).toString();
}

export function changeOf(resource: Resource, dropped: boolean): Change {
  return { id: resource.id, index: resource.version?.index ?? 0n, content: dropped ? undefined : contentOf(resource) };
}
