import type { ResourceStatus, Timestamp } from "@protomesh/core/api";
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
  /** Of how many resources it speaks. */
  readonly resources: number;
  /** Of how many of these it speaks of an older version. */
  readonly behind: number;
  readonly lastReport: Timestamp | undefined;
}

/** Everything that is declared, and how far it has come. */
export interface Board {
  readonly rows: readonly BoardRow[];
  readonly reporters: readonly ReporterRow[];
}

/** The board of resources, in their order, and of what is said of them. */
export function boardOf(resources: readonly Listed[], statuses: ReadonlyMap<string, readonly ResourceStatus[]>): Board {
  const rows = resources.map((resource) => ({
    ...resource,
    standing: standingOf(resource, statuses.get(resource.id) ?? []),
  }));
  return { rows, reporters: reportersOf(resources, statuses) };
}

function reportersOf(
  resources: readonly Listed[],
  statuses: ReadonlyMap<string, readonly ResourceStatus[]>,
): readonly ReporterRow[] {
  const rows = new Map<string, ReporterRow>();
  for (const { id, index } of resources) {
    for (const { reporter, observedIndex, reportedAt } of statuses.get(id) ?? []) {
      const row = rows.get(reporter) ?? { reporter, resources: 0, behind: 0, lastReport: undefined };
      rows.set(reporter, {
        reporter,
        resources: row.resources + 1,
        behind: row.behind + Number(observedIndex < index),
        lastReport: later(row.lastReport, reportedAt),
      });
    }
  }
  return [...rows.values()].toSorted((a, b) => (a.reporter < b.reporter ? -1 : 1));
}

function later(a: Timestamp | undefined, b: Timestamp | undefined): Timestamp | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (a.seconds === b.seconds) return a.nanos > b.nanos ? a : b;
  return a.seconds > b.seconds ? a : b;
}
