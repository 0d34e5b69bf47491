import { differenceLines } from "../diff/difference-lines.js";
import { fieldChangeJson } from "../diff/field-changes.js";
import { resourceDifference } from "../diff/resource-difference.js";
import { kindLabel, resourceLabel } from "../output/resource-label.js";
import type { Styled } from "../output/styled.js";
import { tableText } from "../output/table.js";
import type { Compared, Comparison } from "./compare-applied.js";
import type { Outcome } from "./outcome.js";

const styles = { created: "green", changed: "yellow", unchanged: "dim", dropped: "red", absent: "dim" } as const;

/** Of whose resources the fields are shown. */
export type ShownFields = readonly Outcome[];

/** For people: a line per resource, below it the fields that differ, then each namespace's revision. */
export function comparedText(all: readonly Compared[], fieldsOf: ShownFields, styled: Styled): string {
  const entries = all.flatMap(({ namespace, results }) => results.map((result) => ({ namespace, result })));
  const isNamed = all.length > 1;
  const table = tableText(
    entries.map(({ namespace, result: { resource, before, id, outcome } }) => [
      ...(isNamed ? [namespace] : []),
      labelOf({ resource, before, id }),
      outcome === undefined ? "done" : styled(styles[outcome], outcome),
    ]),
  );
  const lines = table.split("\n").slice(0, -1);
  const told = lines.flatMap((line, at) => [line, ...fieldLines(entries[at]?.result, fieldsOf, styled)]);
  return told.map((line) => `${line}\n`).join("");
}

/** `revision 12 of default`, a line for each namespace. */
export function revisionsText(all: readonly Pick<Compared, "namespace" | "revision">[]): string {
  return all.map(({ namespace, revision }) => `revision ${revision} of ${namespace}\n`).join("");
}

/** For programs: the same, with every field that differs. */
export function comparedData(all: readonly Compared[], more: Readonly<Record<string, unknown>> = {}): object {
  return {
    ...more,
    namespaces: all.map(({ namespace, revision, results }) => ({
      namespace,
      revision,
      resources: results.map(({ resource, before, id, outcome }) => {
        const known = resource ?? before;
        return {
          ...(known !== undefined && { kind: kindLabel(known), name: known.name }),
          id,
          outcome,
          ...(outcome === "changed" &&
            before !== undefined && { changes: resourceDifference(before, resource).map(fieldChangeJson) }),
        };
      }),
    })),
  };
}

function labelOf({ resource, before, id }: Pick<Comparison, "resource" | "before" | "id">): string {
  const known = resource ?? before;
  return known === undefined ? id : resourceLabel(known);
}

function fieldLines(result: Comparison | undefined, fieldsOf: ShownFields, styled: Styled): readonly string[] {
  if (result?.outcome === undefined || !fieldsOf.includes(result.outcome)) return [];
  // Without knowing what was, nothing can be told apart.
  if (result.before === undefined && result.outcome !== "created") return [];
  return differenceLines(resourceDifference(result.before, result.resource), styled).map((line) => `    ${line}`);
}
