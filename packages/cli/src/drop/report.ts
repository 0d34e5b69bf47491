import { referenceText } from "../client/reference.js";
import { kindLabel, resourceLabel } from "../output/resource-label.js";
import type { Styled } from "../output/styled.js";
import { tableText } from "../output/table.js";
import type { Dropped } from "./drop-resources.js";

/** For people: a line per resource, then each namespace's revision. */
export function droppedText(all: readonly Dropped[], styled: Styled): string {
  const rows = all.flatMap(({ namespace, resources, absent }) => {
    const start = all.length > 1 ? [namespace] : [];
    return [
      ...resources.map((resource) => [...start, resourceLabel(resource), styled("red", "dropped")]),
      ...absent.map((reference) => [...start, referenceText(reference), styled("dim", "absent")]),
    ];
  });
  const revisions = all.map(({ namespace, revision }) =>
    revision === undefined ? "" : `revision ${revision} of ${namespace}\n`,
  );
  return tableText(rows) + revisions.join("");
}

/** For programs: the same. */
export function droppedData(all: readonly Dropped[]): object {
  return {
    namespaces: all.map(({ namespace, resources, absent, revision }) => ({
      namespace,
      revision,
      dropped: resources.map((resource) => ({ kind: kindLabel(resource), name: resource.name, id: resource.id })),
      absent: absent.map(referenceText),
    })),
  };
}
