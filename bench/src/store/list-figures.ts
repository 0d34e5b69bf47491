import postgres from "postgres";
import { ms, whole, type Figure } from "./figure.js";
import { runLoad } from "./load.js";
import { forgetPeak, peakResidentKib, residentKib } from "./resident-memory.js";
import { limitOf, measured } from "./shares.js";
import type { StoreStage } from "./store-stage.js";
import { medianOf } from "./write-figures.js";

const thousand = "list-1000";
const tenThousand = "list-10000";

/** Reading the whole state. */
export async function listFigures(stage: StoreStage): Promise<Figure[]> {
  return [await manyLists(stage), ...(await oneLongList(stage))];
}

async function manyLists(stage: StoreStage): Promise<Figure> {
  stage.say("1,000 lists at once");
  await runLoad(stage.load, "fill", { store: stage.address, namespace: thousand, resources: 1_000 });
  const before = await residentKib(stage.pids.store);
  await forgetPeak(stage.pids.store);
  const { seen, shares } = await measured(stage.pids, async () =>
    runLoad(stage.load, "list-by-watch", {
      store: stage.address,
      namespace: thousand,
      watchers: 1_000,
      connections: 10,
    }),
  );
  const moreMib = ((await peakResidentKib(stage.pids.store)) - before) / 1_024;
  return {
    what: "1,000 clients list 1,000 resources at once",
    goal: "≤ 3 s, ≤ 150 MB more",
    got: `${(seen.ms / 1_000).toFixed(2)} s, ${moreMib.toFixed(0)} MiB more`,
    met: seen.ms <= 3_000 && moreMib <= 150 && seen.resources === 1_000_000,
    beside: `${whole(seen.resources)} resources told`,
    limit: limitOf(shares),
  };
}

async function oneLongList(stage: StoreStage): Promise<Figure[]> {
  stage.say("a list of 10,000");
  await runLoad(stage.load, "fill", { store: stage.address, namespace: tenThousand, resources: 10_000, batch: 500 });
  const lists = [];
  const queries: number[] = [];
  const sql = postgres(stage.dsn, { max: 1 });
  try {
    await sql`VACUUM ANALYZE protomesh.resource, protomesh.event`;
    for (let turn = 0; turn < 5; turn++) {
      lists.push(await runLoad(stage.load, "list", { store: stage.address, namespace: tenThousand }));
      queries.push(await bareSelect(sql));
    }
  } finally {
    await sql.end();
  }
  const { firstMs, ms: all } = medianOf(lists, (list) => list.ms);
  const bare = medianOf(queries, (query) => query);
  return [
    {
      what: "List of 10,000 resources: the first page",
      goal: "≤ 50 ms",
      got: ms(firstMs),
      met: firstMs <= 50,
      beside: "",
      limit: "",
    },
    {
      what: "List of 10,000 resources: all of it",
      goal: "≤ 100 ms, ≤ 5 × its SQL",
      got: `${ms(all)}, ${(all / bare).toFixed(1)} ×`,
      met: all <= 100 && all <= 5 * bare,
      beside: `bare SQL ${ms(bare)}`,
      limit: "",
    },
  ];
}

/** The same rows in one statement, with nothing done with them. */
async function bareSelect(sql: postgres.Sql): Promise<number> {
  const startedAt = performance.now();
  await sql`
    SELECT e.revision, e.at, e.id, e.hash, e.kind, e.name, e.type_url, e.spec
      FROM protomesh.resource r
      JOIN protomesh.event e ON e.namespace = r.namespace AND e.revision = r.revision AND e.id = r.id
      WHERE r.namespace = ${tenThousand} AND NOT r.dropped ORDER BY r.id`;
  return performance.now() - startedAt;
}
