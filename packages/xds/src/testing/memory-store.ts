import { Server, ServerCredentials, status, type ServerWritableStream } from "@grpc/grpc-js";
import {
  ResourceStoreService,
  WatchResourcesResponse,
  type Resource,
  type ResourceStoreServer,
  type WatchResourcesRequest,
} from "@protomesh/core/api";
import { MemoryStatuses } from "./memory-statuses.js";

type Watch = ServerWritableStream<WatchResourcesRequest, WatchResourcesResponse>;

/** The part of a store that the xDS server follows, over a list in memory: for tests of this package alone. */
export class MemoryStore {
  readonly statuses = new MemoryStatuses();
  readonly #resources = new Map<string, Resource>();
  readonly #watches = new Set<Watch>();
  #revision = 0n;
  #server: Server | undefined;
  #port = 0;

  static async start(...resources: readonly Resource[]): Promise<MemoryStore> {
    const store = new MemoryStore();
    store.put(...resources);
    await store.open();
    return store;
  }

  get revision(): bigint {
    return this.#revision;
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Opens the port: any at first, then the same again. */
  async open(): Promise<void> {
    const server = new Server();
    server.addService(ResourceStoreService, {
      watch: (call: Watch) => this.watch(call),
      reportStatus: (call, answer) => this.statuses.report(call, answer),
      watchStatus: (call) => this.statuses.watch(call),
    } satisfies Partial<ResourceStoreServer>);
    this.#server = server;
    this.#port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(this.address, ServerCredentials.createInsecure(), (error, port) => {
        if (error === null) resolve(port);
        else reject(error);
      });
    });
  }

  /** Goes away without a word. */
  close(): void {
    this.#server?.forceShutdown();
    this.#watches.clear();
  }

  put(...resources: readonly Resource[]): void {
    this.apply({ put: resources });
  }

  drop(...resources: readonly Resource[]): void {
    this.apply({ drop: resources });
  }

  /** All in one revision. */
  apply({ put = [], drop = [] }: { readonly put?: readonly Resource[]; readonly drop?: readonly Resource[] }): void {
    this.#revision++;
    const updated = put.map((resource) => this.versioned(resource));
    for (const resource of updated) this.#resources.set(resource.id, resource);
    for (const { id } of drop) this.#resources.delete(id);
    for (const call of this.#watches) call.write(this.response(updated, [...drop]));
  }

  private versioned(resource: Resource): Resource {
    const createdIndex = this.#resources.get(resource.id)?.version?.createdIndex ?? this.#revision;
    const version = { sha256Hash: `hash-${this.#revision}`, timestamp: undefined, index: this.#revision, createdIndex };
    return { ...resource, version };
  }

  private watch(call: Watch): void {
    const { resumeRevision } = call.request;
    if (resumeRevision !== undefined && resumeRevision !== this.#revision) {
      call.emit("error", { code: status.OUT_OF_RANGE, details: "this store keeps no changes" });
      return;
    }
    this.#watches.add(call);
    call.on("close", () => this.#watches.delete(call));
    call.write(this.response(resumeRevision === undefined ? [...this.#resources.values()] : [], []));
  }

  private response(updatedResources: Resource[], droppedResources: Resource[]): WatchResourcesResponse {
    const response = {
      updatedResources,
      droppedResources,
      endOfList: true,
      revision: this.#revision,
      history: "memory",
    };
    return WatchResourcesResponse.fromPartial(response);
  }
}
