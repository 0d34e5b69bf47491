import {
  distinctUntilChanged,
  filter,
  fromEvent,
  interval,
  map,
  skip,
  startWith,
  takeUntil,
  type Observable,
} from "rxjs";
import type { Scope } from "../lifecycle/program.js";
import { isSameTls, readTls, type TlsMaterial, type TlsPaths } from "./tls-material.js";

export interface Followed {
  readonly paths: TlsPaths;
  /** What they hold now. */
  readonly current: TlsMaterial;
  readonly intervalMs: number;
  /** The part of the program that is degraded while the files cannot be used. */
  readonly part: string;
}

/**
 * What TLS files hold each time that they hold something new: certificates are renewed in place, by whoever issues them.
 * Files that cannot be used, such as a certificate whose key is still to be written, are passed over and told.
 * Ends with the drain.
 */
export function renewals(
  scope: Pick<Scope, "draining" | "log" | "part">,
  { paths, current, intervalMs, part: name }: Followed,
): Observable<TlsMaterial> {
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
