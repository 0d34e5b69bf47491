export { fails, holds, type Statement } from "./statement.js";
export {
  instanceBeatMs,
  instanceLeaseMs,
  instanceNameSetting,
  instanceReporter,
  instanceResourceId,
} from "./instance.js";
export {
  removalOf,
  saysNothing,
  sayTheSame,
  statusOf,
  type StatusPlace,
  type StatusReport,
} from "./resource-status.js";
export { StatusReporter, type StatusReporterOptions, type StatusReporterState } from "./status-reporter.js";
