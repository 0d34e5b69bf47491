import { backoffMs } from "@protomesh/core";
import { catchError, defer, from, map, of, repeat, switchMap, throwError, timer, type Observable } from "rxjs";
import { databaseErrorOf } from "../database/database-error.js";
import type { Dsn } from "../database/dsn.js";
import { locateHost } from "../database/locate.js";
import type { ListenEvent } from "./listen-event.js";
import { listenOnce } from "./listen-once.js";

const backoff = { initialMs: 100, maximumMs: 5_000 };

/**
 * Listens for NOTIFY on a connection of its own to the host that takes writes. Cold; neither fails nor ends: a connection
 * that is lost or that answers no more is replaced.
 */
export function listenEvents(dsn: Dsn): Observable<ListenEvent> {
  let failures = 0;
  const once = defer(() => from(locateHost(dsn, async () => Promise.resolve(undefined)))).pipe(
    switchMap((host) => (typeof host === "string" ? throwError(() => new Error(host)) : listenOnce(dsn, host))),
    map((event) => {
      if (event.event === "listening") failures = 0;
      return event;
    }),
    catchError((error: unknown) => of({ event: "deaf", reason: databaseErrorOf(error).message } as const)),
  );
  return once.pipe(repeat({ delay: () => timer(backoffMs(failures++, backoff)) }));
}
