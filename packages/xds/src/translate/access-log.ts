import { AccessLog } from "../generated/envoy/config/accesslog/v3/accesslog.js";
import { StdoutAccessLog } from "../generated/envoy/extensions/access_loggers/stream/v3/stream.js";
import { packed } from "./any.js";

/** Access logs to Envoy's standard output, one request a line. An empty format: none. */
export function accessLogsOf(format: string): AccessLog[] {
  if (format === "") return [];
  const inlineString = format.endsWith("\n") ? format : `${format}\n`;
  const config = StdoutAccessLog.fromPartial({
    accessLogFormat: {
      $case: "logFormat",
      value: {
        format: { $case: "textFormatSource", value: { specifier: { $case: "inlineString", value: inlineString } } },
      },
    },
  });
  return [
    AccessLog.fromPartial({
      name: "envoy.access_loggers.stdout",
      configType: { $case: "typedConfig", value: packed(StdoutAccessLog, config) },
    }),
  ];
}
