import type { Styled } from "../output/styled.js";
import { tableText } from "../output/table.js";
import type { Board, BoardRow, EnvoyRow, ReporterRow } from "./board.js";

const styles = { live: "green", waiting: "yellow", failed: "red", nobody: "dim" } as const;

/** For people: each resource with what is said of it, then each reporter, then each Envoy. */
export function boardText({ rows, reporters, envoys }: Board, styled: Styled): string {
  const tables = [
    [["RESOURCE", "REVISION", "STANDING", "SAYS"], ...rows.map((row) => cellsOf(row, styled))],
    [
      ["REPORTER", "REVISION", "LAG", "RESOURCES", "BEHIND", "LAST REPORT", "TELLS"],
      ...reporters.map((row) => reporterCells(row, styled)),
    ],
    [["ENVOY", "CLUSTER", "SERVER", "REVISION", "LAG", "STATE"], ...envoys.map((row) => envoyCells(row, styled))],
  ];
  return tables
    .filter((table, at) => at === 0 || table.length > 1)
    .map(tableText)
    .join("\n");
}

/** One row, for a resource that stands otherwise than before. */
export function boardLine(row: BoardRow, styled: Styled): string {
  return lineOf(cellsOf(row, styled));
}

/** One row, for a reporter that came, went, or tells something else than before. */
export function reporterLine({ reporter, ...row }: ReporterRow, styled: Styled): string {
  return lineOf([reporter, tellsOf(row, styled) || "reports"]);
}

/** One row, for an Envoy that came, went, or rejected something. */
export function envoyLine({ id, reporter, ...row }: EnvoyRow, styled: Styled): string {
  return lineOf([`envoy ${id}`, stateOf(row, styled), `at ${reporter}`]);
}

/** For programs. */
export function boardData({ rows, reporters, envoys }: Board): object {
  return { resources: rows.map(rowData), reporters: reporters.map(reporterData), envoys };
}

/** Without what changes with each revision. */
export function reporterNews({ reporter, isLapsed, details }: ReporterRow): object {
  return { reporter, lapsed: isLapsed, details };
}

/** Without what changes with each revision. */
export function envoyNews({ id, cluster, transport, reporter, gone, rejection }: EnvoyRow): object {
  return { envoy: id, cluster, transport, reporter, gone, rejection };
}

/** For programs: one resource. */
export function rowData({ id, kind, label, index, standing: { is, says, on } }: BoardRow): object {
  return { kind, name: label.slice(kind.length + 1), id, revision: index, standing: is, says, ...(on && { on }) };
}

function reporterData({ lastReportMs, isLapsed, ...row }: ReporterRow): object {
  return { ...row, lastReport: timeText(lastReportMs), lapsed: isLapsed };
}

function cellsOf({ label, index, standing: { is, says } }: BoardRow, styled: Styled): readonly string[] {
  return [label, String(index), styled(styles[is], is), says.join("; ")];
}

function reporterCells(row: ReporterRow, styled: Styled): readonly string[] {
  const { reporter, revision, lag, resources, behind, lastReportMs } = row;
  return [
    reporter,
    revision === undefined ? "" : String(revision),
    numberText(lag, styled),
    String(resources),
    numberText(behind, styled),
    timeText(lastReportMs),
    tellsOf(row, styled),
  ];
}

function tellsOf({ isLapsed, details }: Pick<ReporterRow, "isLapsed" | "details">, styled: Styled): string {
  if (isLapsed) return styled("yellow", "silent for more than 30 s: what it says is passed over");
  return Object.entries(details)
    .map(([key, value]) => (/^\d+$/.test(value) ? `${value} ${key}` : `${key}: ${value}`))
    .join(", ");
}

function envoyCells(row: EnvoyRow, styled: Styled): readonly string[] {
  const { id, cluster, reporter, revision, lag } = row;
  return [
    id,
    cluster,
    reporter,
    revision === undefined ? "none" : String(revision),
    numberText(lag, styled),
    stateOf(row, styled),
  ];
}

function stateOf(
  { gone, rejection, transport }: Pick<EnvoyRow, "gone" | "rejection" | "transport">,
  styled: Styled,
): string {
  const state =
    gone === undefined
      ? `connected${transport === "" ? "" : ` (${transport})`}`
      : styled("yellow", `gone since ${gone}`);
  return rejection === undefined ? state : `${state}; ${styled("red", "rejected")}: ${rejection.trim()}`;
}

function numberText(count: bigint | number | undefined, styled: Styled): string {
  if (count === undefined) return "";
  return Number(count) === 0 ? "0" : styled("yellow", String(count));
}

function timeText(ms: number): string {
  return ms === 0 ? "" : new Date(ms).toISOString();
}

function lineOf(cells: readonly string[]): string {
  return `${cells.join("  ").trimEnd()}\n`;
}
