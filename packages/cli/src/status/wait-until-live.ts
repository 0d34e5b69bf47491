import { coalesce } from "@protomesh/core";
import {
  combineLatest,
  connect,
  fromEvent,
  ignoreElements,
  last,
  lastValueFrom,
  map,
  merge,
  of,
  startWith,
  takeUntil,
  takeWhile,
  tap,
  timer,
  type Observable,
} from "rxjs";
import type { StoreSession } from "../client/store-session.js";
import { noStatuses, watchStatuses, type Statuses } from "../client/watch-statuses.js";
import { fleetOf } from "./fleet.js";
import { standingOf, type Standing } from "./standing.js";

/** A version of a resource that is to become live. */
export interface Expected {
  readonly namespace: string;
  readonly id: string;
  /** `service/billing` */
  readonly label: string;
  readonly kind: string;
  /** The version's. */
  readonly index: bigint;
}

export interface Progress {
  readonly resource: Expected;
  readonly standing: Standing;
}

/** How far all of them have come. */
export type Verdict = "live" | "waiting" | "failed";

export interface WaitOptions {
  readonly timeoutMs: number;
  readonly interrupted: AbortSignal;
  /** Told at most once per window. */
  readonly onProgress: (progress: readonly Progress[]) => void;
  readonly windowMs: number;
}

/** One failure decides, since nothing but a change mends it. */
export function verdictOf(progress: readonly Progress[]): Verdict {
  if (progress.some(({ standing }) => standing.is === "failed")) return "failed";
  return progress.some(({ standing }) => standing.is === "waiting") ? "waiting" : "live";
}

/** Waits until all are live, one has failed, or the time is up. @returns how far they have come by then */
export async function waitUntilLive(
  session: Pick<StoreSession, "client" | "failure">,
  expected: readonly Expected[],
  { timeoutMs, interrupted, onProgress, windowMs }: WaitOptions,
): Promise<readonly Progress[]> {
  let newest = progressOf(expected, new Map());
  if (verdictOf(newest) !== "waiting" || interrupted.aborted) return newest;
  const over = merge(timer(timeoutMs), fromEvent(interrupted, "abort"));
  const progresses = allStatuses(session, expected).pipe(
    map((statuses) => progressOf(expected, statuses)),
    tap((progress) => (newest = progress)),
    takeWhile((progress) => verdictOf(progress) === "waiting", true),
    connect((all) => merge(all, shown(all, windowMs, onProgress))),
    takeUntil(over),
  );
  await lastValueFrom(progresses, { defaultValue: undefined });
  return newest;
}

/** Shows some of them, and does not hold the end back. */
function shown(
  all: Observable<readonly Progress[]>,
  windowMs: number,
  onProgress: WaitOptions["onProgress"],
): Observable<never> {
  return all.pipe(coalesce(windowMs), tap(onProgress), ignoreElements(), takeUntil(all.pipe(last(null, []))));
}

const lapseCheckMs = 1_000;

type StatusesByNamespace = ReadonlyMap<string, Statuses>;

function allStatuses(
  session: Pick<StoreSession, "client" | "failure">,
  expected: readonly Expected[],
): Observable<StatusesByNamespace> {
  const namespaces = [...new Set(expected.map(({ namespace }) => namespace))];
  if (namespaces.length === 0) return of(new Map<string, Statuses>());
  const watched = namespaces.map((namespace) => watchStatuses(session, namespace).pipe(startWith(noStatuses)));
  // Who does not speak any more is passed over when its time is up.
  return combineLatest([combineLatest(watched), timer(0, lapseCheckMs)]).pipe(
    map(([statuses]) => new Map(namespaces.map((namespace, at) => [namespace, statuses[at] ?? noStatuses]))),
  );
}

function progressOf(expected: readonly Expected[], statuses: StatusesByNamespace): readonly Progress[] {
  const nowMs = Date.now();
  const fleets = new Map([...statuses].map(([namespace, said]) => [namespace, fleetOf(said, nowMs)]));
  return expected.map((resource) => {
    const said = statuses.get(resource.namespace)?.byResource.get(resource.id) ?? [];
    return { resource, standing: standingOf(resource, said, fleets.get(resource.namespace) ?? new Map()) };
  });
}
