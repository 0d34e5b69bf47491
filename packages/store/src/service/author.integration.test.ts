import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentials, Metadata } from "@grpc/grpc-js";
import {
  ApplyResourcesRequest,
  ResourceStoreClient,
  type PutResourceResponse,
  type RollbackRequest,
} from "@protomesh/core/api";
import { test, testCertificate, testClientCertificate, type Database } from "@protomesh/testing";
import { expect, onTestFinished } from "vitest";
import {
  call,
  compact,
  failureOf,
  history,
  note,
  put,
  ready,
  startStore,
  violatedFields,
  type RunningStore,
} from "../testing/running-store.js";
import { namespace, store, useStore } from "../testing/store-of-file.js";

useStore();

/** Ids in the order of their numbers, as a history has them within a revision. */
function idOf(number: number): string {
  return `7a5f1e0c-3e52-4c59-9f44-${String(number).padStart(12, "0")}`;
}

const [one, two, three] = [idOf(1), idOf(2), idOf(3)];
const names = new Map([
  [one, "one"],
  [two, "two"],
  [three, "three"],
]);

/** What a client says of itself. */
function claim(author: string): Metadata {
  const metadata = new Metadata();
  metadata.set("protomesh-author", author);
  return metadata;
}

function claimInUtf8(author: string | Buffer): Metadata {
  const metadata = new Metadata();
  metadata.set("protomesh-author-bin", Buffer.from(author));
  return metadata;
}

interface PutFields {
  readonly id?: string;
  readonly text?: string;
  readonly requestId?: string;
}

async function putAs(
  { client }: Pick<RunningStore, "client">,
  metadata: Metadata,
  { id = one, text = "", requestId = "" }: PutFields = {},
): Promise<PutResourceResponse> {
  const resource = note({ namespace, id, text });
  return call((done) => client.put({ resource, expectedIndex: undefined, requestId }, metadata, done));
}

/** Who wrote what: `revision ±id author`, in order. */
async function told(): Promise<readonly string[]> {
  const entries = (await history(store, { namespace })).flatMap((response) => response.entries);
  return entries.map(
    ({ revision, dropped, resource, author }) =>
      `${revision} ${dropped ? "-" : "+"}${names.get(resource?.id ?? "")} ${author === "" ? "nobody" : author}`,
  );
}

test("each change tells who made it, whichever call it was", async () => {
  const { client } = store;
  await putAs(store, claim("ada"));
  const request = ApplyResourcesRequest.fromPartial({
    namespace,
    resources: [note({ namespace, id: two }), note({ namespace, id: three })],
    dropIds: [one],
    applySet: "all",
  });
  await call((done) => client.apply(request, claim("ci/build 7"), done));
  const drops = { namespace, resourceIds: [two], expectedIndexes: {}, requestId: "" };
  await call((done) => client.drop(drops, claim("grace@host"), done));
  const back: RollbackRequest = { namespace, toRevision: 1n, dryRun: false, requestId: "" };
  await call((done) => client.rollback(back, claim("joan"), done));
  await put(store, note({ namespace, id: two, text: "again" }));
  expect(await told()).toEqual([
    "1 +one ada",
    "2 -one ci/build 7",
    "2 +two ci/build 7",
    "2 +three ci/build 7",
    "3 -two grace@host",
    "4 +one joan",
    "4 -three joan",
    "5 +two nobody",
  ]);
});

test("what leaves an apply set was dropped by whom applied the rest", async () => {
  const applySet = (author: string, ids: readonly string[]) =>
    call((done) =>
      store.client.apply(
        ApplyResourcesRequest.fromPartial({
          namespace,
          applySet: "s",
          resources: ids.map((id) => note({ namespace, id })),
        }),
        claim(author),
        done,
      ),
    );
  await applySet("ada", [one, two]);
  await applySet("grace", [two]);
  expect(await told()).toEqual(["1 +one ada", "1 +two ada", "2 -one grace"]);
});

test("a write that changes nothing leaves the author who made the resource so", async () => {
  await putAs(store, claim("ada"));
  await putAs(store, claim("grace"));
  expect(await told()).toEqual(["1 +one ada"]);
});

test("of a request that is sent again, the author of the first stays", async () => {
  const requestId = randomUUID();
  const first = await putAs(store, claim("ada"), { requestId });
  expect(await putAs(store, claim("grace"), { requestId })).toEqual(first);
  expect(await told()).toEqual(["1 +one ada"]);
});

test("writes that are committed together have each its own author", async () => {
  const ids = Array.from({ length: 60 }, (_, index) => idOf(100 + index));
  const authorOf = (id: string): string => (ids.indexOf(id) % 3 === 0 ? "" : `author ${ids.indexOf(id)}`);
  await Promise.all(ids.map((id) => putAs(store, authorOf(id) === "" ? new Metadata() : claim(authorOf(id)), { id })));
  const entries = (await history(store, { namespace })).flatMap((response) => response.entries);
  expect(entries).toHaveLength(ids.length);
  // Of one group all are written at one time: there were groups of several.
  const times = new Set(entries.map(({ timestamp }) => `${timestamp?.seconds}.${timestamp?.nanos}`));
  expect(times.size).toBeLessThan(ids.length);
  for (const { author, resource } of entries) expect(author).toBe(authorOf(resource?.id ?? ""));
});

test("compaction leaves the author of what stays", async () => {
  await putAs(store, claim("ada"), { text: "1" });
  await putAs(store, claim("grace"), { text: "2" });
  await putAs(store, claim("joan"), { text: "3" });
  await compact(store, namespace, 2n);
  const entries = (await history(store, { namespace, afterRevision: 2n })).flatMap((response) => response.entries);
  expect(entries.map(({ author }) => author)).toEqual(["joan"]);
});

