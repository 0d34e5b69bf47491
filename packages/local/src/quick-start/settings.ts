import { declareSettings, setting, type Settings } from "@protomesh/core";

const address = (help: string, defaultAddress: string) =>
  setting.text({ help: `${help}; port 0 takes a free one`, default: defaultAddress });

/** What `npm start` can be told. Keys that a component has too mean the same here, and are handed on to it. */
export const quickStartSettings = declareSettings({
  fresh: setting.boolean({ help: "start over: forget what earlier starts have kept", default: false }),
  "local.folder": setting.text({ help: "where the state is kept; default: .protomesh in the checkout" }),
  "local.postgres.address": address("the embedded PostgreSQL (loopback only)", "127.0.0.1:6632"),
  "local.lambda.address": address("the Lambda endpoint with the example functions", "127.0.0.1:6690"),
  "local.lambda.example": setting.boolean({
    help: "run the example functions; without them the gateway calls AWS, by the usual AWS variables",
    default: true,
  }),
  "local.envoy.path": setting.text({ help: "Envoy's program; default: on PATH, or in .cache/peers/bin" }),
  "local.envoy.admin.address": address("Envoy's admin server", "127.0.0.1:9901"),
  "local.ingress.port": setting.integer({
    help: "the port that Envoy serves the example on; 0 takes a free one",
    default: 10_000,
    min: 0,
    max: 65_535,
  }),
  "local.temporal.path": setting.text({ help: "Temporal's program; default: on PATH, or in .cache/peers/bin" }),
  "local.temporal.address": address("Temporal's development server (loopback only)", "127.0.0.1:7233"),
  "local.temporal.ui.address": address("its web interface (loopback only)", "127.0.0.1:8233"),
  "log.level": setting.choice(["trace", "debug", "info", "warn", "error", "fatal", "silent"], {
    help: "how much the components say",
    default: "warn",
  }),
  "store.sql.connection.string": setting.text({
    help: "a PostgreSQL of your own, instead of the embedded one",
    secret: true,
  }),
  "store.listener.address": address("the store", "127.0.0.1:6680"),
  "store.admin.listener.address": address("the store's admin port", "127.0.0.1:6681"),
  "envoy.xds.listener.address": address("the xDS server", "127.0.0.1:7011"),
  "envoy.xds.admin.listener.address": address("the xDS server's admin port", "127.0.0.1:7012"),
  "gateway.listener.address": address("the gateway", "127.0.0.1:5770"),
  "gateway.admin.listener.address": address("the gateway's admin port", "127.0.0.1:5771"),
  "gateway.aws.lambda.endpoint": setting.text({ help: "a Lambda endpoint of your own, instead of ours" }),
  "worker.admin.listener.address": address("the worker's admin port", "127.0.0.1:5781"),
  "temporal.address": setting.text({ help: "a Temporal of your own, instead of the development server" }),
  "temporal.namespace": setting.text({ help: "the Temporal namespace that workflows run in", default: "default" }),
});

export type QuickStartSettings = Settings<typeof quickStartSettings>;
