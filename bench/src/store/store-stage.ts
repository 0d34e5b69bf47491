import type { Watched } from "./shares.js";

/** What the store's figures are taken on. */
export interface StoreStage {
  /** The load program. */
  readonly load: string;
  readonly dsn: string;
  /** host:port of the store that is measured. */
  readonly address: string;
  readonly pids: Watched;
  /** host:port; undefined: there is none. */
  readonly etcd: string | undefined;
  readonly say: (line: string) => void;
}
