import { credentials, type ClientReadableStream, type ServiceError } from "@grpc/grpc-js";
import { errorDetailsOf, startProgram, type RunningProgram, type Settings } from "@protomesh/core";
import {
  ApplyResourcesRequest,
  BadRequest,
  HistoryRequest,
  ListResourcesRequest,
  ResourceStoreClient,
  type ApplyResourcesResponse,
  type CompactResponse,
  type DropResourcesRequest,
  type DropResourcesResponse,
  type GetResourceResponse,
  type HistoryResponse,
  type ListResourcesResponse,
  type PutResourceResponse,
  type RollbackRequest,
  type RollbackResponse,
  type Resource,
  type WatchResourcesRequest,
  type WatchResourcesResponse,
} from "@protomesh/core/api";
import { until, type Database } from "@protomesh/testing";
import { program } from "../main.js";
import { bundledMigrations } from "../migration/migration-files.js";
import type { storeSettings } from "../settings.js";

/** A store of a test: serving on a free port over the test's database, its schema made at the start. */
export interface RunningStore {
  readonly client: ResourceStoreClient;
  readonly address: string;
  readonly adminAddress: string;
  readonly running: RunningProgram;
  stop(): Promise<void>;
}

/**
 * Whether the stores of tests tell each other of changes where a test does not say. With `PROTOMESH_NOTIFY=false` they do
 * not, and everything must hold all the same.
 */
// oxlint-disable-next-line node/no-process-env, no-restricted-properties -- which suite is run, as with a seed
export const notifies = process.env["PROTOMESH_NOTIFY"] !== "false";

export async function startStore(
  { dsn }: Database,
  overrides: Partial<Settings<typeof storeSettings>> = {},
): Promise<RunningStore> {
  const running = await startProgram(program, {
    "http.server.tls.disable": true,
    "store.listener.address": "127.0.0.1:0",
    "store.sql.connection.string": dsn,
    "store.postgres.migration.file": bundledMigrations,
    ...(!notifies && { "store.postgres.notify": false, "store.postgres.poll.interval": 100 }),
    ...overrides,
  });
  const address = running.addresses["grpc"] ?? "";
  const client = new ResourceStoreClient(address, credentials.createInsecure());
  return {
    client,
    address,
    adminAddress: running.addresses["admin"] ?? "",
    running,
    stop: async () => {
      client.close();
      await running.stop();
    },
  };
}

/** Resolves when the store can do its duty. */
export async function ready({ running }: RunningStore): Promise<void> {
  await until(() => running.readiness().ready, "the store is ready", {
    last: () => JSON.stringify(running.readiness().parts),
  });
}

/** One unary call as a promise; fails with grpc-js's ServiceError. */
export async function call<Response>(
  begin: (callback: (error: ServiceError | null, response: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    begin((error, response) => (error ? reject(error) : resolve(response)));
  });
}

/** A resource of a type that the store does not know: any content will do. */
export function note(fields: {
  id: string;
  namespace?: string;
  name?: string;
  text?: string;
  typeUrl?: string;
}): Resource {
  const { id, namespace = "default", name = "a note", text = "", typeUrl = "type.example/Note" } = fields;
  return { namespace, id, name, spec: { typeUrl, value: Buffer.from(text) }, version: undefined };
}

export async function get(
  { client }: RunningStore,
  namespace: string,
  resourceId: string,
): Promise<GetResourceResponse> {
  return call((done) => client.get({ namespace, resourceId }, done));
}

export async function drop(
  { client }: RunningStore,
  namespace: string,
  resourceIds: string[],
  options: Partial<DropResourcesRequest> = {},
): Promise<DropResourcesResponse> {
  const request = { namespace, resourceIds, expectedIndexes: {}, requestId: "", ...options };
  return call((done) => client.drop(request, done));
}

export async function apply(
  { client }: RunningStore,
  request: Partial<ApplyResourcesRequest>,
): Promise<ApplyResourcesResponse> {
  return call((done) => client.apply(ApplyResourcesRequest.fromPartial(request), done));
}

