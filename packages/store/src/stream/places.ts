import { beyondHead, compacted, type DomainError } from "@protomesh/core";
import type { Head } from "../read/head.js";

/** A place in the stream is gone: compacted, or of another history. */
export function lostPlace(revision: bigint, { revision: head, floor, history }: Head): DomainError {
  return compacted(`revision ${revision} is not kept: history ${history} reaches from ${floor} to ${head}`, {
    floorRevision: floor,
    headRevision: head,
    history,
  });
}

/** A place that the stream has not reached. */
export function futurePlace(revision: bigint, { revision: head, floor, history }: Head): DomainError {
  return beyondHead(`revision ${revision} does not exist yet: the head is ${head}`, {
    floorRevision: floor,
    headRevision: head,
    history,
  });
}
