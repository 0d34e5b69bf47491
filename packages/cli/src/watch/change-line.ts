import type { DeclaredResource } from "@protomesh/core";
import { differenceLines } from "../diff/difference-lines.js";
import { fieldChangeJson, fieldChanges } from "../diff/field-changes.js";
import { declaredKind, specDocument } from "../output/declared-document.js";
import type { Styled } from "../output/styled.js";
import type { Change } from "./changes.js";

const styles = { current: "dim", updated: "green", dropped: "red" } as const;

/** `120  updated  service/billing  0b5c8c5e-…` */
export function changeLine({ change, resource }: Change, styled: Styled): string {
  const word = styled(styles[change], change.padEnd(7));
  return `${String(resource.index).padStart(6)}  ${word}  ${declaredKind(resource)}/${resource.name}  ${styled("dim", resource.id)}\n`;
}

/** The fields that a change made different, a line each: of what is new or gone, all of them. */
export function changedFieldLines({ change, resource, before }: Change, styled: Styled): string {
  // What it was is not known, so nothing can be told apart.
  if (change === "current" || (change === "dropped" && before === undefined)) return "";
  const after = change === "dropped" ? {} : comparedOf(resource);
  const changes = fieldChanges(before === undefined ? {} : comparedOf(before), after);
  return differenceLines(changes, styled)
    .map((line) => `            ${line}\n`)
    .join("");
}

function comparedOf({ name, spec }: DeclaredResource): object {
  return { name, spec: specDocument(spec) };
}

/** For programs; with the fields that differ, where they are asked for. */
export function changeData(
  { change, resource, before }: Change,
  { withFields }: { readonly withFields: boolean },
): object {
  const { namespace, id, name, index, hash } = resource;
  return {
    change,
    revision: index,
    namespace,
    kind: declaredKind(resource),
    id,
    name,
    hash,
    ...(change !== "dropped" && { spec: specDocument(resource.spec) }),
    ...(withFields &&
      change === "updated" &&
      before !== undefined && {
        changes: fieldChanges(comparedOf(before), comparedOf(resource)).map(fieldChangeJson),
      }),
  };
}
