import { flagOf, variableOf } from "@protomesh/core";
import type { Places } from "./places.js";

export type ComponentName = "store" | "xds" | "gateway" | "worker";

/** One of the shipped programs, as the quick start runs it. */
export interface Component {
  readonly name: ComponentName;
  /** Its program, in the checkout. */
  readonly bin: string;
  /** What it is told, by setting. */
  readonly settings: Readonly<Record<string, string>>;
  /** What it is told by variable: other users of the machine may read command lines, and the AWS SDK reads nothing else. */
  readonly variables: Readonly<Record<string, string>>;
  /** host:port of what it serves; undefined: nothing but its admin port. */
  readonly listener: string | undefined;
  /** host:port of its admin port. */
  readonly admin: string;
}

/** What the gateway calls: our own endpoint at a URL, another one, or AWS. */
export type Lambda =
  | { readonly kind: "ours"; readonly url: string }
  | { readonly kind: "yours"; readonly url: string }
  | { readonly kind: "aws" };

export interface ComponentOptions {
  readonly places: Places;
  /** DSN of the database. */
  readonly dsn: string;
  /** The SQL migrations' folder. */
  readonly migrations: string;
  readonly logLevel: string;
  readonly lambda: Lambda;
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
}

/** The SDK insists on them, and the Lambda endpoint looks at none: nobody's own need be sent there. */
const exampleCredentials = {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "example",
  AWS_SECRET_ACCESS_KEY: "example",
  AWS_SESSION_TOKEN: "",
};

/** Keeps the AWS SDK from advising a newer Node on every start. */
const withoutSdkAdvice = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };

/**
 * Keeps the gateway small, see "Memory" in docs/gateway.md: V8's young generation, which grows to 32 MB otherwise, and one
 * arena of malloc's in place of one for each thread.
 */
const leanMemory = { NODE_OPTIONS: "--max-semi-space-size=4", MALLOC_ARENA_MAX: "1" };

/** How the quick start runs each component: on loopback, in plaintext, with short drains. */
export function componentsOf(options: ComponentOptions): Readonly<Record<ComponentName, Component>> {
  const { places, lambda } = options;
  const common = { "http.server.shutdown.timeout": "5s", "log.level": options.logLevel, "log.json": "false" };
  const served = { ...common, "http.server.tls.disable": "true" };
  return {
    store: {
      name: "store",
      bin: "packages/store/bin/protomesh-store.js",
      settings: {
        ...served,
        "grpc.server.enable.reflection": "true",
        "store.listener.address": places.store,
        "store.admin.listener.address": places.storeAdmin,
        "store.postgres.migration.file": options.migrations,
      },
      variables: { [variableOf("store.sql.connection.string")]: options.dsn },
      listener: places.store,
      admin: places.storeAdmin,
    },
    xds: {
      name: "xds",
      bin: "packages/xds/bin/protomesh-xds.js",
      settings: {
        ...served,
        "envoy.xds.listener.address": places.xds,
        "envoy.xds.admin.listener.address": places.xdsAdmin,
        "envoy.xds.resource.store.server.address": places.store,
      },
      variables: {},
      listener: places.xds,
      admin: places.xdsAdmin,
    },
    gateway: {
      name: "gateway",
      bin: "packages/gateway/bin/protomesh-gateway.js",
      settings: {
        ...served,
        "gateway.listener.address": places.gateway,
        "gateway.admin.listener.address": places.gatewayAdmin,
        "gateway.resource.store.server.address": places.store,
        ...(lambda.kind === "aws" ? {} : { "gateway.aws.lambda.endpoint": lambda.url }),
      },
      variables: { ...withoutSdkAdvice, ...leanMemory, ...(lambda.kind === "ours" ? exampleCredentials : {}) },
      listener: places.gateway,
      admin: places.gatewayAdmin,
    },
    worker: {
      name: "worker",
      bin: "packages/worker/bin/protomesh-worker.js",
      settings: {
        ...common,
        "worker.admin.listener.address": places.workerAdmin,
        "worker.resource.store.server.address": places.store,
        "temporal.address": options.temporalAddress,
        "temporal.namespace": options.temporalNamespace,
      },
      variables: {},
      listener: undefined,
      admin: places.workerAdmin,
    },
  };
}

/** Settings as command-line flags. */
export function flagsOf(settings: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(settings).map(([key, value]) => `${flagOf(key)}=${value}`);
}
