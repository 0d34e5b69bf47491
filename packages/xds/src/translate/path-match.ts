/** What a route asks of a path, and what it makes of the part that matched. */
export interface PathMatch {
  readonly kind: "path" | "prefix" | "pathSeparatedPrefix";
  readonly value: string;
  /** Takes the place of the matched part; empty: it stays. */
  readonly rewrite: string;
}

/**
 * How Envoy finds the paths at and below a prefix: `/api` is for `/api` and `/api/x` and not for `/apix`. A rewrite never
 * yields two slashes where there was one, nor none: rewriting `/api` to `/` takes two matches, as no replacement of the
 * matched part alone turns both `/api` into `/` and `/api/x` into `/x`.
 * @param prefix without slashes at its end, unless it is nothing else
 * @param rewrite as declared; empty: none
 */
export function pathMatchesOf(prefix: string, rewrite: string): PathMatch[] {
  const target = rewrite.replace(/\/+$/, "");
  if (prefix.endsWith("/")) {
    return [{ kind: "prefix", value: prefix, rewrite: target === "" ? "" : `${target}/` }];
  }
  if (rewrite === "" || target !== "") return [{ kind: "pathSeparatedPrefix", value: prefix, rewrite: target }];
  return [
    { kind: "path", value: prefix, rewrite: "/" },
    { kind: "prefix", value: `${prefix}/`, rewrite: "/" },
  ];
}

/** The same for gRPC, which knows no separated prefixes and rewrites no paths. */
export function grpcPathMatchesOf(prefix: string): PathMatch[] {
  if (prefix.endsWith("/")) return [{ kind: "prefix", value: prefix, rewrite: "" }];
  return [
    { kind: "path", value: prefix, rewrite: "" },
    { kind: "prefix", value: `${prefix}/`, rewrite: "" },
  ];
}

/** The order in which Envoy is to try them: exact ones, then the longest. */
export function byPrecedence(a: PathMatch, b: PathMatch): number {
  const exactFirst = Number(b.kind === "path") - Number(a.kind === "path");
  if (exactFirst !== 0) return exactFirst;
  if (a.value.length !== b.value.length) return b.value.length - a.value.length;
  return a.value < b.value ? -1 : Number(a.value > b.value);
}
