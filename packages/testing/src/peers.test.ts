import { afterEach, expect, test, vi } from "vitest";
import { envoyPath } from "./peers.js";

afterEach(() => vi.unstubAllEnvs());

const context = (notes: string[]) => ({
  skip: (note = ""): never => {
    notes.push(note);
    throw new Error("skipped");
  },
});

test("a peer that is not there: the test is skipped, saying why", () => {
  vi.stubEnv("PROTOMESH_REQUIRE_PEERS", undefined);
  vi.stubEnv("PROTOMESH_ENVOY", "/nowhere/envoy");
  const notes: string[] = [];
  expect(() => envoyPath(context(notes))).toThrow("skipped");
  expect(notes).toEqual(["/nowhere/envoy is no program"]);
});

test("where peers are required it fails instead", () => {
  vi.stubEnv("PROTOMESH_REQUIRE_PEERS", "1");
  vi.stubEnv("PROTOMESH_ENVOY", "/nowhere/envoy");
  const notes: string[] = [];
  expect(() => envoyPath(context(notes))).toThrow("PROTOMESH_REQUIRE_PEERS=1, but /nowhere/envoy is no program");
  expect(notes).toEqual([]);
});
