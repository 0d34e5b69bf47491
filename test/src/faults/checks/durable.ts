import { isBound, type Breach, type Truth, type Write } from "../observation.js";

/**
 * Durable: a write that was acknowledged is there at the revision that the answer named, with the content that was
 * asked for; a write that was refused is nowhere. What was acknowledged in a history that was lost is not promised any more:
 * the change of its name says so.
 */
export function durableBreaches(writes: readonly Write[], truth: Truth): readonly Breach[] {
  const contentAt = new Map(truth.changes.map(({ id, index, content }) => [`${id} ${index}`, { content }]));
  const known = new Set(truth.changes.map(({ content }) => content));
  return writes.flatMap((write): Breach[] => {
    if (write.outcome.kind === "refused") {
      return [...write.wanted].flatMap(([id, content]) =>
        content !== undefined && known.has(content)
          ? [breach(write, `${id} was refused as ${write.outcome.kind}, and it is there`)]
          : [],
      );
    }
    if (write.outcome.kind !== "acknowledged" || !isBound(write.outcome.history, truth)) return [];
    const { indexes } = write.outcome;
    return [...write.wanted].flatMap(([id, content]) => {
      const index = indexes.get(id);
      if (index === undefined)
        return content === undefined ? [] : [breach(write, `${id} was acknowledged without a version`)];
      const there = contentAt.get(`${id} ${index}`);
      if (there === undefined) return [breach(write, `${id} was acknowledged at revision ${index}, and is not there`)];
      return there.content === content ? [] : [breach(write, `${id} at revision ${index} has somebody else's content`)];
    });
  });
}

function breach({ writer }: Write, what: string): Breach {
  return { promise: "durable", what: `${writer}: ${what}` };
}
