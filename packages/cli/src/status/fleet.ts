import { instanceLeaseMs, instanceResourceId } from "@protomesh/core";
import type { ResourceStatus } from "@protomesh/core/api";
import type { Statuses } from "../client/watch-statuses.js";
import { millisecondsOf } from "../output/timestamp-text.js";
import { envoysIn, type EnvoyRecord } from "./envoy-record.js";

/** An instance of a component, as it speaks of itself. */
export interface Instance {
  /** `COMPONENT/NAME` */
  readonly reporter: string;
  /** The namespace's revision that it has applied. */
  readonly revision: bigint;
  /** When it last spoke, in milliseconds since 1970 by the store's clock. */
  readonly heardAtMs: number;
  /** Whether that is so long ago that it counts as gone. */
  readonly isLapsed: boolean;
  /** What it tells of its peers, beside its Envoys. */
  readonly details: Readonly<Record<string, string>>;
  readonly envoys: readonly EnvoyRecord[];
}

/** Who there is to report. */
export type Fleet = ReadonlyMap<string, Instance>;

/**
 * The instances that speak of themselves, by their reporters.
 * @param nowMs by this machine's clock
 */
export function fleetOf({ byResource, clockAheadMs }: Statuses, nowMs: number): Fleet {
  const records = byResource.get(instanceResourceId) ?? [];
  return new Map(records.map((record) => [record.reporter, instanceOf(record, nowMs + clockAheadMs)]));
}

function instanceOf({ reporter, observedIndex, reportedAt, details }: ResourceStatus, nowMs: number): Instance {
  const heardAtMs = reportedAt === undefined ? 0 : millisecondsOf(reportedAt);
  // `beat` only makes each word a new one.
  const { nodes = "", beat: _, ...others } = details;
  return {
    reporter,
    revision: observedIndex,
    heardAtMs,
    isLapsed: nowMs - heardAtMs > instanceLeaseMs,
    details: others,
    envoys: envoysIn(nodes),
  };
}

/** Whether what a reporter says counts: an instance's does while it lives, a ledger's always. */
export function isHeard(fleet: Fleet, reporter: string): boolean {
  if (!reporter.includes("/")) return true;
  return fleet.get(reporter)?.isLapsed === false;
}

/** `xds/edge-a` → `xds` */
export function componentOf(reporter: string): string {
  return reporter.split("/", 1)[0] ?? reporter;
}
