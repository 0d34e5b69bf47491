import {
  declareSettings,
  instanceNameSetting,
  serverSettings,
  setting,
  storeChannelSettings,
  type Settings,
} from "@protomesh/core";
import type { FrontLimits } from "./front/front-limits.js";
import type { CallSettings } from "./serve/call-settings.js";

export const listener = { own: "gateway", defaultAddress: "0.0.0.0:5770" } as const;
export const storeChannel = "gateway.resource.store";

export const gatewaySettings = declareSettings({
  ...serverSettings(listener),
  ...storeChannelSettings(storeChannel),
  "gateway.service.resource.store.namespace": setting.text({
    default: "default",
    help: "the namespace whose gateway policies are served",
  }),
  "gateway.instance.name": instanceNameSetting,
  "gateway.status.interval": setting.duration({
    default: "10s",
    help: "a policy's status that tells of failing requests is written at most so often",
  }),
  "gateway.handlers": setting.list({ default: ["AwsLambda"], help: "the kinds of handler that policies may have" }),
  "gateway.access.log": setting.boolean({ default: true, help: "one line in the log for each request" }),

  "gateway.aws.lambda.endpoint": setting.text({ help: "URL of the Lambda API; default: AWS's for the region" }),
  "gateway.aws.lambda.region": setting.text({ help: "AWS region; default: as every AWS client finds it" }),
  "gateway.aws.lambda.max.connections": setting.integer({
    default: 1_000,
    min: 1,
    help: "connections to the Lambda API at once; each carries one invocation, others wait",
  }),
  "gateway.aws.lambda.connect.timeout": setting.duration({ default: "5s", help: "how long connecting may take" }),
  "gateway.aws.lambda.timeout": setting.duration({
    default: "15m",
    help: "how long a request may take in all; a function can run for 15 minutes",
  }),
  "gateway.aws.lambda.unpadded.base64": setting.boolean({
    default: false,
    help: "send gRPC messages in base64 without padding, for functions that decode no other",
  }),
  "gateway.aws.lambda.nounce.header": setting.text({
    default: "x-nounce",
    help: "the header that gives the function a value that is new for each request",
  }),
  "gateway.aws.lambda.grpc.server.stream.timeout.header": setting.text({
    default: "x-server-stream-timeout",
    help: "the header of an answer 102 that says when to ask again, such as 5s",
  }),
  "gateway.aws.lambda.server.stream.topic.prefix": setting.text({
    default: "lambda.server.stream:",
    help: "what the topics of signals for server streams begin with",
  }),

  "gateway.max.body": setting.bytes({ default: "6MiB", help: "the longest body of an HTTP request" }),
  "gateway.max.message": setting.bytes({ default: "4MiB", help: "the longest gRPC message, decompressed" }),
  "gateway.max.streamed.message": setting.bytes({
    default: "6MiB",
    help: "the longest gRPC message that a function may stream",
  }),
  "gateway.max.headers": setting.bytes({ default: "64KiB", help: "the longest headers of a request" }),
  "gateway.max.streams": setting.integer({
    default: 1_000,
    min: 1,
    help: "requests under way on one HTTP/2 connection",
  }),
  "gateway.max.connections": setting.integer({ default: 10_000, min: 1, help: "connections at once" }),
  "gateway.sniff.timeout": setting.duration({
    default: "10s",
    help: "how long a connection may take to say what it speaks, TLS handshake included",
  }),
  "gateway.request.timeout": setting.duration({ default: "1m", help: "how long a request may take to arrive" }),
  "gateway.idle.timeout": setting.duration({
    default: "5m",
    help: "how long a connection without requests is kept",
  }),
});

export type GatewaySettings = Settings<typeof gatewaySettings>;

export function frontLimitsOf(settings: GatewaySettings): FrontLimits {
  return {
    sniffTimeoutMs: settings["gateway.sniff.timeout"],
    requestTimeoutMs: settings["gateway.request.timeout"],
    idleTimeoutMs: settings["gateway.idle.timeout"],
    maxHeaderBytes: settings["gateway.max.headers"],
    maxStreams: settings["gateway.max.streams"],
    maxConnections: settings["gateway.max.connections"],
  };
}

export function callSettingsOf(settings: GatewaySettings): CallSettings {
  return {
    maxBodyBytes: settings["gateway.max.body"],
    maxMessageBytes: settings["gateway.max.message"],
    maxStreamedMessageBytes: settings["gateway.max.streamed.message"],
    timeoutMs: settings["gateway.aws.lambda.timeout"],
    nonceHeader: settings["gateway.aws.lambda.nounce.header"].toLowerCase(),
    streamTimeoutHeader: settings["gateway.aws.lambda.grpc.server.stream.timeout.header"].toLowerCase(),
    signalTopicPrefix: settings["gateway.aws.lambda.server.stream.topic.prefix"],
    unpaddedBase64: settings["gateway.aws.lambda.unpadded.base64"],
  };
}
