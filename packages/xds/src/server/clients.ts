import type { NodeIdentity } from "../session/request.js";
import type { TypeSession } from "../session/type-session.js";
import { xdsTypeOf } from "../snapshot/xds-type.js";
import type { XdsResource } from "../snapshot/xds-resource.js";
import type { Transport } from "../translate/config-source.js";
import type { StreamKind } from "./services.js";

/** The last time that a client rejected something of a type. */
export interface Rejection {
  readonly at: Date;
  readonly nonce: string;
  readonly message: string;
  readonly concerned: readonly XdsResource[];
}

/** An open stream, as it is shown to operators. */
export interface Client {
  readonly kind: StreamKind;
  readonly since: Date;
  /** Undefined before the first request. */
  node: NodeIdentity | undefined;
  /** By type URL. */
  readonly types: ReadonlyMap<string, Pick<TypeSession<never>, "exchange" | "sent" | "subscription" | "wants">>;
  /** By type URL. */
  readonly rejections: Map<string, Rejection>;
}

/** The streams that are open now. */
export class Clients {
  readonly #open = new Set<Client>();

  add(client: Client): void {
    this.#open.add(client);
  }

  remove(client: Client): void {
    this.#open.delete(client);
  }

  countByTransport(): Record<Transport, number> {
    const count = (transport: Transport) => [...this.#open].filter(({ kind }) => kind.transport === transport).length;
    return { sotw: count("sotw"), delta: count("delta") };
  }

  /** For `/status`: each client, and of each type what it wants, has been sent, accepted, and rejected last. */
  describe(): object[] {
    return [...this.#open].map(({ kind, since, node, types, rejections }) => ({
      node: node?.id,
      cluster: node?.cluster,
      program: node?.userAgent,
      transport: kind.transport,
      service: kind.typeUrl === undefined ? "ads" : nameOf(kind.typeUrl),
      since,
      types: Object.fromEntries(
        [...types].map(([typeUrl, type]) => [
          nameOf(typeUrl),
          { ...describeType(type), ...lastRejection(rejections.get(typeUrl)) },
        ]),
      ),
    }));
  }
}

function describeType({
  exchange,
  sent,
  subscription,
}: Pick<TypeSession<never>, "exchange" | "sent" | "subscription">): object {
  return {
    subscribed: subscription.wildcard ? "everything" : subscription.names,
    pushes: exchange.pushes,
    sent: sent.version,
    accepted: exchange.accepted.version,
  };
}

function lastRejection(rejection: Rejection | undefined): object {
  if (rejection === undefined) return {};
  const { at, nonce, message, concerned } = rejection;
  return {
    lastRejection: { at, nonce, message, resources: concerned.map(describeResource) },
  };
}

/** A resource, with the ids of the declared resources that it was made from. */
export function describeResource({ name, sources }: XdsResource): object {
  return { name, sources: sources.map(({ id }) => id) };
}

/** The name of a type for people; of one that is not served, its URL. */
function nameOf(typeUrl: string): string {
  return xdsTypeOf(typeUrl) ?? typeUrl;
}
