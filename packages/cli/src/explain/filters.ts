import type { HttpFilter } from "@protomesh/core/api";
import type { AskedRequest } from "./asked-request.js";

/** What the filters of an ingress make of a request before it is routed. */
export interface Filtered {
  /** Envoy answers it itself. */
  readonly isHealthCheck: boolean;
  /** A token of one of these providers is asked for, by each of the lists; without it the answer is 401. */
  readonly tokensOf: readonly (readonly string[])[];
}

/** The filters in their order; the first that answers ends it. */
export function filteredBy(
  filters: readonly HttpFilter[],
  { path, query }: Pick<AskedRequest, "path" | "query">,
): Filtered {
  const tokensOf: (readonly string[])[] = [];
  for (const { filter } of filters) {
    if (filter?.$case === "healthCheck" && filter.value.path === `${path}${query}`)
      return { isHealthCheck: true, tokensOf };
    if (filter?.$case !== "jwtAuthn") continue;
    const rule = filter.value.rules.find(({ matchPrefix }) => path.startsWith(matchPrefix));
    if (rule !== undefined && rule.requiredProvidersNames.length > 0) tokensOf.push(rule.requiredProvidersNames);
  }
  return { isHealthCheck: false, tokensOf };
}
