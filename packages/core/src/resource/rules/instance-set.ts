import { TransportProtocol, type InstanceSet, type InstanceSet_Instance } from "../../api.js";
import { enumeration } from "./enumeration.js";
import { address } from "./host.js";
import { port } from "./number.js";
import { filled } from "./text.js";
import type { RuleViolation } from "./violation.js";

/** A set without instances, or for no service, is allowed: it is how a service is emptied. */
export function instanceSetViolations(at: string, set: InstanceSet): RuleViolation[] {
  return [
    ...set.instances.flatMap((instance, index) => instanceViolations(`${at}.instances[${index}]`, instance)),
    ...set.matchServiceNames.flatMap((name, index) =>
      filled(`${at}.match_service_names[${index}]`, name, "the name of a service"),
    ),
  ];
}

function instanceViolations(at: string, instance: InstanceSet_Instance): RuleViolation[] {
  return [
    ...enumeration(`${at}.transport_protocol`, instance.transportProtocol, TransportProtocol),
    ...address(`${at}.address`, instance.address),
    ...port(`${at}.port`, instance.port),
  ];
}
