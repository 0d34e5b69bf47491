import type { Snapshot } from "../snapshot/snapshot.js";
import type { XdsType } from "../snapshot/xds-type.js";
import { virtualHostNameOf } from "../translate/virtual-host-name.js";
import type { TypeSession } from "./type-session.js";

/** Of all streams of a client, what it has asked for of a type. */
export type SessionsOf = (type: XdsType) => readonly Pick<TypeSession<never>, "exchange" | "wants">[];

/**
 * Listeners that move to another port, and hold the old one until they are open at the new one, for which the client needs
 * their routes. On a stream for listeners alone, its acceptance does not say so: whether it has asked for the routes, does.
 * That these are answered then is for others to see.
 */
export class Opening {
  readonly #names: Set<string>;
  readonly #next: Snapshot;
  readonly #sessionsOf: SessionsOf;
  /** How many streams for virtual hosts there are once the client has asked for those of these listeners. */
  readonly #hostStreams: number;

  /** @param names of listeners of the snapshot */
  constructor(names: Iterable<string>, next: Snapshot, sessionsOf: SessionsOf) {
    this.#next = next;
    this.#sessionsOf = sessionsOf;
    this.#names = new Set([...names].filter((name) => !this.hasAskedForRoutes(name)));
    const onDemand = [...this.#names].filter((name) => this.isOnDemand(name));
    this.#hostStreams = onDemand.length === 0 ? 0 : sessionsOf("virtual-host").length + onDemand.length;
  }

  /** Whether the client has asked for all that it needs. */
  get hasAskedForAll(): boolean {
    for (const name of this.#names) if (this.isRefused(name) || this.hasAskedForRoutes(name)) this.#names.delete(name);
    return this.#names.size === 0 && this.#sessionsOf("virtual-host").length >= this.#hostStreams;
  }

  private isRefused(name: string): boolean {
    return this.#sessionsOf("listener").some(({ exchange }) => exchange.refusals.has(name));
  }

  /** The scopes of all listeners are asked for as one. */
  private hasAskedForRoutes(listener: string): boolean {
    const routes = this.routesOf(listener);
    if (routes === undefined) return this.#sessionsOf("scoped-route").length > 0;
    return this.#sessionsOf("routes").some((session) => session.wants(routes));
  }

  private isOnDemand(listener: string): boolean {
    const routes = this.routesOf(listener);
    if (routes === undefined) return false;
    return this.#next.resources["virtual-host"].get(virtualHostNameOf({ ingressName: routes, host: "" })) !== undefined;
  }

  private routesOf(listener: string): string | undefined {
    return this.#next.resources.listener.get(listener)?.routes;
  }
}
