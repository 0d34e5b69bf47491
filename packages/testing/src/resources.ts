import { encodeSpec, resourceId, type KnownSpec } from "@protomesh/core";
import { GatewayPolicy, HttpIngress, InstanceSet, RoutingPolicy, Service, Trigger } from "@protomesh/core/api";
import type { Resource } from "@protomesh/core/api";

/** What a test says about a resource; all else is a valid default. */
export interface Described<Spec> {
  readonly namespace?: string;
  readonly id?: string;
  /** The resource's display name, and what its spec is called by default. */
  readonly name?: string;
  /** Laid over the default spec, field by field. */
  readonly spec?: Spec;
}

type Partially<Message extends { fromPartial: (object: never) => unknown }> = Parameters<Message["fromPartial"]>[0];

/** An ingress of its name, on port 10000 of every Envoy. */
export function httpIngress({ name = "public", ...rest }: Described<Partially<typeof HttpIngress>> = {}): Resource {
  const value = HttpIngress.fromPartial({ ingressName: name, listenPort: 10_000, ...rest.spec });
  return resource(name, rest, { kind: "http_ingress", value });
}

/** A service of its name, known to every Envoy, whose instances speak HTTP/1.1. */
export function service({ name = "billing", ...rest }: Described<Partially<typeof Service>> = {}): Resource {
  const value = Service.fromPartial({
    serviceName: name,
    connectTimeout: { seconds: 1n, nanos: 0 },
    instanceApplicationProtocolOptions: { $case: "instanceHttp1Options", value: {} },
    ...rest.spec,
  });
  return resource(name, rest, { kind: "service", value });
}

/** One instance, 127.0.0.1:8080, of the service of its name. */
export function instanceSet({ name = "billing", ...rest }: Described<Partially<typeof InstanceSet>> = {}): Resource {
  const value = InstanceSet.fromPartial({
    instances: [{ transportProtocol: "TRANSPORT_PROTOCOL_TCP", address: "127.0.0.1", port: 8080 }],
    matchServiceNames: [name],
    ...rest.spec,
  });
  return resource(name, rest, { kind: "instance_set", value });
}

/** Everything of the ingress `public` goes to the service of its name. */
export function routingPolicy({
  name = "billing",
  ...rest
}: Described<Partially<typeof RoutingPolicy>> = {}): Resource {
  const value = RoutingPolicy.fromPartial({
    ingressName: "public",
    domain: "*",
    routes: [{ matchPrefix: "/", targetService: name }],
    ...rest.spec,
  });
  return resource(name, rest, { kind: "routing_policy", value });
}

/** GET on the path of its name (`/hello`) and below goes to the Lambda function of its name. */
export function gatewayPolicy({ name = "hello", ...rest }: Described<Partially<typeof GatewayPolicy>> = {}): Resource {
  const value = GatewayPolicy.fromPartial({
    source: { $case: "http", value: { method: "HTTP_METHOD_GET", path: `/${name}` } },
    handlers: [lambdaHandler(name)],
    ...rest.spec,
  });
  return resource(name, rest, { kind: "gateway_policy", value });
}

/** A handler that calls a Lambda function: the name or the ARN, and a version or an alias. */
export function lambdaHandler(functionName: string, qualifier = ""): GatewayPolicy["handlers"][number] {
  const lambda = { functionName, qualifier };
  return { handler: { $case: "aws", value: { handler: { $case: "lambda", value: lambda } } } };
}

/** The workflow of its name, on the task queue `tests`, under its name as the workflow id. */
export function processTrigger({ name = "Greeting", ...rest }: Described<Partially<typeof Trigger>> = {}): Resource {
  const value = Trigger.fromPartial({ name, taskQueue: "tests", idPrefix: name, ...rest.spec });
  return resource(name, rest, { kind: "process_trigger", value });
}

function resource(name: string, { namespace = "default", id }: Described<unknown>, spec: KnownSpec): Resource {
  return {
    namespace,
    id: id ?? resourceId(namespace, spec.kind, name),
    name,
    spec: encodeSpec(spec),
    version: undefined,
  };
}
