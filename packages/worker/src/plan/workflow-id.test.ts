import { Trigger, Trigger_IDBuilder } from "@protomesh/core/api";
import { expect, test } from "vitest";
import { workflowIdOf } from "./workflow-id.js";

const resourceId = "7c9e6679-7425-40de-944b-e07fc1f90ae7";

function trigger(idSuffix: Trigger["idSuffix"]): Trigger {
  return { ...Trigger.create(), idPrefix: "nightly-", idSuffix };
}

function built(value: Trigger_IDBuilder): Trigger {
  return trigger({ $case: "idSuffixBuilder", value });
}

test.each([
  { title: "no suffix: the prefix", trigger: trigger(undefined), want: "nightly-" },
  { title: "an exact suffix", trigger: trigger({ $case: "exactIdSuffix", value: "eu" }), want: "nightly-eu" },
  { title: "ONLY_PREFIX", trigger: built(Trigger_IDBuilder.ONLY_PREFIX), want: "nightly-" },
  {
    title: "UNIQUE: the UUIDv5 of the prefix in the contract's namespace",
    trigger: built(Trigger_IDBuilder.UNIQUE),
    want: "nightly-20da156b-f2bd-5368-becb-9a9cd3e35451",
  },
  { title: "an unknown builder", trigger: built(Trigger_IDBuilder.UNRECOGNIZED), want: undefined },
])("workflowIdOf: $title", ({ trigger: declared, want }) => {
  expect(workflowIdOf(declared, resourceId, "hash")).toBe(want);
});

test("RANDOM is fresh for each version of the resource, and stable for one", () => {
  const random = built(Trigger_IDBuilder.RANDOM);
  const first = workflowIdOf(random, resourceId, "one");
  expect(first).toMatch(/^nightly-[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(workflowIdOf(random, resourceId, "one")).toBe(first);
  expect(workflowIdOf(random, resourceId, "two")).not.toBe(first);
  expect(workflowIdOf(random, "00000000-0000-4000-8000-000000000000", "one")).not.toBe(first);
});

test("UNIQUE reads the prefix as UTF-8, as Python's uuid.uuid5 does", () => {
  const declared = { ...built(Trigger_IDBuilder.UNIQUE), idPrefix: "grün-🌱" };
  expect(workflowIdOf(declared, resourceId, "hash")).toBe("grün-🌱f65f3d14-605a-5fa7-9130-36a3915cc1c2");
});
