import { declareSettings, setting, type Program } from "@protomesh/core";
import { DefaultLogger, NativeConnection, Runtime, Worker } from "@temporalio/worker";
import { workflowBundle } from "./bundle.js";

const greetingSettings = declareSettings({
  "temporal.address": setting.text({ help: "Temporal's frontend", default: "localhost:7233" }),
  "temporal.namespace": setting.text({ help: "the namespace to work in", default: "default" }),
  "local.folder": setting.text({ help: "where the workflow's bundle is kept", required: true }),
});

/** The task queue that the quick start's trigger names. */
const taskQueue = "quickstart";

/** Runs the quick start's example workflow, as a Temporal worker of the user's own would. */
export const greetingProgram: Program<typeof greetingSettings> = {
  name: "greeting",
  settings: greetingSettings,
  admin: { key: "local.greeting.admin.listener.address", defaultAddress: "" },

  async start(scope, settings) {
    // Signals are the program's own business, not the SDK's.
    Runtime.install({ shutdownSignals: [], logger: new DefaultLogger("WARN") });
    const codePath = await workflowBundle(settings["local.folder"]);
    const connection = await NativeConnection.connect({ address: settings["temporal.address"] });
    scope.own("connection", () => connection.close());
    const worker = await Worker.create({
      connection,
      namespace: settings["temporal.namespace"],
      taskQueue,
      workflowBundle: { codePath },
    });
    const running = worker.run();
    running.catch((error: unknown) => scope.fail(error));
    scope.own("worker", async () => {
      if (worker.getState() === "RUNNING") worker.shutdown();
      await running;
    });
    scope.part("worker").ready();
  },
};
