import { gatewayPolicy, lambdaHandler } from "@protomesh/testing";
import { expect, test } from "vitest";
import { Failure } from "../failure.js";
import { askedRequest } from "./asked-request.js";
import { explanationOf } from "./explanation.js";

const source = { $case: "http", value: { path: "/a", exactPathMatch: true } } as const;
const gold = gatewayPolicy({
  name: "gold",
  spec: { source, handlers: [lambdaHandler("gold")], headers: [{ name: "X-Tier", value: "gold" }, { name: "x-id" }] },
});
const anybody = gatewayPolicy({ name: "anybody", spec: { source, handlers: [lambdaHandler("anybody")] } });

function answerTo(policies: readonly (typeof gold)[], headers: readonly string[]) {
  const asked = askedRequest(["GET", "/a"], undefined, headers);
  const options = { ingressName: undefined, nodeCluster: undefined, matchNodeCluster: true };
  return explanationOf(policies, asked, options).gateways[0];
}

test("the gateway's answer depends on the headers that are named", () => {
  expect(answerTo([gold, anybody], ["x-tier: gold", "X-Id:7"])?.policy?.name).toBe("gold");
  expect(answerTo([gold, anybody], ["x-tier: silver", "x-id: 7"])?.policy?.name).toBe("anybody");
  expect(answerTo([gold, anybody], [])?.policy?.name).toBe("anybody");
});

test("where only headers are missing, these are named", () => {
  expect(answerTo([gold], ["x-tier: gold"])?.missing).toEqual([
    "no gateway policy takes GET /a",
    "with x-id and x-tier: gold, gateway_policy/gold takes it",
  ]);
});

test("what is no header is refused", () => {
  expect(() => askedRequest(["GET", "/a"], undefined, ["x-tier"])).toThrow(Failure);
});
