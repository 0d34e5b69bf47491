import type { XdsResource } from "../snapshot/xds-resource.js";

/** A response that is to be sent. */
export interface Push {
  readonly typeUrl: string;
  readonly nonce: string;
  /** Of all resources of the type, whether or not this client is interested in them. */
  readonly version: string;
  readonly resources: readonly XdsResource[];
  /** Names; the incremental protocol only. */
  readonly removed: readonly string[];
}

/** What the client said of a push. */
export type Answer = Accepted | Rejected;

interface Answered {
  readonly nonce: string;
  /** When it was sent, in the session's clock. */
  readonly pushedAtMs: number;
}

export interface Accepted extends Answered {
  readonly kind: "accepted";
}

export interface Rejected extends Answered {
  readonly kind: "rejected";
  /** The client's own words. */
  readonly message: string;
  /** What the rejection may be about: all that has changed since the client last accepted something. */
  readonly suspects: readonly XdsResource[];
}
