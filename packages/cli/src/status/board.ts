import { instanceResourceId } from "@protomesh/core";
import type { ResourceStatus } from "@protomesh/core/api";
import type { Statuses } from "../client/watch-statuses.js";
import { millisecondsOf } from "../output/timestamp-text.js";
import type { EnvoyRecord } from "./envoy-record.js";
import { fleetOf, type Fleet } from "./fleet.js";
import { standingOf, type Standing } from "./standing.js";

/** A resource as it stands in the store. */
export interface Listed {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
  /** Its version's. */
  readonly index: bigint;
}

export interface BoardRow extends Listed {
  readonly standing: Standing;
}

/** What one reporter has to say altogether. */
export interface ReporterRow {
  readonly reporter: string;
  /** The namespace's revision that it has applied; undefined: it does not speak of itself. */
  readonly revision: bigint | undefined;
  /** By how many revisions that is behind the store's. */
  readonly lag: bigint | undefined;
  /** Of how many resources it speaks. */
  readonly resources: number;
  /** Of how many of these it speaks of an older version. */
  readonly behind: number;
  /** In milliseconds since 1970, by the store's clock. */
  readonly lastReportMs: number;
  /** Whether it has been silent for so long that what it says is passed over. */
  readonly isLapsed: boolean;
  readonly details: Readonly<Record<string, string>>;
}

/** An Envoy, or another client of xDS, as the server that it is connected to tells of it. */
export interface EnvoyRow extends EnvoyRecord {
  readonly reporter: string;
  readonly lag: bigint | undefined;
}

/** Everything that is declared, and how far it has come. */
export interface Board {
  readonly rows: readonly BoardRow[];
  readonly reporters: readonly ReporterRow[];
  readonly envoys: readonly EnvoyRow[];
}

/**
 * The board of resources, in their order, and of what is said of them.
 * @param revision the store's
 * @param nowMs by this machine's clock
 */
export function boardOf(
  resources: readonly Listed[],
  statuses: Statuses,
  { revision, nowMs }: { readonly revision: bigint; readonly nowMs: number },
): Board {
  const fleet = fleetOf(statuses, nowMs);
  const said = (id: string): readonly ResourceStatus[] => statuses.byResource.get(id) ?? [];
  return {
    rows: resources.map((resource) => ({ ...resource, standing: standingOf(resource, said(resource.id), fleet) })),
    reporters: reportersOf(resources, said, fleet, revision),
    envoys: envoysOf(fleet, revision),
  };
}

function reportersOf(
  resources: readonly Listed[],
  said: (id: string) => readonly ResourceStatus[],
  fleet: Fleet,
  revision: bigint,
): readonly ReporterRow[] {
  const rows = new Map<string, ReporterRow>();
  for (const { reporter, observedIndex, reportedAt } of said(instanceResourceId)) {
    const instance = fleet.get(reporter);
    rows.set(reporter, {
      ...nothingSaid(reporter),
      revision: observedIndex,
      lag: lagOf(observedIndex, revision),
      lastReportMs: reportedAt === undefined ? 0 : millisecondsOf(reportedAt),
      isLapsed: instance?.isLapsed ?? true,
      details: instance?.details ?? {},
    });
  }
  for (const { id, index } of resources) {
    for (const { reporter, observedIndex, reportedAt } of said(id)) {
      const row = rows.get(reporter) ?? { ...nothingSaid(reporter), isLapsed: reporter.includes("/") };
      rows.set(reporter, {
        ...row,
        resources: row.resources + 1,
        behind: row.behind + Number(observedIndex < index),
        lastReportMs: Math.max(row.lastReportMs, reportedAt === undefined ? 0 : millisecondsOf(reportedAt)),
      });
    }
  }
  return [...rows.values()].toSorted((a, b) => (a.reporter < b.reporter ? -1 : 1));
}

function nothingSaid(reporter: string): ReporterRow {
  return {
    reporter,
    revision: undefined,
    lag: undefined,
    resources: 0,
    behind: 0,
    lastReportMs: 0,
    isLapsed: false,
    details: {},
  };
}

function envoysOf(fleet: Fleet, revision: bigint): readonly EnvoyRow[] {
  return [...fleet.values()]
    .filter(({ isLapsed }) => !isLapsed)
    .flatMap(({ reporter, envoys }) =>
      envoys.map((envoy) => ({
        ...envoy,
        reporter,
        lag: envoy.revision === undefined ? undefined : lagOf(envoy.revision, revision),
      })),
    )
    .toSorted((a, b) => (a.id === b.id ? (a.reporter < b.reporter ? -1 : 1) : a.id < b.id ? -1 : 1));
}

/** The board may be a moment older than what is said of it. */
function lagOf(applied: bigint, revision: bigint): bigint {
  return applied < revision ? revision - applied : 0n;
}
