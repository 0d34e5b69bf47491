import { expect, test } from "vitest";
import { requestIdOf } from "./request-id.js";

const start = {
  owner: "protomesh",
  resourceId: "7c9e6679-7425-40de-944b-e07fc1f90ae7",
  specHash: "hash",
  previousRunId: undefined,
};

test("equal starts have one request id", () => {
  expect(requestIdOf({ ...start })).toBe(requestIdOf(start));
});

test.each([
  { what: "owner", other: { owner: "staging" } },
  { what: "resource", other: { resourceId: "00000000-0000-4000-8000-000000000000" } },
  { what: "version", other: { specHash: "other" } },
  { what: "run before", other: { previousRunId: "run" } },
])("another $what is another start", ({ other }) => {
  expect(requestIdOf({ ...start, ...other })).not.toBe(requestIdOf(start));
});
