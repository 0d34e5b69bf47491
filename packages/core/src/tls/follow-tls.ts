import {
  distinctUntilChanged,
  filter,
  fromEvent,
  interval,
  map,
  share,
  skip,
  startWith,
  takeUntil,
  type Observable,
} from "rxjs";
import type { Scope } from "../lifecycle/program.js";
import { registerExpiryGauge } from "./expiry-gauge.js";
import { isSameTls, readTls, type TlsMaterial, type TlsPaths } from "./tls-material.js";

export type TlsScope = Pick<Scope, "draining" | "log" | "metrics" | "own" | "part">;

export interface FollowOptions {
  readonly paths: TlsPaths;
  /** How often the files are looked at, in milliseconds. */
  readonly intervalMs: number;
  /** As what the program shows its certificate. */
  readonly side: "server" | "client";
}

/** What TLS files hold: now, and later. */
export interface FollowedTls {
  readonly now: TlsMaterial;
  /** Each time that they hold something new; for connections that come afterwards. */
  readonly renewed: Observable<TlsMaterial>;
}

/** The part of the program that is degraded while the files cannot be used. */
const parts = { server: "certificates", client: "client certificates" } as const;

/**
 * Reads TLS files, and follows them until the drain: certificates are renewed in place, by whoever issues them.
 * @throws an error that names the file that cannot be used
 */
export function followTls(scope: TlsScope, { paths, intervalMs, side }: FollowOptions): FollowedTls {
  const now = readTls(paths);
  let newest = now;
  const name = parts[side];
  const renewed = renewals(scope, { paths, current: now, intervalMs, part: name }).pipe(share());
  const following = renewed.subscribe((material) => {
    newest = material;
    scope.log.info({ certificate: paths.cert, ca: paths.ca }, `${name} were renewed`);
  });
  scope.own(name, () => following.unsubscribe());
  registerExpiryGauge(scope.metrics, side, () => newest.cert);
  return { now, renewed };
}

interface Followed {
  readonly paths: TlsPaths;
  readonly current: TlsMaterial;
  readonly intervalMs: number;
  readonly part: string;
}

/** Files that cannot be used, such as a certificate whose key is still to be written, are passed over and told. */
function renewals(scope: TlsScope, { paths, current, intervalMs, part: name }: Followed): Observable<TlsMaterial> {
  const part = scope.part(name);
  part.ready();
  let problem: string | undefined;
  const read = (): TlsMaterial | undefined => {
    try {
      const material = readTls(paths);
      part.ready();
      problem = undefined;
      return material;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== problem) scope.log.warn({ reason }, `${name} cannot be read anew; going on with the last ones`);
      problem = reason;
      part.degraded(`${reason}; going on with what was there before`);
      return undefined;
    }
  };
  return interval(intervalMs).pipe(
    map(read),
    filter((material) => material !== undefined),
    startWith(current),
    distinctUntilChanged(isSameTls),
    skip(1),
    takeUntil(fromEvent(scope.draining, "abort")),
  );
}
