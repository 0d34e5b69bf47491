import type { Registry } from "prom-client";
import type { Observable } from "rxjs";
import type { Declarations, Settings } from "../config/index.js";
import type { Logger } from "../logging/index.js";
import type { Part, Readiness } from "./readiness.js";

/** A component as something that can be run: what it can be told, and how it starts. */
export interface Program<D extends Declarations = Declarations> {
  /** Shown in logs and in `-h`, such as `store`. */
  readonly name: string;
  /** The settings that it reads; those that every program has (logging, admin port, drain) are added. */
  readonly settings: D;
  /** The setting that holds the admin port's address, and its default. */
  readonly admin: { readonly key: string; readonly defaultAddress: string };
  /** Opens what it needs, each piece registered with `scope.own`, and returns when it serves. */
  start(scope: Scope, settings: Settings<D>): Promise<void>;
}

/** What a program is given to live in. */
export interface Scope {
  readonly name: string;
  readonly log: Logger;
  readonly metrics: Registry;
  /** Aborted when the drain begins: take no new work, and let what runs come to its end. */
  readonly draining: AbortSignal;
  /** How long a drain may take, in milliseconds. */
  readonly drainTimeoutMs: number;
  /** The readiness now and each time it changes. */
  readonly readiness: Observable<Readiness>;
  /** Makes the program the owner of something, ended when it drains, the newest first. */
  own(what: string, end: () => void | Promise<void>): void;
  /** Registers a part that the program's readiness depends on; it is not ready at first. */
  part(name: string): Part;
  /** Adds a key to the admin port's `/status`; `describe` is called for each request. */
  status(name: string, describe: () => unknown): void;
  /** Says where a port of the program is open. */
  listening(name: string, address: string): void;
  /** Reports what the program cannot recover from: it drains, and the process exits with 1. */
  fail(error: unknown): void;
}
