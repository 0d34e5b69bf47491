import { hash } from "node:crypto";
import { invalidArgument, validateNamespace } from "@protomesh/core";
import { ListResourcesResponse, type ListResourcesRequest } from "@protomesh/core/api";
import { readListPage } from "../read/list-page.js";
import { ListedFields } from "../stream/encode-listed.js";
import { encodeMessage } from "../stream/encode-message.js";
import { futurePlace, lostPlace } from "../stream/places.js";
import { decodePageToken, encodePageToken, type PageToken } from "./page-token.js";
import { canonicalIds } from "./request-checks.js";
import type { StoreContext } from "./store-context.js";

/** The most on a page; the bytes keep it below what gRPC clients take by default (4 MiB). */
const largestPage = 1_000;
const pageBytes = 2 * 1024 * 1024;

/** A page of a namespace's resources at one revision: an encoded ListResourcesResponse. */
export async function list({ database }: StoreContext, request: ListResourcesRequest): Promise<Buffer> {
  const { namespace, kinds, pageSize, pageToken, revision: asked, resourceIds } = request;
  const named = canonicalIds("resource_ids", resourceIds);
  const violations = [...validateNamespace(namespace), ...named.violations];
  if (pageSize < 0) violations.push({ field: "page_size", description: `${pageSize}, expected 0 or more` });
  if (asked < 0n) violations.push({ field: "revision", description: `${asked}, expected 0 or more` });
  const choice = hash("sha256", JSON.stringify([namespace, kinds, named.ids, String(asked)]), "base64url");
  const token = pageToken === "" ? undefined : decodePageToken(pageToken);
  if (pageToken !== "" && token?.choice !== choice) {
    violations.push({ field: "page_token", description: "expected the token of the page before, of the same list" });
  }
  if (violations.length > 0) throw invalidArgument(violations);

  const revision = token?.revision ?? (asked === 0n ? undefined : asked);
  const query = {
    namespace,
    revision,
    afterId: token?.afterId,
    kinds,
    ids: named.ids,
    limit: Math.min(pageSize === 0 ? largestPage : pageSize, largestPage),
    bytes: pageBytes,
  };
  const listed = new ListedFields(namespace);
  const page = await database.run("read", async (sql) => readListPage(sql, query, (resource) => listed.add(resource)));
  checkPlace(revision, token, page.head);
  const { lastId, more, head } = page;
  const { history } = head;
  const nextPageToken =
    more && lastId !== undefined ? encodePageToken({ revision: page.revision, history, afterId: lastId, choice }) : "";
  const rest = { resources: [], nextPageToken, revision: page.revision, history };
  return Buffer.concat([listed.encoded, encodeMessage(ListResourcesResponse, rest)]);
}

function checkPlace(
  revision: bigint | undefined,
  token: PageToken | undefined,
  head: { readonly revision: bigint; readonly floor: bigint; readonly history: string },
): void {
  if (revision === undefined) return;
  if (revision < head.floor || (token !== undefined && token.history !== head.history)) throw lostPlace(revision, head);
  if (revision > head.revision) throw futurePlace(revision, head);
}
