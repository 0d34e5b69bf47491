import { backoffMs, type Logger } from "@protomesh/core";
import type { ResourceStoreClient, SubscribeResponse } from "@protomesh/core/api";
import { BehaviorSubject, filter, Observable, retry, share, timer } from "rxjs";
import type { Signal, Signals, TopicSignals } from "./stream-continuation.js";

const backoff = { initialMs: 200, maximumMs: 10_000 };

/**
 * Signals from the store's Subscribe: one stream for each topic that calls listen to, whatever their number. A stream that
 * breaks is opened again; then, and where the store says that it may have missed some, all calls of the topic are woken.
 */
export function storeSignals(store: Pick<ResourceStoreClient, "subscribe">, log: Pick<Logger, "warn">): Signals {
  const topics = new Map<string, TopicSignals>();
  return (topic) => {
    const known = topics.get(topic);
    if (known !== undefined) return known;
    const opened = signalsOf(store, topic, log, () => topics.delete(topic));
    topics.set(topic, opened);
    return opened;
  };
}

function signalsOf(
  store: Pick<ResourceStoreClient, "subscribe">,
  topic: string,
  log: Pick<Logger, "warn">,
  unused: () => void,
): TopicSignals {
  let interrupted = false;
  // Also while the stream is interrupted: when it is back, all are woken.
  const stands = new BehaviorSubject(false);
  const subscription = new Observable<Signal>((subscriber) => {
    const stream = store.subscribe({ topics: [topic] });
    stream.on("data", (response: SubscribeResponse) => {
      stands.next(true);
      // The first response has no topic: the subscription stands.
      if (response.topic !== "") subscriber.next(response.gap ? {} : signalOf(response.payload));
      else if (interrupted) subscriber.next({});
      interrupted = false;
    });
    stream.on("error", (error: Error) => subscriber.error(error));
    stream.on("end", () => subscriber.error(new Error("the store ended the subscription")));
    return () => stream.cancel();
  });
  const signals = subscription.pipe(
    retry({
      delay: (error: unknown, attempt) => {
        interrupted = true;
        stands.next(true);
        log.warn({ err: error, topic, attempt }, "signals are interrupted");
        return timer(backoffMs(attempt - 1, backoff));
      },
      resetOnSuccess: true,
    }),
    untilUnused(unused),
    share(),
  );
  return { signals, stands: stands.pipe(filter(Boolean)) };
}

/** Calls back when nobody listens any more. */
function untilUnused(unused: () => void) {
  return <T>(source: Observable<T>): Observable<T> =>
    new Observable((subscriber) => {
      subscriber.add(unused);
      return source.subscribe(subscriber);
    });
}

/** A signal's payload may be JSON that names a service and a method; any other payload is for all who listen. */
export function signalOf(payload: Uint8Array): Signal {
  if (payload.length === 0) return {};
  try {
    const named: unknown = JSON.parse(Buffer.from(payload).toString());
    if (typeof named !== "object" || named === null) return {};
    return { service: textField(named, "service"), method: textField(named, "method") };
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function textField(object: object, name: string): string | undefined {
  const value: unknown = Reflect.get(object, name);
  return typeof value === "string" && value !== "" ? value : undefined;
}
