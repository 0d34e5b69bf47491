import { declaredKind, specDocument } from "../output/declared-document.js";
import { jsonLine } from "../output/serialized.js";
import type { Styled } from "../output/styled.js";
import type { Change } from "./changes.js";

const styles = { current: "dim", updated: "green", dropped: "red" } as const;

/** `120  updated  service/billing  0b5c8c5e-…` */
export function changeLine({ change, resource }: Change, styled: Styled): string {
  const word = styled(styles[change], change.padEnd(7));
  return `${String(resource.index).padStart(6)}  ${word}  ${declaredKind(resource)}/${resource.name}  ${styled("dim", resource.id)}\n`;
}

/** One JSON object on one line. */
export function changeJson({ change, resource }: Change): string {
  const { namespace, id, name, index, hash } = resource;
  return jsonLine({
    change,
    revision: index,
    namespace,
    kind: declaredKind(resource),
    id,
    name,
    hash,
    ...(change !== "dropped" && { spec: specDocument(resource.spec) }),
  });
}
