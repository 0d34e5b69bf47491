import { expect, test } from "vitest";
import { liveText } from "./live-text.js";
import type { Progress } from "./wait-until-live.js";

function live(kind: string, on?: readonly [count: number, of: number]): Progress {
  const resource = { namespace: "default", id: kind, label: `${kind}/x`, kind, index: 7n };
  return { resource, standing: { is: "live", says: [], ...(on && { on: { count: on[0], of: on[1] } }) } };
}

interface Case {
  readonly progress: readonly Progress[];
  readonly want: string;
}

test.each<Case>([
  { progress: [], want: "live after 1 s" },
  { progress: [live("service")], want: "live after 1 s" },
  { progress: [live("service", [3, 3])], want: "live on 3 of 3 Envoys, after 1 s" },
  { progress: [live("service", [1, 1])], want: "live on 1 of 1 Envoy, after 1 s" },
  { progress: [live("service", [2, 2]), live("http_ingress", [3, 3])], want: "live on 3 of 3 Envoys, after 1 s" },
  { progress: [live("gateway_policy", [2, 2])], want: "live on 2 of 2 gateways, after 1 s" },
  { progress: [live("process_trigger")], want: "live: workflow started after 1 s" },
  {
    progress: [live("service", [3, 3]), live("process_trigger")],
    want: "live on 3 of 3 Envoys, workflow started, after 1 s",
  },
  {
    progress: [
      live("service", [3, 3]),
      live("gateway_policy", [1, 1]),
      live("process_trigger"),
      live("process_trigger"),
    ],
    want: "live on 3 of 3 Envoys and 1 of 1 gateway, 2 workflows started, after 1 s",
  },
])("$want", ({ progress, want }) => {
  expect(liveText(progress, "after 1 s")).toBe(want);
});
