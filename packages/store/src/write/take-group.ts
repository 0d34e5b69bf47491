import type { Write } from "./write.js";

/** Something that waits to be committed. */
export interface Queued {
  readonly write: Write;
  /** Its specs' bytes. */
  readonly bytes: number;
}

export interface GroupLimits {
  readonly items: number;
  readonly bytes: number;
}

/** 256 items are where a larger group is no faster; the bytes keep one statement from growing without bound. */
export const groupLimits: GroupLimits = { items: 256, bytes: 8 * 1024 * 1024 };

/**
 * What to commit together next: the longest waiting first. In a group each id and each request id stands once: a second
 * write of one waits for the next group, and so do all that touch what it touches, so that writes of one id keep their
 * order. A write that looks at the whole namespace goes alone.
 * @returns the group, never empty unless the queue is, and what remains, in order
 */
export function takeGroup<T extends Queued>(
  queue: readonly T[],
  limits: GroupLimits = groupLimits,
): { readonly group: readonly T[]; readonly rest: readonly T[] } {
  const group: T[] = [];
  const rest: T[] = [];
  const taken = new Set<string>();
  let items = 0;
  let bytes = 0;
  let closed = false;

  for (const queued of queue) {
    const { write } = queued;
    const fits =
      group.length === 0 ||
      (!standsAlone(write) && items + write.items.length <= limits.items && bytes + queued.bytes <= limits.bytes);
    const free = !closed && isFree(write, taken);
    claim(write, taken);
    if (!fits || !free) {
      rest.push(queued);
      // Nothing overtakes a write that did not fit: it would wait for ever behind small ones.
      closed ||= !fits;
      continue;
    }
    group.push(queued);
    items += write.items.length;
    bytes += queued.bytes;
    closed ||= standsAlone(write);
  }
  return { group, rest };
}

/** Whether a write concerns more than the ids that it names. */
function standsAlone({ applySet, expectedHead }: Write): boolean {
  return applySet !== undefined || expectedHead !== undefined;
}

function isFree({ items, request }: Write, taken: ReadonlySet<string>): boolean {
  return items.every(({ id }) => !taken.has(id)) && (request === undefined || !taken.has(requestKey(request.id)));
}

function claim({ items, request }: Write, taken: Set<string>): void {
  for (const { id } of items) taken.add(id);
  if (request !== undefined) taken.add(requestKey(request.id));
}

/** Apart from resource ids, which have no space. */
function requestKey(id: string): string {
  return `request ${id}`;
}
