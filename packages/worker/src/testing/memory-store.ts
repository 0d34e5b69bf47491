import {
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServerWritableStream,
} from "@grpc/grpc-js";
import { instanceResourceId, kindOf, resourceHash, saysNothing } from "@protomesh/core";
import {
  DropResourcesResponse,
  GetResourceResponse,
  PutResourceResponse,
  ResourceStoreService,
  WatchResourcesResponse,
  WatchStatusResponse,
  type DropResourcesRequest,
  type GetResourceRequest,
  type PutResourceRequest,
  type ReportStatusRequest,
  type ReportStatusResponse,
  type Resource,
  type ResourceStatus,
  type WatchResourcesRequest,
  type WatchStatusRequest,
} from "@protomesh/core/api";

type Watch = ServerWritableStream<WatchResourcesRequest, WatchResourcesResponse>;
type StatusWatch = ServerWritableStream<WatchStatusRequest, WatchStatusResponse>;

/** When everything was written, for all that a version says. */
const writtenAt = { seconds: BigInt(Date.UTC(2026, 0, 2, 3, 4, 5) / 1_000), nanos: 6_000_000 };

/** The part of the store that the worker speaks to, in memory. It can go away and come back on the same port. */
export class MemoryStore {
  readonly resources = new Map<string, Resource>();
  /** The ledger: what the reporter `worker` says. */
  readonly statuses = new Map<string, ResourceStatus>();
  /** By reporter: what instances say of themselves. */
  readonly instances = new Map<string, ResourceStatus>();
  /** Every status of the ledger that was reported, in order. */
  readonly reports: ResourceStatus[] = [];
  /** Every request to put, in order, also those that were answered by a fault. */
  readonly puts: PutResourceRequest[] = [];
  /** Method and author of every call that names one, in order. */
  readonly authors: (readonly [method: string, author: string])[] = [];
  /** Answers instead of the store, where it returns a code. */
  fault: (method: string) => status | undefined = () => undefined;
  /** Calls that wait for the release of their method. */
  held = 0;
  readonly #holds = new Map<string, Promise<void>>();
  /** Whether a watch gets the state, or waits for `endLists`. */
  listsResources = true;
  #revision = 0n;
  #port = 0;
  #server: Server | undefined;
  readonly #watches = new Set<Watch>();
  readonly #statusWatches = new Set<StatusWatch>();

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  async open(): Promise<void> {
    const server = new Server();
    server.addService(ResourceStoreService, {
      put: this.#unary("put", (request: PutResourceRequest) => this.#putRequest(request), this.puts),
      get: this.#unary("get", (request: GetResourceRequest) => this.#get(request)),
      drop: this.#unary("drop", (request: DropResourcesRequest) => this.#dropRequest(request)),
      reportStatus: this.#unary("reportStatus", (request: ReportStatusRequest) => this.#report(request)),
      watch: (call: Watch) => this.#watch(call),
      watchStatus: (call: StatusWatch) => this.#watchStatus(call),
    });
    this.#port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`127.0.0.1:${this.#port}`, ServerCredentials.createInsecure(), (error, port) =>
        error === null ? resolve(port) : reject(error),
      );
    });
    this.#server = server;
  }

  /** Breaks every connection and takes no more, until it is opened again. */
  close(): void {
    this.#server?.forceShutdown();
    this.#watches.clear();
    this.#statusWatches.clear();
  }

  /** Lets calls of a method wait until the returned function is called. */
  hold(method: string): () => void {
    let release: () => void = () => undefined;
    this.#holds.set(method, new Promise((resolve) => (release = resolve)));
    return () => {
      this.#holds.delete(method);
      release();
    };
  }

  put(resource: Resource): Resource {
    this.#revision += 1n;
    const version = { sha256Hash: resourceHash(resource), timestamp: writtenAt, index: this.#revision };
    const written = { ...resource, version };
    this.resources.set(resource.id, written);
    this.#tell({ updatedResources: [written] });
    return written;
  }

  drop(id: string): void {
    const resource = this.resources.get(id);
    if (resource === undefined) return;
    this.#revision += 1n;
    this.resources.delete(id);
    const version = { sha256Hash: "", timestamp: undefined, index: this.#revision };
    this.#tell({ droppedResources: [{ ...resource, version }] });
  }

  /** The reason of the condition of a type; undefined where there is none. */
  reason(id: string, type: string): string | undefined {
    return this.statuses.get(id)?.conditions.find((condition) => condition.type === type)?.reason;
  }

  #putRequest(request: PutResourceRequest): PutResourceResponse | Refusal {
    const { resource } = request;
    if (resource === undefined) return { code: status.INVALID_ARGUMENT, details: "resource: expected one" };
    return PutResourceResponse.fromPartial({ version: this.put(resource).version, history: "memory" });
  }

  #get({ resourceId }: GetResourceRequest): GetResourceResponse | Refusal {
    const resource = this.resources.get(resourceId);
    if (resource === undefined) return { code: status.NOT_FOUND, details: `no resource ${resourceId}` };
    return GetResourceResponse.fromPartial({ resource, history: "memory" });
  }

  #dropRequest({ resourceIds }: DropResourcesRequest): DropResourcesResponse {
    const droppedIds = resourceIds.filter((id) => this.resources.has(id));
    for (const id of droppedIds) this.drop(id);
    return DropResourcesResponse.fromPartial({ history: "memory", revision: this.#revision, droppedIds });
  }

  #report({ statuses }: ReportStatusRequest): ReportStatusResponse {
    for (const reported of statuses) {
      if (reported.resourceId === instanceResourceId) {
        this.#reportInstance(reported);
        continue;
      }
      this.reports.push(reported);
      const empty = saysNothing(reported);
      if (empty) this.statuses.delete(reported.resourceId);
      else this.statuses.set(reported.resourceId, reported);
      const response = empty ? { removedStatuses: [reported] } : { updatedStatuses: [reported] };
      for (const call of this.#statusWatches) call.write(WatchStatusResponse.fromPartial(response));
    }
    return {};
  }

  #reportInstance(reported: ResourceStatus): void {
    if (saysNothing(reported)) this.instances.delete(reported.reporter);
    else this.instances.set(reported.reporter, reported);
  }

  /** Completes the lists that wait. */
  endLists(): void {
    this.listsResources = true;
    for (const call of this.#watches) this.#list(call);
  }

  #watch(call: Watch): void {
    if (this.listsResources) this.#list(call);
    this.#watches.add(call);
    call.on("close", () => this.#watches.delete(call));
  }

  #list(call: Watch): void {
    const updatedResources = [...this.resources.values()].filter((resource) => isWatched(call, resource));
    call.write(this.#response({ updatedResources }));
  }

  #watchStatus(call: StatusWatch): void {
    const { reporters } = call.request;
    const all = [...this.statuses.values(), ...this.instances.values()];
    const updatedStatuses = all.filter(({ reporter }) => reporters.length === 0 || reporters.includes(reporter));
    call.write(WatchStatusResponse.fromPartial({ updatedStatuses, endOfList: true }));
    // Instances are read once, and not watched.
    if (reporters.includes("worker")) this.#statusWatches.add(call);
    call.on("close", () => this.#statusWatches.delete(call));
  }

  #tell(change: Partial<WatchResourcesResponse>): void {
    for (const call of this.#watches) call.write(this.#response(change));
  }

  /** Without a history, so that a broken watch is listed again: the simplest of stores. */
  #response(fields: Partial<WatchResourcesResponse>): WatchResourcesResponse {
    return { ...WatchResourcesResponse.fromPartial({ endOfList: true, revision: this.#revision }), ...fields };
  }

  #unary<Request, Response extends object>(
    method: string,
    answer: (request: Request) => Response | Refusal,
    seen: Request[] = [],
  ) {
    return ({ request, metadata }: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
      seen.push(request);
      for (const author of metadata.get("protomesh-author-bin")) this.authors.push([method, author.toString()]);
      const respond = (): void => {
        const fault = this.fault(method);
        const response = fault === undefined ? answer(request) : { code: fault, details: "as the test wishes" };
        if ("details" in response && "code" in response) callback(response);
        else callback(null, response);
      };
      const hold = this.#holds.get(method);
      if (hold === undefined) return respond();
      this.held += 1;
      void hold.then(respond);
    };
  }
}

interface Refusal {
  readonly code: status;
  readonly details: string;
}

function isWatched({ request }: Watch, { spec }: Resource): boolean {
  return request.kinds.length === 0 || (spec !== undefined && request.kinds.includes(kindOf(spec)));
}
