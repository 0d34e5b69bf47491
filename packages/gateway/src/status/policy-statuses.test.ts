import { instanceResourceId, type StatusReport } from "@protomesh/core";
import { GatewayPolicy } from "@protomesh/core/api";
import { lambdaHandler } from "@protomesh/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { applyBatch, emptyModel, type Model } from "../routes/model.js";
import type { ServedRequest } from "../serve/served-request.js";
import { PolicyStatuses } from "./policy-statuses.js";

const intervalMs = 10_000;

/** What has been said, in order: `p: true Serving`. */
let said: string[];
let last: Map<string, StatusReport | undefined>;
let statuses: PolicyStatuses;
let model: Model;

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime(new Date("2026-01-02T03:04:05Z"));
  said = [];
  last = new Map();
  statuses = new PolicyStatuses(
    {
      say: (id, report) => {
        last.set(id, report);
        const words = report?.statements.map(({ type, state, reason }) => `${type} ${state.slice(6)} ${reason}`);
        said.push(`${id}: ${words?.join(", ") ?? "nothing"}`);
      },
      complete: () => undefined,
      instance: (revision, details) => void last.set(instanceResourceId, { index: revision, statements: [], details }),
    },
    intervalMs,
  );
  model = emptyModel;
});

afterEach(() => {
  statuses.close();
  vi.useRealTimers();
});

function declare(id: string, path: string, index: bigint, handlers = [lambdaHandler("hello")]): void {
  const value = GatewayPolicy.fromPartial({ source: { $case: "http", value: { path } }, handlers });
  const spec = { kind: "gateway_policy", value } as const;
  const updated = [{ namespace: "default", id, name: `named ${id}`, index, hash: "", spec }];
  follow({ updated, revision: index });
}

function follow(change: object): void {
  model = applyBatch(model, { reset: false, revision: 1n, history: "h", updated: [], dropped: [], ...change });
  statuses.follow(model);
}

function serve(id: string, failure?: string, invocations = 1): void {
  const policy = model.policies.get(id);
  const request = { failure: failure === undefined ? undefined : { kind: failure, detail: "in Lambda's words" } };
  statuses.served({ ...request, policy, invocations } as ServedRequest);
}

/** What has been said since this was last asked. */
const news = (): string[] => said.splice(0);

test("a policy serves; its status names the version and what it takes", () => {
  declare("p", "/hello", 7n);
  expect(news()).toEqual(["p: Programmed TRUE Serving"]);
  expect(last.get("p")).toMatchObject({ index: 7n, statements: [{ message: "serves any /hello…" }] });
  expect(last.get(instanceResourceId)).toMatchObject({
    index: 7n,
    details: { policies: "1", conflicts: "0", invalid: "0" },
  });
});

test("of two policies with one match the younger one is in conflict, until the older one goes", () => {
  declare("p", "/hello", 7n);
  declare("q", "/hello", 8n);
  expect(news()).toContain("q: Conflict TRUE MatchTaken");
  expect(last.get("q")).toMatchObject({
    statements: [{ message: "any /hello… is served by the older policy named p (p)" }],
    details: { servedBy: "p" },
  });
  expect(last.get(instanceResourceId)?.details).toMatchObject({ policies: "2", conflicts: "1" });
  follow({ dropped: [{ id: "p" }] });
  expect(news().toSorted()).toEqual(["p: nothing", "q: Programmed TRUE Serving"]);
  expect(last.get(instanceResourceId)?.details).toMatchObject({ conflicts: "0" });
});

test("a declaration that cannot be served is not accepted", () => {
  declare("p", "/hello", 7n, []);
  expect(news()).toEqual(["p: Accepted FALSE Invalid"]);
  expect(last.get("p")?.statements[0]?.message).toBe("handlers: at least one is needed");
});

test.each([
  { failure: "not-found", want: "Programmed FALSE FunctionNotFound" },
  { failure: "denied", want: "Programmed FALSE AccessDenied" },
  { failure: "throttled", want: "Programmed TRUE Throttled" },
  { failure: "over-limit", want: "Programmed TRUE OverLimit" },
])("$failure: $want, at once, with count and time", ({ failure, want }) => {
  declare("p", "/hello", 7n);
  news();
  serve("p", failure);
  expect(news()).toEqual([`p: ${want}`]);
  expect(last.get("p")?.statements[0]?.message).toContain(
    "in Lambda's words (1 request, last 2026-01-02T03:04:05.000Z)",
  );
  expect(last.get("p")?.details).toEqual({ failures: "1", lastFailure: "2026-01-02T03:04:05.000Z" });
});

test.each(["function-error", "function-timeout", "malformed", "unavailable", "aborted", "deadline", "too-large"])(
  "%s says nothing of whether the function can be invoked",
  (failure) => {
    declare("p", "/hello", 7n);
    news();
    serve("p", failure);
    vi.advanceTimersByTime(2 * intervalMs);
    expect(news()).toEqual([]);
  },
);

test("however many requests fail, the status is written once in an interval, with their count", () => {
  declare("p", "/hello", 7n);
  news();
  for (let n = 0; n < 1_000; n++) serve("p", "throttled");
  expect(news()).toHaveLength(1);
  vi.advanceTimersByTime(intervalMs);
  expect(news()).toEqual(["p: Programmed TRUE Throttled"]);
  expect(last.get("p")?.details?.["failures"]).toBe("1000");
  vi.advanceTimersByTime(10 * intervalMs);
  expect(news()).toEqual([]);
});

test("when the function answers again the trouble is over, at most an interval later", () => {
  declare("p", "/hello", 7n);
  serve("p", "not-found");
  news();
  serve("p");
  vi.advanceTimersByTime(intervalMs);
  expect(news()).toEqual(["p: Programmed TRUE Serving"]);
  serve("p", "not-found");
  expect(news()).toEqual(["p: Programmed FALSE FunctionNotFound"]);
});

test("trouble that was told long ago is over as soon as the function answers", () => {
  declare("p", "/hello", 7n);
  serve("p", "denied");
  vi.advanceTimersByTime(5 * intervalMs);
  news();
  serve("p");
  vi.advanceTimersByTime(0);
  expect(news()).toEqual(["p: Programmed TRUE Serving"]);
});

test("a function that throttles some requests and answers others is throttled until an interval passes without", () => {
  declare("p", "/hello", 7n);
  for (let n = 0; n < 10; n++) {
    serve("p", "throttled");
    serve("p");
  }
  news();
  vi.advanceTimersByTime(intervalMs);
  expect(news()).toEqual(["p: Programmed TRUE Throttled"]);
  vi.advanceTimersByTime(intervalMs);
  expect(news()).toEqual(["p: Programmed TRUE Serving"]);
});

test("a changed policy begins anew, whatever requests of its older version say", () => {
  declare("p", "/hello", 7n);
  const old = model.policies.get("p");
  serve("p", "not-found");
  declare("p", "/hello", 8n);
  news();
  statuses.served({ policy: old, failure: { kind: "not-found", detail: "" }, invocations: 1 } as ServedRequest);
  vi.advanceTimersByTime(2 * intervalMs);
  expect(news()).toEqual([]);
  expect(last.get("p")).toMatchObject({ index: 8n, statements: [{ reason: "Serving" }] });
});

test("a request that no policy takes, or that invoked nothing, says nothing", () => {
  declare("p", "/hello", 7n);
  serve("p", "not-found");
  news();
  serve("nobody", "not-found");
  serve("p", undefined, 0);
  vi.advanceTimersByTime(2 * intervalMs);
  expect(news()).toEqual([]);
});
