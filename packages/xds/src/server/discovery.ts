import type { Logger, ServedService } from "@protomesh/core";
import type { ServerDuplexStream } from "@grpc/grpc-js";
import { concernedBy } from "../session/attribution.js";
import { deltaTypeSession } from "../session/delta-type-sessions.js";
import type { Answer, Push } from "../session/push.js";
import type { NodeIdentity } from "../session/request.js";
import { Session, type SessionOptions } from "../session/session.js";
import { SotwTypeSession } from "../session/sotw-type-session.js";
import type { Audience, SnapshotCache } from "../snapshot/snapshot-cache.js";
import { isTakenInPart, isWholeSet, xdsTypeOf } from "../snapshot/xds-type.js";
import { isDomainType } from "../snapshot/wanted-types.js";
import type { NodeWatch, WatchedStream } from "../status/node-watch.js";
import { clientProgramOf } from "../translate/client-program.js";
import type { Sources } from "../translate/config-source.js";
import { SharedResponses } from "../wire/shared-responses.js";
import { writeDeltaResponse, writeSotwResponse } from "../wire/write-response.js";
import { describeResource, type Client, type Clients } from "./clients.js";
import type { DiscoveryMetrics } from "./metrics.js";
import { NodeOrders } from "./node-orders.js";
import { discoveryServicesWith, type DeltaCall, type SotwCall, type StreamKind } from "./services.js";
import { DiscoveryStream } from "./stream.js";

export interface DiscoveryOptions {
  readonly snapshots: SnapshotCache;
  readonly clients: Clients;
  readonly metrics: DiscoveryMetrics;
  /** Is told what passes on each stream. */
  readonly watch: Pick<NodeWatch, "opened">;
  readonly log: Logger;
  /** How long a push may wait for the client's answer to an earlier one, in milliseconds. */
  readonly patienceMs: number;
  /** How long until a listener is offered again that a client could not open, in milliseconds; 0: never. */
  readonly portRetryMs: number;
}

type Typed = { readonly node: NodeIdentity | undefined; readonly typeUrl: string };

/** The discovery services, over a cache of snapshots. */
export class Discovery {
  readonly services: readonly ServedService[];
  readonly #options: DiscoveryOptions;
  readonly #streams = new Set<{ end(): void }>();
  readonly #orders: NodeOrders;
  readonly #sotwResponses = new SharedResponses(writeSotwResponse);
  readonly #deltaResponses = new SharedResponses(writeDeltaResponse);

  constructor(options: DiscoveryOptions) {
    this.#options = options;
    this.#orders = new NodeOrders(options.snapshots, options.patienceMs);
    this.services = discoveryServicesWith({
      sotw: (call, kind) => this.serveSotw(call, kind),
      delta: (call, kind) => this.serveDelta(call, kind),
    });
  }

