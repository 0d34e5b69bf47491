/** What clients may take of the front: times in milliseconds, sizes in bytes. */
export interface FrontLimits {
  /** How long a new connection may take to say what it speaks, and to complete its TLS handshake. */
  readonly sniffTimeoutMs: number;
  /** How long a request may take to arrive, headers and body. */
  readonly requestTimeoutMs: number;
  /** How long a connection without requests is kept. */
  readonly idleTimeoutMs: number;
  readonly maxHeaderBytes: number;
  /** How many requests one HTTP/2 connection may have under way. */
  readonly maxStreams: number;
  readonly maxConnections: number;
}
