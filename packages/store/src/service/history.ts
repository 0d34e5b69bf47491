import { canonicalId, invalidArgument, validateId, validateNamespace, type Violation } from "@protomesh/core";
import type { HistoryRequest, HistoryResponse } from "@protomesh/core/api";
import type { Head } from "../read/head.js";
import { readVersionPage, readVersionSpan, type Version, type VersionQuery } from "../read/read-versions.js";
import { resourceOf, versionOf } from "../stream/encode-change.js";
import { futurePlace, lostPlace } from "../stream/places.js";
import type { StoreContext } from "./store-context.js";

/** A response ends with the entry that reaches this many bytes: below what gRPC clients take by default (4 MiB). */
const responseBytes = 512 * 1024;

/**
 * The past versions of a namespace or of one resource as they were written, in revision order; at least one response.
 * What is written meanwhile is not among them. Below the floor, the versions that are left are at least those that the
 * state at the floor consists of.
 * @throws DomainError, also in the middle: where compaction overtakes the reader, versions would be missing
 */
export async function* history(
  { database, feeds }: StoreContext,
  request: HistoryRequest,
): AsyncGenerator<HistoryResponse, void> {
  const id = canonicalId(request.resourceId);
  const violations = violationsOf(request);
  if (violations.length > 0) throw invalidArgument(violations);
  const { namespace, afterRevision: after, upToRevision, newest } = request;

  const begun = await feeds.freshHead(namespace);
  checkPlace(after, begun);
  checkPlace(upToRevision, begun);
  const upTo = upToRevision === 0n ? begun.revision : upToRevision;
  const query: VersionQuery = { namespace, id, after, upTo, newest: newest === 0 ? undefined : newest };
  const span = await database.run("read", async (sql) => readVersionSpan(sql, query));

  let from = span.from;
  for (let first = true; ; first = false) {
    const { head, versions } = await database.run("read", async (sql) =>
      readVersionPage(sql, query, span, from, responseBytes),
    );
    // A page may have ended in the middle of a write, of which compaction takes the drops with the floor's own revision.
    const needed = first ? from.revision : from.revision - 1n;
    const overtaken = head.floor > begun.floor && needed < head.floor;
    if (head.history !== begun.history || overtaken) throw lostPlace(from.revision, head);
    const last = versions.at(-1);
    if (last === undefined && !first) return;
    yield { entries: versions.map((version) => entryOf(namespace, version)), history: head.history };
    if (last === undefined) return;
    from = last;
  }
}

function violationsOf({ namespace, resourceId, afterRevision, upToRevision, newest }: HistoryRequest): Violation[] {
  const violations: Violation[] = [...validateNamespace(namespace)];
  if (resourceId !== "") violations.push(...validateId(resourceId, "resource_id"));
  if (afterRevision < 0n) {
    violations.push({ field: "after_revision", description: `${afterRevision}, expected 0 or more` });
  }
  if (upToRevision < 0n || (upToRevision > 0n && upToRevision < afterRevision)) {
    const expected = "expected 0, or not less than after_revision";
    violations.push({ field: "up_to_revision", description: `${upToRevision}, ${expected}` });
  }
  if (newest < 0) violations.push({ field: "newest", description: `${newest}, expected 0 or more` });
  return violations;
}

/** 0 stands for the oldest that is kept, or for now. */
function checkPlace(revision: bigint, head: Head): void {
  if (revision === 0n) return;
  if (revision < head.floor) throw lostPlace(revision, head);
  if (revision > head.revision) throw futurePlace(revision, head);
}

function entryOf(namespace: string, version: Version): HistoryResponse["entries"][number] {
  const { revision, dropped, author } = version;
  const { timestamp } = versionOf(version);
  return { revision, timestamp, resource: resourceOf(namespace, version), dropped, author };
}
