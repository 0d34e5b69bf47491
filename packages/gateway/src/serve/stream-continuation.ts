import { parseDurationMs } from "@protomesh/core";
import { filter, firstValueFrom, fromEvent, map, merge, NEVER, race, take, timer, type Observable } from "rxjs";
import { pathOf, type Exchange } from "../front/exchange.js";
import { headerOf } from "../front/header-pairs.js";
import { ok, code, type GrpcStatus } from "../grpc/status.js";
import { longestTimerMs } from "../grpc/timeout.js";
import type { Policy } from "../routes/policy.js";
import type { CallSettings } from "./call-settings.js";
import { PendingSignal } from "./pending-signal.js";
import type { EndSignal } from "../ending.js";

/** Says that there may be more to tell: to all calls that listen, or only to those of a service or a method. */
export interface Signal {
  /** `pkg.Service` */
  readonly service?: string | undefined;
  /** Without its service. */
  readonly method?: string | undefined;
}

/** Signals by topic. */
export type Signals = (topic: string) => TopicSignals;

export interface TopicSignals {
  /** Listened to from the first subscription on. */
  readonly signals: Observable<Signal>;
  /** Emits as soon as no later signal is lost to those who are subscribed. */
  readonly stands: Observable<unknown>;
}

/** The signals of one call, from its beginning: one that comes while its function runs is not lost. */
export interface SignalsOfCall {
  /** Emits once when there has been a signal since the last time that it was asked for. */
  readonly next: Observable<unknown>;
  /** Emits as soon as no later signal is lost. */
  readonly stands: Observable<unknown>;
  close(): void;
}

/** What comes after a message that has more to come. */
export type NextRun =
  | { readonly kind: "run" }
  | { readonly kind: "end"; readonly status: GrpcStatus }
  | { readonly kind: "aborted" };

/** Listens for the signals that a call's metadata names, where its policy says which key names them. */
export function openSignals(
  signals: Signals | undefined,
  policy: Policy,
  { headers, target }: Pick<Exchange, "headers" | "target">,
  { signalTopicPrefix }: Pick<CallSettings, "signalTopicPrefix">,
): SignalsOfCall | undefined {
  const name = policy.streamSignalKey === undefined ? undefined : headerOf(headers, policy.streamSignalKey);
  if (signals === undefined || name === undefined || name === "") return undefined;
  const [, service, method] = pathOf(target).split("/");
  const concernsCall = (signal: Signal): boolean =>
    (signal.service ?? service) === service && (signal.method ?? method) === method;
  const topic = signals(`${signalTopicPrefix}${name}`);
  return new PendingSignal(topic.signals.pipe(filter(concernsCall)), topic.stands);
}

/** A store that does not tell whether it listens holds a call up for so long. */
const standsWithinMs = 1_000;

/** Settles when no later signal is lost to the call, so that its function may tell others what to signal; or when it is over. */
export async function untilSignalsStand({ stands }: SignalsOfCall, abort: EndSignal): Promise<void> {
  if (abort.aborted) return;
  await firstValueFrom(race(stands, timer(standsWithinMs), fromEvent(abort, "abort")));
}

/**
 * When the function is asked again: after the time that its answer names, or as soon as there is a signal, whichever
 * comes first. With neither, the stream ends.
 */
export async function nextRun(
  timeout: string | undefined,
  signals: SignalsOfCall | undefined,
  abort: EndSignal,
): Promise<NextRun> {
  const waitMs = timeout === undefined ? undefined : parseDurationMs(timeout);
  if (timeout !== undefined && waitMs === undefined) {
    const message = `the function names no duration: ${JSON.stringify(timeout)}`;
    return { kind: "end", status: { code: code.internal, message } };
  }
  if (waitMs === undefined && signals === undefined) return { kind: "end", status: ok };
  if (abort.aborted) return { kind: "aborted" };
  const time = waitMs === undefined ? NEVER : timer(Math.min(waitMs, longestTimerMs));
  const run = merge(time, signals?.next ?? NEVER).pipe(map((): NextRun => ({ kind: "run" })));
  const aborted = fromEvent(abort, "abort").pipe(map((): NextRun => ({ kind: "aborted" })));
  return firstValueFrom(race(run, aborted).pipe(take(1)));
}
