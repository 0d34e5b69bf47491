import { expect, test } from "vitest";
import { StdoutAccessLog } from "../generated/envoy/extensions/access_loggers/stream/v3/stream.js";
import { unpacked } from "../testing/unpack.js";
import { accessLogsOf } from "./access-log.js";

test("no format: no access log", () => {
  expect(accessLogsOf("")).toEqual([]);
});

test.each([
  { title: "a line ends where the format does not end it", format: "%PROTOCOL%", written: "%PROTOCOL%\n" },
  { title: "a format that ends its line stays as it is", format: "%PROTOCOL%\n", written: "%PROTOCOL%\n" },
])("$title", ({ format, written }) => {
  const [log] = accessLogsOf(format);
  expect(log?.name).toBe("envoy.access_loggers.stdout");
  expect(unpacked(StdoutAccessLog, log?.configType?.value).accessLogFormat).toMatchObject({
    $case: "logFormat",
    value: { format: { $case: "textFormatSource", value: { specifier: { $case: "inlineString", value: written } } } },
  });
});
