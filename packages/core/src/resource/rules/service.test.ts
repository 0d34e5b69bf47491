import { expect, test } from "vitest";
import { Service } from "../../api.js";
import { told } from "./told.js";

test.each<{ title: string; change: Parameters<typeof Service.fromPartial>[0]; want: string[] }>([
  { title: "a name is enough", change: {}, want: [] },
  { title: "a timeout of no time, for the default", change: { connectTimeout: { seconds: 0n, nanos: 0 } }, want: [] },
  {
    title: "no name",
    change: { serviceName: "" },
    want: ["spec.service.service_name: is empty; expected the service's name, to which routes and instance sets refer"],
  },
  {
    title: "a negative timeout",
    change: { connectTimeout: { seconds: 0n, nanos: -1 } },
    want: ['spec.service.connect_timeout: "-0.000000001s" is not valid; expected a duration from 0s to 315576000000s'],
  },
  {
    title: "a timeout with more nanoseconds than a second has",
    change: { connectTimeout: { seconds: 1n, nanos: 1_000_000_000 } },
    want: [
      'spec.service.connect_timeout: "1s 1000000000ns" is not valid; expected a duration from 0s to 315576000000s',
    ],
  },
  {
    title: "a timeout that no duration may have",
    change: { connectTimeout: { seconds: 315_576_000_001n, nanos: 0 } },
    want: ['spec.service.connect_timeout: "315576000001s" is not valid; expected a duration from 0s to 315576000000s'],
  },
  {
    title: "negative streams",
    change: {
      instanceApplicationProtocolOptions: { $case: "instanceHttp2Options", value: { maxConcurrentStreams: -1 } },
    },
    want: ["spec.service.instance_http2_options.max_concurrent_streams: -1 is not valid; expected 0 or more"],
  },
])("service: $title", ({ change, want }) => {
  expect(told({ kind: "service", value: Service.fromPartial({ serviceName: "billing", ...change }) })).toEqual(want);
});
