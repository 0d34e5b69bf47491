import { randomUUID } from "node:crypto";
import { Metadata, status, type ServiceError } from "@grpc/grpc-js";
import {
  ApplyResourcesRequest,
  DropResourcesRequest,
  PutResourceRequest,
  type ApplyResourcesResponse,
  type DropResourcesResponse,
  type GetResourceResponse,
  type PutResourceResponse,
  type ResourceStoreClient,
} from "@protomesh/core/api";
import { contentOf, resourceWith } from "./content.js";
import type { Content, Read, Write, WriteOutcome } from "./observation.js";
import type { Dice } from "@protomesh/testing/dice";

export interface RecordingWriter {
  readonly writes: readonly Write[];
  readonly reads: readonly Read[];
  /** Finishes what is under way. */
  stop(): Promise<void>;
}

export interface WriterOptions {
  readonly name: string;
  readonly namespace: string;
  readonly ids: readonly string[];
  readonly random: Dice;
  /** The stores; each request takes one of them. */
  readonly clients: () => readonly ResourceStoreClient[];
}

const deadlineMs = 3_000;

/** The answers that say that nothing was written. Every other error leaves it open. */
const refusals: ReadonlySet<status> = new Set([
  status.INVALID_ARGUMENT,
  status.ABORTED,
  status.FAILED_PRECONDITION,
  status.RESOURCE_EXHAUSTED,
]);

/** Writes and reads one after the other until stopped: puts, drops and atomic applies of keys that others write too. */
export function recordingWriter({ name, namespace, ids, random, clients }: WriterOptions): RecordingWriter {
  const writes: Write[] = [];
  const reads: Read[] = [];
  const ended = new AbortController();

  const write = async (client: ResourceStoreClient, wanted: ReadonlyMap<string, Content>): Promise<void> => {
    const from = performance.now();
    const outcome = await outcomeOf(client, namespace, wanted);
    writes.push({ writer: name, wanted, outcome, from, to: performance.now() });
  };
  // Long enough that a watcher who does not read fills what lies between.
  const fresh = (): string => `${name} ${writes.length} ${randomUUID()} ${".".repeat(random.below(4_096))}`;
  const step = async (): Promise<void> => {
    const client = random.pick(clients());
    const id = random.pick(ids);
    switch (random.below(8)) {
      case 0:
        return write(client, new Map([[id, undefined]]));
      case 1:
        return write(client, new Map([id, random.pick(ids), random.pick(ids)].map((key) => [key, fresh()])));
      case 2: {
        const read = await readOf(client, namespace, id);
        if (read !== undefined) reads.push(read);
        return;
      }
      default:
        return write(client, new Map([[id, fresh()]]));
    }
  };
  const done = (async () => {
    while (!ended.signal.aborted) await step();
  })();
  return {
    writes,
    reads,
    stop: async () => {
      ended.abort();
      await done;
    },
  };
}

async function outcomeOf(
  client: ResourceStoreClient,
  namespace: string,
  wanted: ReadonlyMap<string, Content>,
): Promise<WriteOutcome> {
  try {
    return await acknowledged(client, namespace, wanted);
  } catch (error) {
    const { code } = error as ServiceError;
    return { kind: refusals.has(code) ? "refused" : "unknown", code: status[code] };
  }
}

async function acknowledged(
  client: ResourceStoreClient,
  namespace: string,
  wanted: ReadonlyMap<string, Content>,
): Promise<WriteOutcome> {
  const deadline = { deadline: Date.now() + deadlineMs };
  const [[id, content] = ["", undefined], ...more] = wanted;
  if (more.length > 0) {
    const resources = [...wanted].flatMap(([key, text]) =>
      text === undefined ? [] : [resourceWith(namespace, key, text)],
    );
    const request = ApplyResourcesRequest.fromPartial({ namespace, resources });
    const { history, results } = await answer<ApplyResourcesResponse>((done) =>
      client.apply(request, new Metadata(), deadline, done),
    );
    return {
      kind: "acknowledged",
      history,
      indexes: new Map(results.map((result) => [result.resourceId, result.version?.index])),
    };
  }
  if (content === undefined) {
    const request = DropResourcesRequest.fromPartial({ namespace, resourceIds: [id] });
    const { history, revision, droppedIds } = await answer<DropResourcesResponse>((done) =>
      client.drop(request, new Metadata(), deadline, done),
    );
    return { kind: "acknowledged", history, indexes: new Map([[id, droppedIds.includes(id) ? revision : undefined]]) };
  }
  const request = PutResourceRequest.fromPartial({ resource: resourceWith(namespace, id, content) });
  const { history, version } = await answer<PutResourceResponse>((done) =>
    client.put(request, new Metadata(), deadline, done),
  );
  return { kind: "acknowledged", history, indexes: new Map([[id, version?.index]]) };
}

async function readOf(client: ResourceStoreClient, namespace: string, id: string): Promise<Read | undefined> {
  const from = performance.now();
  try {
    const { history, resource } = await answer<GetResourceResponse>((done) =>
      client.get({ namespace, resourceId: id }, new Metadata(), { deadline: Date.now() + deadlineMs }, done),
    );
    if (resource === undefined) return undefined;
    return { id, history, content: contentOf(resource), index: resource.version?.index, from, to: performance.now() };
  } catch (error) {
    // Not there, or not to be had: neither says at which version the key was.
    if (typeof (error as ServiceError).code === "number") return undefined;
    throw error;
  }
}

async function answer<T>(call: (done: (error: ServiceError | null, response: T) => void) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, response) => {
      if (error === null) resolve(response);
      else reject(error);
    });
  });
}
