import type { Change } from "./change.js";

/** A row of `protomesh.event` as queries select it. */
export interface EventRow {
  readonly revision: bigint;
  readonly created_revision: bigint;
  readonly micros: bigint;
  readonly id: string;
  readonly dropped: boolean;
  readonly hash: string;
  readonly kind: string;
  readonly replaced_kind: string | null;
  readonly name: string;
  readonly type_url: string;
  readonly spec: Buffer;
}

export function changeOf(row: EventRow): Change {
  const { revision, created_revision, micros, id, dropped, hash, kind, replaced_kind, name, type_url, spec } = row;
  return {
    revision,
    createdRevision: created_revision,
    micros,
    id,
    dropped,
    hash,
    kind,
    replacedKind: replaced_kind ?? undefined,
    name,
    typeUrl: type_url,
    spec,
  };
}
