export { program } from "./main.js";

// What foretells an Envoy's answer, for `protomesh explain`, which so cannot say otherwise than what is served.
export { applyBatch } from "./model/apply-batch.js";
export type { Declared } from "./model/declared.js";
export { emptyModel, type Model } from "./model/model.js";
export { isScopable } from "./network/scopable.js";
export { networkOf, type Network } from "./network/network.js";
export { scopeOf, type Scope } from "./network/scope.js";
export { instancesOf } from "./translate/instances.js";
export type { PathMatch } from "./translate/path-match.js";
export { matchedRoutesOf, type MatchedRoute } from "./translate/virtual-host.js";
