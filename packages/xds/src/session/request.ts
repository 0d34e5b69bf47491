/** Who a client says it is, on the first request of a stream. */
export interface NodeIdentity {
  readonly id: string;
  readonly cluster: string;
  /** Its program and version, such as `envoy 1.40.0`; empty where it does not say. */
  readonly userAgent: string;
}

/** What the requests of both protocols have in common. */
interface AnyRequest {
  readonly node: NodeIdentity | undefined;
  /** Empty where the service itself says the type. */
  readonly typeUrl: string;
  /** Of the response that this answers; empty: of none. */
  readonly nonce: string;
  /** Why the client rejects that response; undefined: it does not. */
  readonly error: string | undefined;
}

/** A request of the state-of-the-world protocol: all that the client wants of a type. */
export interface SotwRequest extends AnyRequest {
  /** Of the response that the client has accepted last, on this stream or an earlier one; empty: of none. */
  readonly version: string;
  readonly names: readonly string[];
}

/** A request of the incremental protocol: how what the client wants of a type changes. */
export interface DeltaRequest extends AnyRequest {
  readonly subscribe: readonly string[];
  readonly unsubscribe: readonly string[];
  /** By name, on a stream's first request of a type: what the client has from an earlier stream. */
  readonly held: ReadonlyMap<string, string>;
}
