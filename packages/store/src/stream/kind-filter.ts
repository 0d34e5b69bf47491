import { isKind } from "@protomesh/core";

/** Which resources a watcher wants. */
export interface KindFilter {
  /** As in the request, sorted; empty: all. */
  readonly kinds: readonly string[];
  /** The same for filters that choose alike. */
  readonly key: string;
  wants(resource: { readonly kind: string; readonly typeUrl: string }): boolean;
  /** Whether a resource of this kind, whose type URL is not known any more, may have been wanted. */
  mayHaveWanted(kind: string): boolean;
}

/** @param kinds names of kinds and type URLs; empty: all */
export function kindFilterOf(kinds: readonly string[]): KindFilter {
  const wanted = new Set(kinds);
  const sorted = [...wanted].sort();
  const onlyKinds = sorted.every(isKind);
  return {
    kinds: sorted,
    key: JSON.stringify(sorted),
    wants: ({ kind, typeUrl }) => wanted.size === 0 || wanted.has(kind) || wanted.has(typeUrl),
    mayHaveWanted: (kind) => wanted.size === 0 || wanted.has(kind) || !onlyKinds,
  };
}
