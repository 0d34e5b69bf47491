import "./global-setup.js";

export { chanceOf } from "./chance.js";
export { Dice } from "./dice.js";
export { freePort, type RunningEnvoy, type RunningTemporal } from "@protomesh/local";
export { test, type Database } from "./database.js";
export { envoyPath, peerPath, startEnvoy, startTemporal, temporalPath, type Skippable } from "./peers.js";
export {
  gatewayPolicy,
  httpIngress,
  instanceSet,
  lambdaHandler,
  processTrigger,
  routingPolicy,
  service,
  type Described,
} from "./resources.js";
export { testCertificate, testClientCertificate, testServerCertificate } from "./test-certificate.js";
export { until, type Patience } from "./until.js";
