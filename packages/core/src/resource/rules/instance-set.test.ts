import { expect, test } from "vitest";
import { InstanceSet } from "../../api.js";
import { typeUrlOf } from "../kind.js";
import { told, toldOf } from "./told.js";

test.each<{ title: string; change: Parameters<typeof InstanceSet.fromPartial>[0]; want: string[] }>([
  { title: "nothing at all", change: {}, want: [] },
  { title: "an address and a port", change: { instances: [{ address: "::1", port: 1 }] }, want: [] },
  {
    title: "each mistake of each instance",
    change: { instances: [{ address: "10.0.0.1:80", port: 0 }, { port: 70_000 }] },
    want: [
      'spec.instance_set.instances[0].address: "10.0.0.1:80" is not valid; expected an IP address or a host name (punycode where it is not ASCII), without brackets and port',
      "spec.instance_set.instances[0].port: 0 is not valid; expected a port from 1 to 65535",
      "spec.instance_set.instances[1].address: is empty; expected an IP address or a host name (punycode where it is not ASCII), without brackets and port",
      "spec.instance_set.instances[1].port: 70000 is not valid; expected a port from 1 to 65535",
    ],
  },
  {
    title: "an empty service name",
    change: { matchServiceNames: ["billing", ""] },
    want: ["spec.instance_set.match_service_names[1]: is empty; expected the name of a service"],
  },
])("instance_set: $title", ({ change, want }) => {
  expect(told({ kind: "instance_set", value: InstanceSet.fromPartial(change) })).toEqual(want);
});

test("instance_set: a transport protocol of a later version", () => {
  const value = Buffer.from("2a100a0e10091a0831302e302e302e312050", "hex");
  expect(toldOf({ typeUrl: typeUrlOf("protomesh.types.v1.NetworkingNode"), value })).toEqual([
    'spec.instance_set.instances[0].transport_protocol: "UNRECOGNIZED" is not valid; expected one of TRANSPORT_PROTOCOL_UNDEFINED, TRANSPORT_PROTOCOL_TCP, TRANSPORT_PROTOCOL_UDP',
  ]);
});
