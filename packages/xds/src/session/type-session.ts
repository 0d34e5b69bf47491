import type { ResourceMap } from "../snapshot/resource-map.js";
import type { XdsResource } from "../snapshot/xds-resource.js";
import type { Exchange } from "./exchange.js";
import type { Answer } from "./push.js";

/** What is to be sent to bring a client to a target. */
export interface Update {
  readonly resources: readonly XdsResource[];
  /** Names. */
  readonly removed: readonly string[];
  /** Those of the resources that the client does not have yet. */
  readonly changed: readonly XdsResource[];
}

/** One type on one stream: what the client wants and what it was sent. Knows neither the order of types nor the clock. */
export interface TypeSession<Request> {
  readonly exchange: Exchange;
  /** Whether a request waits for what is due, which is not to be held up by pushes that are not answered yet. */
  readonly isUrgent: boolean;
  /** What the client was sent last, as far as it is interested. */
  readonly sent: ResourceMap;
  /** How many names it is subscribed to, and whether to all. */
  readonly subscription: { readonly wildcard: boolean; readonly names: number };
  /** Whether the client is subscribed to a name, or to all. */
  wants(name: string): boolean;
  receive(request: Request): Answer | undefined;
  /** Whether the client lacks something of a target. */
  isDue(target: ResourceMap): boolean;
  /** Counts a target as sent. */
  take(target: ResourceMap): Update;
  /** Makes names due again, as far as the client is subscribed to them. */
  resend(names: Iterable<string>): void;
}
