import { responseTail, type EncodedChange, type Entry } from "./encode-change.js";
import type { KindFilter } from "./kind-filter.js";

/**
 * How `end_of_list` is told: `merged` into the last response of a slice, or `separate`, in a response of its own, for
 * older clients, which pass over the resources of a response that has it.
 */
export type EndStyle = "merged" | "separate";

/** Consecutive whole writes as one watcher's filter sees them, ready to be sent to every watcher at that place. */
export interface Slice {
  /** The revision of its last write. */
  readonly through: bigint;
  /** Encoded responses; none where the filter wants nothing of it. */
  readonly messages: readonly Buffer[];
  readonly bytes: number;
}

/** A response is not filled beyond this. */
export const sliceBytes = 256 * 1024;
/** One write beyond this is sent as several responses, so that none exceeds what gRPC clients take by default (4 MiB). */
const partBytes = 1024 * 1024;

/**
 * The next slice of a stream. It ends before it would hold an id twice, as older clients read updates before drops, and
 * never within a write: `end_of_list` stands at the end of a whole write only.
 * @param writes those after the watcher's place, oldest first; at least one
 */
export function sliceOf(writes: Iterable<Entry>, filter: KindFilter, style: EndStyle, history: string): Slice {
  const ids = new Set<string>();
  const fields: Buffer[] = [];
  let bytes = 0;
  let through = 0n;
  for (const { revision, changes } of writes) {
    const wanted = changes.flatMap((change) => wantedPart(change, filter) ?? []);
    const size = wanted.reduce((sum, { field }) => sum + field.length, 0);
    if (fields.length > 0 && wanted.length > 0) {
      if (bytes + size > sliceBytes || wanted.some(({ id }) => ids.has(id))) break;
    }
    for (const { id, field } of wanted) {
      ids.add(id);
      fields.push(field);
    }
    bytes += size;
    through = revision;
  }
  const messages = fields.length === 0 ? [] : messagesOf(fields, style, through, history);
  return { through, messages, bytes: messages.reduce((sum, message) => sum + message.length, 0) };
}

function messagesOf(fields: readonly Buffer[], style: EndStyle, through: bigint, history: string): Buffer[] {
  const parts = partsOf(fields);
  const end = responseTail(through, history, true);
  const more = responseTail(through, history, false);
  if (style === "separate") return [...parts.map((part) => Buffer.concat([...part, more])), end];
  return parts.map((part, index) => Buffer.concat([...part, index === parts.length - 1 ? end : more]));
}

function partsOf(fields: readonly Buffer[]): Buffer[][] {
  const parts: Buffer[][] = [];
  let size = 0;
  for (const field of fields) {
    const last = parts.at(-1);
    if (last === undefined || size + field.length > partBytes) {
      parts.push([field]);
      size = field.length;
    } else {
      last.push(field);
      size += field.length;
    }
  }
  return parts;
}

function wantedPart(change: EncodedChange, filter: KindFilter): { id: string; field: Buffer } | undefined {
  const { id, field, departure, replacedKind } = change;
  if (filter.wants(change)) return { id, field };
  if (departure === undefined || replacedKind === undefined || !filter.mayHaveWanted(replacedKind)) return undefined;
  return { id, field: departure };
}
