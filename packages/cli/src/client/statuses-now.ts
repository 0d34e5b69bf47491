import { firstValueFrom, fromEvent, map, merge, timer } from "rxjs";
import { exitCode } from "../exit-code.js";
import { Failure } from "../failure.js";
import type { StoreOptions } from "./store-options.js";
import type { StoreSession } from "./store-session.js";
import { watchStatuses, type Statuses } from "./watch-statuses.js";

/** The statuses of a namespace as they are. @throws Failure where the store does not tell them in time */
export async function statusesNow(
  session: StoreSession,
  { namespace, server, timeout }: Pick<StoreOptions, "namespace" | "server" | "timeout">,
): Promise<Statuses> {
  const over = merge(timer(timeout), fromEvent(session.interrupted, "abort")).pipe(
    map((): never => {
      throw new Failure(exitCode.unavailable, `the store at ${server} did not tell the statuses in time`, {
        next: "see that it runs and is ready; --timeout gives it longer.",
      });
    }),
  );
  return firstValueFrom(merge(watchStatuses(session, namespace), over));
}
