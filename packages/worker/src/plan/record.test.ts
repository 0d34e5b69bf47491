import { describe, expect, test } from "vitest";
import {
  declared,
  elsewhere,
  nothing,
  observed,
  ours,
  recorded,
  resourceId,
  run,
  running,
  settings,
  start,
  terminate,
} from "../testing/planning.js";
import { plan } from "./plan.js";

describe("the record", () => {
  test("says the intent before a start", () => {
    expect(plan(resourceId, declared(), undefined, observed(), settings).record).toEqual(
      recorded({ phase: { is: "intended" } }),
    );
  });

  test("names the run that is found, whoever started it", () => {
    const seen = observed(run(running, ours("new")));
    expect(plan(resourceId, declared(), undefined, seen, settings).record).toEqual(recorded());
  });

  test("follows on_drop and the version without a restart", () => {
    const seen = observed(run(running, ours("new")));
    const got = plan(resourceId, declared({ onDrop: "terminate", index: 9n }), recorded(), seen, settings);
    expect(got).toMatchObject({ action: nothing, record: { onDrop: "terminate", index: 9n } });
  });

  test("keeps the run of the older version while that may finish", () => {
    const seen = observed(run(running, ours("old")));
    const got = plan(resourceId, declared(), recorded({ specHash: "old" }), seen, settings);
    expect(got.record).toEqual(recorded({ specHash: "old" }));
  });

  test("of a refusal stands until the specification changes", () => {
    const refusal = recorded({ phase: { is: "refused", reason: "bad cron" } });
    expect(plan(resourceId, declared(), refusal, observed(), settings)).toEqual({
      action: nothing,
      record: refusal,
      standing: { is: "refused", reason: "bad cron" },
    });
    const changed = plan(resourceId, declared({ specHash: "newer" }), refusal, observed(), settings);
    expect(changed.action.act).toBe("start");
  });

  test("stands while the declaration is invalid", () => {
    const invalid = { is: "invalid", index: 8n, violations: [{ field: "spec", description: "…" }] } as const;
    const got = plan(resourceId, invalid, recorded(), observed(run(running, ours("new"))), settings);
    expect(got).toMatchObject({ action: nothing, record: recorded(), standing: { is: "invalid" } });
  });
});

describe("another workflow id", () => {
  const moved = declared({ address: elsewhere });

  test.each([
    { onDrop: "cancel", endings: [{ ...terminate("first"), how: "cancel" }] },
    { onDrop: "terminate", endings: [terminate("first")] },
    { onDrop: "nothing", endings: [] },
  ] as const)("the run at the old id gets its on_drop ($onDrop), then the new one starts", ({ onDrop, endings }) => {
    const got = plan(resourceId, moved, recorded({ onDrop, specHash: "old" }), observed(), settings);
    expect(got.action).toEqual(start(undefined, ...endings));
  });

  test("a conflict at the new id does not save the run at the old one", () => {
    const foreign = run(running, undefined, { address: elsewhere });
    const got = plan(resourceId, moved, recorded({ specHash: "old" }), observed(foreign), settings);
    expect(got).toMatchObject({
      action: { act: "end", endings: [{ firstRunId: "first" }] },
      record: undefined,
      standing: { is: "conflict" },
    });
  });

  test("a start that was only intended at the old id is looked for by its memo", () => {
    const intent = recorded({ specHash: "old", phase: { is: "intended" } });
    const found = run(running, ours("old"), { firstRunId: "found" });
    const got = plan(resourceId, moved, intent, observed(undefined, found), settings);
    expect(got.action).toEqual(start(undefined, { ...terminate("found"), how: "cancel" }));
  });
});

describe("dropped", () => {
  const absent = { is: "absent" } as const;

  test.each([
    { onDrop: "cancel", action: { act: "end", endings: [{ ...terminate("first"), how: "cancel" }] } },
    { onDrop: "terminate", action: { act: "end", endings: [terminate("first")] } },
    { onDrop: "nothing", action: nothing },
  ] as const)("on_drop $onDrop acts on the recorded first run id", ({ onDrop, action }) => {
    const got = plan(resourceId, absent, recorded({ onDrop }), observed(), settings);
    expect(got).toEqual({ action, record: undefined, standing: { is: "dropped" } });
  });

  test("a closed run is ended too, as it may have been reset since", () => {
    const last = recorded({ phase: { is: "closed", firstRunId: "first", outcome: "completed", closedAt: 1 } });
    expect(plan(resourceId, absent, last, observed(), settings).action.act).toBe("end");
  });

  test.each([
    { title: "its run is found by its memo", found: run(running, ours("new")), act: "end" },
    { title: "there is no run", found: undefined, act: "nothing" },
    { title: "a foreign run is left alone", found: run(running, undefined), act: "nothing" },
    { title: "another version is left alone", found: run(running, ours("other")), act: "nothing" },
    {
      title: "the run before is left alone",
      found: run(running, ours("new"), { firstRunId: "before" }),
      act: "nothing",
    },
  ])("after an intent: $title", ({ found, act }) => {
    const intent = recorded({ phase: { is: "intended" }, previousRunId: "before" });
    expect(plan(resourceId, absent, intent, observed(undefined, found), settings).action.act).toBe(act);
  });

  test("without a record there is nothing to do", () => {
    expect(plan(resourceId, absent, undefined, observed(), settings)).toEqual({
      action: nothing,
      record: undefined,
      standing: { is: "dropped" },
    });
  });
});
