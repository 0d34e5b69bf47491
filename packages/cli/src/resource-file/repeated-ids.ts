import type { Resource } from "@protomesh/core/api";
import { placeText } from "./format-mistakes.js";
import type { Mistake, Position } from "./mistake.js";

/** A resource, and where it was declared. */
export interface PlacedResource {
  readonly resource: Resource;
  readonly file: string;
  readonly document: number;
  /** Where its id or name stands; asked only after a mistake, as some formats' readers are slow to tell. */
  readonly position: () => Position | undefined;
  /** Whether the document says its id; else namespace, kind and name make it. */
  readonly hasOwnId: boolean;
}

/** An id may be declared once in a namespace: of two, one would undo the other. Each repetition names the first place. */
export function repeatedIds(placed: readonly PlacedResource[]): Mistake[] {
  const firsts = new Map<string, PlacedResource>();
  const mistakes: Mistake[] = [];
  for (const current of placed) {
    const { namespace, id } = current.resource;
    const key = `${namespace}\u0000${id}`;
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, current);
    else mistakes.push(repetition(current, first));
  }
  return mistakes;
}

function repetition({ resource, hasOwnId, file, document, position }: PlacedResource, first: PlacedResource): Mistake {
  const at = { file, document, ...position() };
  const other = placeText({ ...first, ...first.position() });
  if (hasOwnId) {
    const message = `${resource.id} is also the id of ${other}; expected one resource for each id`;
    return { ...at, path: ["id"], value: resource.id, message };
  }
  const message = `${JSON.stringify(resource.name)} has the same namespace and kind at ${other}; expected another name, or an id`;
  return { ...at, path: ["name"], value: resource.name, message };
}
