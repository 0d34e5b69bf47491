import { resourceId } from "@protomesh/core";
import { until } from "@protomesh/testing";
import { expect, onTestFinished } from "vitest";
import { reporterTo } from "./testing/report-status.js";
import { runCommand, startCommand, type RunningCommand } from "./testing/run-command.js";
import { test, type TestStore } from "./testing/store.js";

function service(name: string, timeout = "1s"): string {
  return `kind: service\nname: ${name}\nspec: { serviceName: ${name}, connectTimeout: ${timeout} }\n`;
}

function watch(...argv: string[]): RunningCommand {
  const running = startCommand(["watch", ...argv]);
  onTestFinished(async () => {
    running.interrupt();
    await running.ended;
  });
  return running;
}

async function apply(there: readonly string[], resources: string): Promise<void> {
  expect(await runCommand(["apply", "-f", "-", ...there], resources)).toMatchObject({ code: 0 });
}

/** `REVISION CHANGE KIND/NAME` of each line, when there are so many. */
async function lines(running: RunningCommand, count: number): Promise<readonly string[]> {
  const written = (): string[] => running.out.split("\n").filter((line) => line !== "");
  await until(() => written().length >= count, `${count} lines of the watch`, {
    last: () => running.out + running.err,
  });
  return written().map((line) => line.trim().split(/ +/).slice(0, 3).join(" "));
}

function at(store: TestStore, namespace: string): string[] {
  return ["--server", store.address, "-n", namespace];
}

test("prints the state, then each change, and ends with 0 on Ctrl-C", async ({ store }) => {
  const there = at(store, "live");
  await apply(there, service("one"));
  const running = watch(...there);
  await lines(running, 1);
  await apply(there, service("two"));
  await apply(there, service("one", "2s"));
  await runCommand(["drop", "service/two", ...there]);
  expect(await lines(running, 4)).toEqual([
    "1 current service/one",
    "2 updated service/two",
    "3 updated service/one",
    "4 dropped service/two",
  ]);
  running.interrupt();
  expect(await running.ended).toMatchObject({ code: 0, err: "" });
});

test("--from prints only what came after", async ({ store }) => {
  const there = at(store, "from");
  for (const name of ["one", "two", "three"]) await apply(there, service(name));
  expect(await lines(watch(...there, "--from", "1"), 2)).toEqual(["2 updated service/two", "3 updated service/three"]);
});

test("--kind leaves the other kinds out", async ({ store }) => {
  const there = at(store, "kinds");
  const running = watch(...there, "-k", "http_ingress");
  await apply(there, service("one"));
  await apply(there, "kind: http_ingress\nname: public\nspec: { ingressName: public, listenPort: 10000 }\n");
  expect(await lines(running, 1)).toEqual(["2 updated http_ingress/public"]);
});

test("-o json prints a line of JSON per change", async ({ store }) => {
  const there = at(store, "json");
  await apply(there, service("one"));
  const running = watch(...there, "-o", "json");
  await lines(running, 1);
  expect(JSON.parse(running.out)).toEqual({
    change: "current",
    revision: "1",
    namespace: "json",
    kind: "service",
    id: expect.any(String) as string,
    name: "one",
    hash: expect.any(String) as string,
    spec: { serviceName: "one", connectTimeout: "1s" },
  });
});

test("resumes when the store comes back, misses nothing and repeats nothing", async ({ store }) => {
  const there = at(store, "resume");
  await apply(there, service("one"));
  const running = watch(...there);
  await lines(running, 1);
  await store.stop();
  await until(() => running.err.includes("no connection to the store"), "the watch says that the store is away");
  await store.start();
  // Connections are shared within a process: the next command may still find the lost one.
  await until(
    async () => (await runCommand(["apply", "-f", "-", ...there], service("two"))).code === 0,
    "the store takes writes again",
  );
  expect(await lines(running, 2)).toEqual(["1 current service/one", "2 updated service/two"]);
  expect(running.err).toMatch(/connected to the store at \S+ again, at revision \d/);
});

test("--diff prints the fields that each change made different, also of what stood there before --from", async ({
  store,
}) => {
  const there = at(store, "diff");
  await apply(there, service("one"));
  const live = watch(...there, "--diff");
  await lines(live, 1);
  await apply(there, service("one", "2s"));
  await runCommand(["drop", "service/one", ...there]);
  const changes = `     2  updated  service/one  ID
            ~ spec.connectTimeout: "1s" → "2s"
     3  dropped  service/one  ID
            - name: "one"
            - spec:
            -   serviceName: one
            -   connectTimeout: 2s
`;
  const told = (running: RunningCommand): string => running.out.replaceAll(/[\da-f-]{36}/g, "ID");
  await until(() => told(live) === `     1  current  service/one  ID\n${changes}`, "the changes are told", {
    last: () => live.out,
  });
  const later = watch(...there, "--diff", "--from", "1");
  await until(() => told(later) === changes, "the same is told later", { last: () => later.out });
  const json = watch(...there, "--diff", "--from", "1", "-o", "json");
  await lines(json, 2);
  expect(json.out).toContain(
    '"changes":[{"change":"changed","path":"spec.connectTimeout","before":"1s","after":"2s"}]',
  );
});

test("resources are named by kind and name, or by id, also before they are there", async ({ store }) => {
  const there = at(store, "named");
  await apply(there, service("zero"));
  const running = watch(...there, "service/zero", "service/two", resourceId("named", "service", "three"));
  // The watch stands.
  await lines(running, 1);
  for (const name of ["one", "two", "three"]) await apply(there, service(name));
  expect(await lines(running, 3)).toEqual([
    "1 current service/zero",
    "3 updated service/two",
    "4 updated service/three",
  ]);
});

test("--status prints what components say, too", async ({ store }) => {
  const namespace = "said";
  const there = at(store, namespace);
  await apply(there, service("one"));
  const running = watch(...there, "--status");
  await until(
    () =>
      running.out.includes("status   service/one  1  waiting  xds: has not reported it, and no instance is known\n"),
    "it waits",
    {
      last: () => running.out,
    },
  );
  const id = resourceId(namespace, "service", "one");
  const programmed = ["Programmed", true, "AllNodes", "programmed on 1 of 1 nodes"] as const;
  await reporterTo(store)({ namespace, id, reporter: "xds", index: 1n, said: [programmed] });
  await until(
    () => running.out.endsWith("  status   service/one  1  live  xds: programmed on 1 of 1 nodes\n"),
    "it is live",
    {
      last: () => running.out,
    },
  );
  await runCommand(["drop", "service/one", ...there]);
  await until(() => running.out.includes("     2  dropped  service/one"), "the drop is told");
});
