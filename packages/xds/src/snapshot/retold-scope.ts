import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { Any } from "../generated/google/protobuf/any.js";
import { digestOf } from "./digest.js";
import type { XdsResource } from "./xds-resource.js";

/** ScopedRouteConfiguration.route_configuration and RouteConfiguration.name, length-delimited. */
const routeConfigurationTag = (5 << 3) | 2;
const nameTag = (1 << 3) | 2;

/**
 * A scope with the same routes under another name, which says nothing to anybody. Of a response that it rejects, Envoy
 * (1.40) keeps the scopes that stood before the wrong one without putting them to use, and passes over them when they come
 * again as they were. Of a field that stands twice in a message, the last one counts.
 */
export function retoldScope(resource: XdsResource, time: number): XdsResource {
  const { typeUrl, value } = Any.decode(resource.any);
  const name = `${resource.name} (${time})`;
  const again = new BinaryWriter().uint32(routeConfigurationTag).fork().uint32(nameTag).string(name).join().finish();
  const bytes = Buffer.concat([value, again]);
  return { ...resource, digest: digestOf(name, bytes), any: Any.encode({ typeUrl, value: bytes }).finish() };
}
