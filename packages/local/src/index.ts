export { startChild, type Child, type ChildOptions } from "./children/child.js";
export type { Exit } from "./children/exit.js";
export type { Ready } from "./children/ready.js";
export { ChildError } from "./children/child-error.js";
export { runChild } from "./children/run-child.js";
export { freePort } from "./free-port.js";
export { findPeer, type FoundPeer, type Peer, type PeerSearch } from "./peers/find-peer.js";
export { startEnvoy, type EnvoyOptions, type RunningEnvoy } from "./peers/envoy.js";
export { startTemporal, type RunningTemporal, type TemporalOptions } from "./peers/temporal.js";
export { startPostgres, type PostgresOptions, type RunningPostgres } from "./postgres/start-postgres.js";
export { exampleFunctions } from "./functions/example-functions.js";
export type { Fault, Faults } from "./lambda/fault.js";
export {
  httpResponseStream,
  streamifyResponse,
  type LambdaContext,
  type LambdaFunction,
  type ResponseStream,
} from "./lambda/lambda-function.js";
export {
  startLambdaEndpoint,
  type Invocation,
  type LambdaEndpoint,
  type LambdaEndpointOptions,
} from "./lambda/lambda-endpoint.js";
export {
  componentsOf,
  flagsOf,
  type Component,
  type ComponentName,
  type ComponentOptions,
} from "./quick-start/components.js";
export { envoyBootstrap } from "./quick-start/envoy-bootstrap.js";
export { examplePorts, resourceFolder } from "./quick-start/example.js";
export { findFreePlaces } from "./quick-start/free-places.js";
export { portOf, type Places } from "./quick-start/places.js";
export { startComponent } from "./quick-start/start-component.js";
