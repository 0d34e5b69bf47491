import { jsonLine, jsonText } from "../output/serialized.js";
import type { Styled } from "../output/styled.js";
import { tableText } from "../output/table.js";
import { timestampText } from "../output/timestamp-text.js";
import type { Board, BoardRow } from "./board.js";

const styles = { live: "green", waiting: "yellow", failed: "red", nobody: "dim" } as const;

/** For people: each resource with what is said of it, then each reporter. */
export function boardText({ rows, reporters }: Board, styled: Styled): string {
  const resources = tableText([
    ["RESOURCE", "REVISION", "STANDING", "SAYS"],
    ...rows.map((row) => cellsOf(row, styled)),
  ]);
  if (reporters.length === 0) return resources;
  const told = reporters.map(({ reporter, resources: count, behind, lastReport }) => [
    reporter,
    String(count),
    behind === 0 ? "0" : styled("yellow", String(behind)),
    timestampText(lastReport),
  ]);
  return `${resources}\n${tableText([["REPORTER", "RESOURCES", "BEHIND", "LAST REPORT"], ...told])}`;
}

/** One row, for a resource that stands otherwise than before. */
export function boardLine(row: BoardRow, styled: Styled): string {
  return `${cellsOf(row, styled).join("  ").trimEnd()}\n`;
}

/** For programs. */
export function boardJson({ rows, reporters }: Board): string {
  return jsonText({
    resources: rows.map(rowJson),
    reporters: reporters.map(({ lastReport, ...reporter }) => ({ ...reporter, lastReport: timestampText(lastReport) })),
  });
}

export function boardJsonLine(row: BoardRow): string {
  return jsonLine(rowJson(row));
}

function rowJson({ id, kind, label, index, standing: { is, says } }: BoardRow): object {
  return { kind, name: label.slice(kind.length + 1), id, revision: index, standing: is, says };
}

function cellsOf({ label, index, standing: { is, says } }: BoardRow, styled: Styled): readonly string[] {
  return [label, String(index), styled(styles[is], is), says.join("; ")];
}
