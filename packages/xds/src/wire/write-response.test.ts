import { expect, test } from "vitest";
import { DeltaDiscoveryResponse, DiscoveryResponse } from "../generated/envoy/service/discovery/v3/discovery.js";
import type { Push } from "../session/push.js";
import { absentResource, heldResources, holding, xdsResource } from "../snapshot/xds-resource.js";
import { SharedResponses } from "./shared-responses.js";
import { writeDeltaResponse, writeSotwResponse } from "./write-response.js";

const a = xdsResource("a", "t", Buffer.from("content of a"), []);
const b = xdsResource("b", "t", Buffer.from("content of b"), []);
const push: Push = { typeUrl: "t", nonce: "7", version: "v", resources: [a, b], removed: ["c", "d"] };
const anyOf = (text: string) => ({ typeUrl: "t", value: Buffer.from(text) });

test("a state-of-the-world response", () => {
  expect(DiscoveryResponse.decode(writeSotwResponse(push))).toEqual(
    DiscoveryResponse.fromPartial({
      versionInfo: "v",
      typeUrl: "t",
      nonce: "7",
      resources: [anyOf("content of a"), anyOf("content of b")],
    }),
  );
});

test("the version of a set says what each resource has that only one can have", () => {
  const resources = [holding({ ...a, name: "a&b=c/ü" }, "80"), b, holding(b, "81")];
  const { versionInfo } = DiscoveryResponse.decode(writeSotwResponse({ ...push, resources }));
  expect(heldResources(versionInfo).map(({ name, holds }) => [name, holds])).toEqual([
    ["a&b=c/ü", "80"],
    ["b", "81"],
  ]);
});

test("an incremental response", () => {
  expect(DeltaDiscoveryResponse.decode(writeDeltaResponse(push))).toEqual(
    DeltaDiscoveryResponse.fromPartial({
      systemVersionInfo: "v",
      typeUrl: "t",
      nonce: "7",
      resources: [
        { name: "a", version: a.version, resource: anyOf("content of a") },
        { name: "b", version: b.version, resource: anyOf("content of b") },
      ],
      removedResources: ["c", "d"],
    }),
  );
});

test("a virtual host tells by what names it was asked for, and of an unknown one that there is none", () => {
  const resources = [{ ...a, aliases: ["x", "y"] }, absentResource("z")];
  expect(DeltaDiscoveryResponse.decode(writeDeltaResponse({ ...push, resources, removed: [] }))).toMatchObject({
    resources: [
      { name: "a", aliases: ["x", "y"], resource: anyOf("content of a") },
      { name: "z", aliases: ["z"], resource: undefined },
    ],
  });
});

test("streams that are sent the same share its bytes", () => {
  const responses = new SharedResponses(writeDeltaResponse);
  expect(responses.bytesOf({ ...push, resources: [a, b] })).toBe(responses.bytesOf(push));
});

test.each<{ readonly title: string; readonly other: Partial<Push> }>([
  { title: "type", other: { typeUrl: "u" } },
  { title: "nonce", other: { nonce: "8" } },
  { title: "version", other: { version: "w" } },
  { title: "resources", other: { resources: [a] } },
  { title: "aliases", other: { resources: [{ ...a, aliases: ["x"] }, b] } },
  { title: "removed names", other: { removed: ["c"] } },
])("they do not where they differ in $title", ({ other }) => {
  const responses = new SharedResponses(writeDeltaResponse);
  const bytes = responses.bytesOf(push);
  expect(responses.bytesOf({ ...push, ...other })).not.toEqual(bytes);
});
