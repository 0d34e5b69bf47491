import { declareSettings, instanceNameSetting, serverSettings, setting, storeChannelSettings } from "@protomesh/core";

export const listener = { own: "envoy.xds", defaultAddress: "0.0.0.0:7011" } as const;
export const storeChannel = "envoy.xds.resource.store";

export const xdsSettings = declareSettings({
  ...serverSettings(listener),
  ...storeChannelSettings(storeChannel),
  "envoy.xds.service.resource.store.namespace": setting.text({
    default: "default",
    help: "the namespace whose ingresses, services and routes are served",
  }),
  "envoy.xds.service.match.node.cluster": setting.boolean({
    default: true,
    help: "give what names an xDS cluster only to nodes of that cluster; false: everything to every node",
  }),
  "envoy.xds.ingress.bind.address": setting.text({
    default: "0.0.0.0",
    help: "the IP address on which Envoy opens the ports of ingresses",
  }),
  "envoy.xds.upstream.ca.path": setting.text({
    default: "/etc/ssl/certs/ca-certificates.crt",
    help: "CA bundle that Envoy checks the certificates of services against, a PEM file on Envoy's host",
  }),
  "envoy.xds.coalesce.window": setting.duration({
    default: "10ms",
    help: "changes that come faster than this go out together; one by itself goes out at once",
  }),
  "envoy.xds.answer.timeout": setting.duration({
    default: "5s",
    minMs: 1,
    help: "how long an update waits for a client to take the one that has to come first",
  }),
  "envoy.xds.port.retry.interval": setting.duration({
    default: "15s",
    help: "how soon an ingress is offered again to a node that could not open its port; 0: not before it changes",
  }),
  "envoy.xds.instance.name": instanceNameSetting,
  "envoy.xds.node.memory": setting.duration({
    default: "10m",
    help: "how long a node that went away still counts, so that what it has not taken is not said to be everywhere",
  }),
  "envoy.xds.keepalive.interval": setting.duration({
    default: "30s",
    minMs: 1,
    help: "how often a silent client is asked whether it is still there; one that does not answer in as long again is gone",
  }),
  "envoy.xds.connection.max.age": setting.duration({
    default: "30m",
    help: "clients are asked to connect again after about this time, so that they spread over new servers; 0: never",
  }),
});
