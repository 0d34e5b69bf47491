export { fails, holds, type Statement } from "./statement.js";
export { instanceLeaseMs, instanceNameSetting, instanceReporter, instanceResourceId } from "./instance.js";
export { saysNothing, sayTheSame, statusOf, type StatusPlace, type StatusReport } from "./resource-status.js";
export { StatusReporter, type StatusReporterOptions, type StatusReporterState } from "./status-reporter.js";
