import type { Service } from "../../api.js";
import { duration, notNegative } from "./number.js";
import { filled } from "./text.js";
import type { RuleViolation } from "./violation.js";

export function serviceViolations(at: string, service: Service): RuleViolation[] {
  const options = service.instanceApplicationProtocolOptions;
  const streams = options?.$case === "instanceHttp2Options" ? options.value.maxConcurrentStreams : 0;
  return [
    ...filled(`${at}.service_name`, service.serviceName, "the service's name, to which routes and instance sets refer"),
    ...duration(`${at}.connect_timeout`, service.connectTimeout),
    ...notNegative(`${at}.instance_http2_options.max_concurrent_streams`, streams),
  ];
}