test("a name of any alphabet comes as UTF-8, and goes before the other key", async () => {
  await putAs(store, claimInUtf8("Jürgen 山田"), { text: "1" });
  const both = claimInUtf8("山田");
  both.set("protomesh-author", "yamada");
  await putAs(store, both, { text: "2" });
  expect(await told()).toEqual(["1 +one Jürgen 山田", "2 +one 山田"]);
});

test("a name of 253 bytes is kept, an empty one is none", async () => {
  await putAs(store, claim("a".repeat(253)), { text: "1" });
  await putAs(store, claim(""), { text: "2" });
  await putAs(store, claimInUtf8(""), { text: "3" });
  expect(await told()).toEqual([`1 +one ${"a".repeat(253)}`, "2 +one nobody", "3 +one nobody"]);
});

test.each<{ readonly title: string; readonly metadata: Metadata; readonly key: string; readonly shown: string }>([
  {
    title: "254 bytes",
    metadata: claim("a".repeat(254)),
    key: "protomesh-author",
    shown: `"${"a".repeat(254)}"`,
  },
  { title: "254 bytes of UTF-8", metadata: claimInUtf8("ü".repeat(127)), key: "protomesh-author-bin", shown: "üüü" },
  { title: "a new line", metadata: claimInUtf8("a\nb"), key: "protomesh-author-bin", shown: '"a\\nb"' },
  { title: "a zero", metadata: claimInUtf8("a\0b"), key: "protomesh-author-bin", shown: '"a\\u0000b"' },
  { title: "text turned round", metadata: claimInUtf8("a\u202eb"), key: "protomesh-author-bin", shown: "a" },
  {
    title: "no UTF-8",
    metadata: claimInUtf8(Buffer.from([0x61, 0xff])),
    key: "protomesh-author-bin",
    shown: '"a\ufffd"',
  },
])("a name with $title is refused, and nothing written", async ({ metadata, key, shown }) => {
  const error = await failureOf(putAs(store, metadata));
  expect(error.details).toContain(`${key}: `);
  expect(error.details).toContain(shown);
  expect(error.details).toContain("expected at most 253 bytes of printable characters");
  expect(violatedFields(error)).toEqual([key]);
  expect(await told()).toEqual([]);
});

/** A store that takes writes only of clients with this certificate, and a client that has it. */
async function storeForCertificate(
  database: Database,
  person: ReturnType<typeof testClientCertificate>,
): Promise<RunningStore> {
  const folder = mkdtempSync(join(tmpdir(), "protomesh-mtls-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const server = testCertificate();
  const files = { cert: join(folder, "cert.pem"), key: join(folder, "key.pem"), clients: join(folder, "clients.pem") };
  writeFileSync(files.cert, server.cert);
  writeFileSync(files.key, server.key);
  writeFileSync(files.clients, person.cert);
  const strict = await startStore(database, {
    "http.server.tls.disable": false,
    "http.server.tls.certificate.certificates.path": files.cert,
    "http.server.tls.certificate.certificates.private.key.path": files.key,
    "http.server.tls.root.cas.path": files.clients,
  });
  const client = new ResourceStoreClient(strict.address, credentials.createSsl(server.cert, person.key, person.cert));
  onTestFinished(async () => {
    client.close();
    await strict.stop();
  });
  await ready(strict);
  return { ...strict, client };
}

test("a certificate says who writes, whatever else is claimed", async ({ database }) => {
  const strict = await storeForCertificate(database, testClientCertificate({ commonName: "billing-team" }));
  await putAs(strict, new Metadata(), { text: "1" });
  await putAs(strict, claim("somebody else"), { text: "2" });
  await putAs(strict, claimInUtf8("a\nb"), { text: "3" });
  expect(await told()).toEqual(["1 +one billing-team", "2 +one billing-team", "3 +one billing-team"]);
});

const spiffeId = "spiffe://example.org/ns/billing/sa/deployer";

test.for<{
  readonly title: string;
  readonly holder: Parameters<typeof testClientCertificate>[0];
  readonly author: string;
}>([
  {
    title: "its common name, before all others",
    holder: { commonName: "billing-team", uris: [spiffeId] },
    author: "billing-team",
  },
  {
    title: "without a common name: a URI",
    holder: { emails: ["ada@example.org"], hostNames: ["billing.example.org"], uris: [spiffeId] },
    author: spiffeId,
  },
  {
    title: "without a URI: a host name",
    holder: { emails: ["ada@example.org"], hostNames: ["billing.example.org"] },
    author: "billing.example.org",
  },
  {
    title: "without a host name: an e-mail address",
    holder: { emails: ["ada@example.org"] },
    author: "ada@example.org",
  },
  {
    title: "a name that looks like several is one",
    holder: { hostNames: ["a, URI:spiffe://forged"] },
    author: "a, URI:spiffe://forged",
  },
  { title: "without any name: nobody, so whom the client claims to be", holder: {}, author: "claimed" },
  {
    title: "what cannot be shown: as what it is not",
    holder: { commonName: "a\u0001\u202eb" },
    author: "a\ufffd\ufffdb",
  },
  {
    title: "a name that is too long: as much as fits, in whole characters",
    holder: { commonName: `${"ü".repeat(126)}山田` },
    author: "ü".repeat(126),
  },
])("whom a certificate names is the author: $title", async ({ holder, author }, { database }) => {
  const strict = await storeForCertificate(database, testClientCertificate(holder));
  await putAs(strict, claim("claimed"));
  expect(await told()).toEqual([`1 +one ${author}`]);
});