export async function list(
  { client }: RunningStore,
  request: Partial<ListResourcesRequest>,
): Promise<ListResourcesResponse> {
  return call((done) => client.list(ListResourcesRequest.fromPartial(request), done));
}

export async function compact(
  { client }: RunningStore,
  namespace: string,
  upToRevision: bigint,
): Promise<CompactResponse> {
  return call((done) => client.compact({ namespace, upToRevision }, done));
}

export async function rollback(
  { client }: RunningStore,
  namespace: string,
  toRevision: bigint,
  options: Partial<RollbackRequest> = {},
): Promise<RollbackResponse> {
  return call((done) => client.rollback({ namespace, toRevision, dryRun: false, requestId: "", ...options }, done));
}

/** Every response of a history; fails with grpc-js's ServiceError. */
export async function history({ client }: RunningStore, request: Partial<HistoryRequest>): Promise<HistoryResponse[]> {
  const stream = client.history(HistoryRequest.fromPartial(request));
  const responses: HistoryResponse[] = [];
  return new Promise((resolve, reject) => {
    stream.on("data", (response: HistoryResponse) => responses.push(response));
    stream.on("error", reject);
    stream.on("end", () => resolve(responses));
  });
}

/** The error that a call ends with. */
export async function failureOf(answer: Promise<unknown>): Promise<ServiceError> {
  return answer.then(
    () => {
      throw new Error("the call succeeded");
    },
    (error: unknown) => {
      if (!isServiceError(error)) throw error;
      return error;
    },
  );
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && "metadata" in error;
}

/** The fields that a google.rpc.BadRequest in a call's error names. */
export function violatedFields(error: ServiceError): string[] {
  return errorDetailsOf(error)
    .filter(({ typeUrl }) => typeUrl.endsWith("google.rpc.BadRequest"))
    .flatMap(({ value }) => BadRequest.decode(value).fieldViolations.map(({ field }) => field));
}

export async function put(
  { client }: RunningStore,
  resource: Resource,
  options: { expectedIndex?: bigint; requestId?: string } = {},
): Promise<PutResourceResponse> {
  const { expectedIndex, requestId = "" } = options;
  return call((done) => client.put({ resource, expectedIndex, requestId }, done));
}

/** What a watch was sent, and how it ended. */
export interface Watching {
  readonly responses: WatchResourcesResponse[];
  readonly stream: ClientReadableStream<WatchResourcesResponse>;
  error: ServiceError | undefined;
}

export function watch({ client }: RunningStore, request: Partial<WatchResourcesRequest> = {}): Watching {
  const stream = client.watch({
    namespace: "default",
    resumeRevision: undefined,
    resumeHistory: "",
    kinds: [],
    mergedEndOfList: true,
    ...request,
  });
  const watching: Watching = { responses: [], stream, error: undefined };
  stream.on("data", (response: WatchResourcesResponse) => watching.responses.push(response));
  stream.on("error", (error: ServiceError) => {
    watching.error = error;
  });
  return watching;
}

/** Resolves when a watch has been told that everything up to a revision has been delivered. */
export async function delivered(watching: Watching, revision: bigint): Promise<void> {
  await until(
    () => watching.responses.some((response) => response.endOfList && response.revision >= revision),
    `everything up to revision ${revision} is delivered`,
    { last: () => JSON.stringify(watching.responses.map(brief)) },
  );
}

/** What a watch was told, in one line for each change: `+name@index` or `-name@index`. */
export function told({ responses }: Watching): string[] {
  return responses.flatMap(brief);
}

function brief({ updatedResources, droppedResources }: WatchResourcesResponse): string[] {
  const line = (sign: string, { name, version }: Resource): string => `${sign}${name}@${version?.index}`;
  return [
    ...updatedResources.map((resource) => line("+", resource)),
    ...droppedResources.map((resource) => line("-", resource)),
  ];
}
