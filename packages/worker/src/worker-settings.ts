import { declareSettings, instanceNameSetting, setting, storeChannelSettings } from "@protomesh/core";
import { temporalSettings } from "./execute/temporal-settings.js";

/** What the worker can be told. */
export const workerSettings = declareSettings({
  ...temporalSettings,
  ...storeChannelSettings("worker.resource.store"),
  "worker.service.resource.store.namespace": setting.text({
    default: "default",
    help: "the namespace whose triggers are carried out",
  }),
  "worker.service.worker.task.queue": setting.list({
    default: ["protomesh"],
    help: "the task queues on which the ResourceStore_* activities are served",
  }),
  "worker.service.activity.namespaces": setting.list({
    default: [],
    help: "the Temporal namespaces in which they are served; default: temporal.namespace",
  }),
  "worker.instance.name": instanceNameSetting,
  "worker.service.sync.interval": setting.duration({
    default: "1m",
    minMs: 100,
    help: "how often all triggers are held against Temporal, beside the changes that are acted on at once",
  }),
  "worker.service.owner": setting.text({
    default: "protomesh",
    help: "marks the workflows that are ours; to be different for installations that share a Temporal namespace",
  }),
  "worker.service.concurrency": setting.integer({
    default: 64,
    min: 1,
    help: "how many triggers are worked on at once",
  }),
  "worker.service.call.rate": setting.integer({
    default: 1_000,
    min: 1,
    unit: "calls per second",
    help: "the most calls that reconciling makes to Temporal",
  }),
  "worker.service.take.over": setting.boolean({
    default: false,
    help: "under IF_RUNNING_OVERLAP, terminate a foreign workflow that holds a declared workflow id",
  }),
  "worker.service.restart.overlapping": setting.boolean({
    default: false,
    help: "under IF_RUNNING_OVERLAP, start an unsuccessful workflow again, as IF_RUNNING_ABORT does",
  }),
});
