import { backoffMs } from "@protomesh/core";
import type { Connection } from "@temporalio/client";
import {
  catchError,
  defer,
  distinctUntilChanged,
  expand,
  from,
  map,
  of,
  switchMap,
  timer,
  type Observable,
} from "rxjs";
import { failureText } from "./temporal-failure.js";

export type Availability = { readonly is: "there" } | { readonly is: "away"; readonly why: string };

const deadlineMs = 5_000;
const everyMs = 5_000;
const backoff = { initialMs: 500, maximumMs: 10_000 };

/** Whether the Temporal namespace can be used, now and each time that changes. Cold; neither fails nor ends. */
export function temporalAvailability(connection: Connection, namespace: string): Observable<Availability> {
  return repeatedly(() =>
    connection.withDeadline(Date.now() + deadlineMs, () => connection.workflowService.describeNamespace({ namespace })),
  ).pipe(distinctUntilChanged((a, b) => (a.is === "there" ? b.is === "there" : b.is === "away" && a.why === b.why)));
}

/** The outcome of each probe: the next one follows after a while, after a failure with backoff. */
function repeatedly(probe: () => Promise<unknown>): Observable<Availability> {
  const once = (failures: number): Observable<{ availability: Availability; failures: number }> =>
    defer(() => from(probe())).pipe(
      map(() => ({ availability: { is: "there" } as const, failures: 0 })),
      catchError((error: unknown) =>
        of({ availability: { is: "away", why: failureText(error) } as const, failures: failures + 1 }),
      ),
    );
  return once(0).pipe(
    expand(({ failures }) =>
      timer(failures === 0 ? everyMs : backoffMs(failures - 1, backoff)).pipe(switchMap(() => once(failures))),
    ),
    map(({ availability }) => availability),
  );
}
