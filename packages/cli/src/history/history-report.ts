import type { Resource } from "@protomesh/core/api";
import { differenceLines } from "../diff/difference-lines.js";
import { fieldChangeJson } from "../diff/field-changes.js";
import { kindLabel, resourceLabel } from "../output/resource-label.js";
import type { Styled } from "../output/styled.js";
import { tableText } from "../output/table.js";
import { timestampText } from "../output/timestamp-text.js";
import { documentOf } from "../resource-file/index.js";
import type { VersionChange } from "./version-change.js";

const styles = { created: "green", changed: "yellow", dropped: "red", written: "yellow" } as const;

/** For people: a line for each version, and below it, where they are asked for, the fields that it changed. */
export function historyText(
  changes: readonly VersionChange[],
  { withFields }: { readonly withFields: boolean },
  styled: Styled,
): string {
  if (changes.length === 0) return "";
  const table = tableText([
    ["REVISION", "WRITTEN", "AUTHOR", "CHANGE", "RESOURCE"],
    ...changes.map(({ entry: { revision, timestamp, resource, author }, change }) => [
      String(revision),
      timestampText(timestamp),
      author === "" ? "-" : author,
      styled(styles[change], change),
      labelOf(resource),
    ]),
  ]);
  const [head = "", ...lines] = table.trimEnd().split("\n");
  const told = lines.flatMap((line, at) => {
    const fields = withFields ? (changes[at]?.fields ?? []) : [];
    return [line, ...differenceLines(fields, styled).map((text) => `    ${text}`)];
  });
  return [head, ...told].map((line) => `${line}\n`).join("");
}

/** For programs: each version whole, with the fields that it changed. */
export function historyData(changes: readonly VersionChange[]): readonly object[] {
  return changes.map(({ entry: { revision, timestamp, resource, author }, change, fields }) => ({
    revision,
    written: timestampText(timestamp),
    ...(author !== "" && { author }),
    change,
    ...(resource !== undefined && { ...documentOf(resource), kind: kindLabel(resource) }),
    ...(change === "changed" && { changes: fields.map(fieldChangeJson) }),
  }));
}

function labelOf(resource: Resource | undefined): string {
  return resource === undefined ? "" : resourceLabel(resource);
}
