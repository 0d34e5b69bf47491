export { program } from "./main.js";

// What foretells a gateway's answer, for `protomesh explain`, which so cannot say otherwise than what is served, and for
// the benchmarks.
export { applyBatch, conflictsOf, emptyModel, type Model } from "./routes/model.js";
export { headersText } from "./routes/header-match.js";
export type { Policy } from "./routes/policy.js";
export { grpcRoute, httpRoute, type RouteTable } from "./routes/route-table.js";
export { healthMethodOf } from "./serve/health.js";