  /** Ends all streams in good order. */
  end(): void {
    for (const stream of this.#streams) stream.end();
  }

  private serveSotw(call: SotwCall, kind: StreamKind): void {
    const typeSession: SessionOptions<never>["typeSession"] = (type) =>
      new SotwTypeSession(isWholeSet(type), isTakenInPart(type));
    const session = new Session({ ...this.sessionOptions(kind), typeSession });
    this.serve(call, kind, session, (push) => this.#sotwResponses.bytesOf(push));
  }

  private serveDelta(call: DeltaCall, kind: StreamKind): void {
    const session = new Session({ ...this.sessionOptions(kind), typeSession: deltaTypeSession });
    this.serve(call, kind, session, (push) => this.#deltaResponses.bytesOf(push));
  }

  private sessionOptions({ typeUrl }: StreamKind): Omit<SessionOptions<never>, "typeSession"> {
    const { patienceMs, portRetryMs } = this.#options;
    return { aggregated: typeUrl === undefined, patienceMs, portRetryMs };
  }

  private serve<Request extends Typed>(
    call: ServerDuplexStream<Request, Buffer>,
    kind: StreamKind,
    session: Session<Request>,
    bytesOf: (push: Push) => Buffer,
  ): void {
    const { snapshots, clients, metrics, watch, log } = this.#options;
    const audienceOf = (node: NodeIdentity): Audience => ({
      nodeCluster: node.cluster,
      program: clientProgramOf(node.userAgent),
      sources: sourcesOf(kind, node),
    });
    let watched: WatchedStream | undefined;
    const asking: (() => void)[] = [];
    let moved = () => {};
    const client: Client = { kind, since: new Date(), node: undefined, types: session.types, rejections: new Map() };
    clients.add(client);
    const stream = new DiscoveryStream(call, {
      session,
      typeUrl: kind.typeUrl,
      snapshotsFor: (node) => {
        if (kind.typeUrl === undefined) return snapshots.watch(audienceOf(node));
        const ordered = this.#orders.watch(node, audienceOf(node), kind.typeUrl, session.types);
        moved = ordered.moved;
        return ordered.snapshots;
      },
      bytesOf,
      log,
      now: () => performance.now(),
      events: {
        identified: (node) => {
          client.node = node;
          watched = watch.opened(node, audienceOf(node), { ...client, transport: nameOf(kind) });
          log.info({ node, ...describe(kind) }, "client connected");
        },
        asks: (typeUrl) => {
          const type = xdsTypeOf(typeUrl);
          if (isDomainType(type) && client.node !== undefined)
            asking.push(snapshots.ask(audienceOf(client.node), type));
        },
        pushed: (push, bytes) => {
          metrics.pushed(xdsTypeOf(push.typeUrl) ?? "unknown", bytes);
          log.debug({ node: client.node?.id, ...summary(push), bytes }, "pushed");
        },
        answered: (typeUrl, answer) => this.answered(client, typeUrl, answer),
        moved: () => {
          watched?.moved();
          moved();
        },
        ended: () => {
          watched?.ended();
          for (const asksNoMore of asking) asksNoMore();
          clients.remove(client);
          this.#streams.delete(stream);
          log.info({ node: client.node, ...describe(kind) }, "client gone");
        },
      },
    });
    this.#streams.add(stream);
  }

  private answered(client: Client, typeUrl: string, answer: Answer): void {
    const { log, metrics } = this.#options;
    const type = xdsTypeOf(typeUrl) ?? "unknown";
    metrics.answered(type, answer, (performance.now() - answer.pushedAtMs) / 1_000);
    const { kind, nonce } = answer;
    const about = { node: client.node?.id, type, nonce };
    if (kind === "accepted") {
      log.debug(about, "accepted");
      return;
    }
    const { message, suspects } = answer;
    const concerned = concernedBy(message, suspects);
    client.rejections.set(typeUrl, { at: new Date(), nonce, message, concerned });
    log.warn(
      { ...about, message, resources: concerned.map(describeResource) },
      "rejected by the client, which goes on with what it had",
    );
  }
}

/** On an aggregated stream everything comes by it; else each type by a stream of its own. */
function sourcesOf({ typeUrl, transport }: StreamKind, { cluster }: NodeIdentity): Sources {
  if (typeUrl === undefined) return { from: "ads", transport };
  return { from: "management-cluster", transport, nodeCluster: cluster };
}

/** `delta ads`, `sotw cluster`. */
function nameOf({ typeUrl, transport }: StreamKind): string {
  return `${transport} ${typeUrl === undefined ? "ads" : (xdsTypeOf(typeUrl) ?? typeUrl)}`;
}

function describe({ typeUrl, transport }: StreamKind): object {
  return { transport, service: typeUrl === undefined ? "ads" : xdsTypeOf(typeUrl) };
}

function summary({ typeUrl, nonce, version, resources, removed }: Push): object {
  return { type: xdsTypeOf(typeUrl) ?? typeUrl, nonce, version, resources: resources.length, removed };
}
