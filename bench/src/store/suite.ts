import { openStage } from "../stage.js";
import type { Suite } from "../suite.js";
import { startEtcd } from "./etcd.js";
import { figureTable, type Figure } from "./figure.js";
import { growthFigure } from "./growth-figure.js";
import { listFigures } from "./list-figures.js";
import { memoryFigures } from "./memory-figures.js";
import { buildPrograms } from "./programs.js";
import type { StoreStage } from "./store-stage.js";
import { watchFigures } from "./watch-figures.js";
import { writeFigures } from "./write-figures.js";

const preface = `The store over a PostgreSQL that writes to its disk (fsync), loaded by \`bench/load\`, a program in Go that hands encoded
messages to gRPC. A Put writes a small service; all of a row's writes go to one namespace. "Beside it" is etcd, alone in its
cluster, in turns with the store, each figure the median of three. Shares are of one processor. From an acknowledgement to an
event: negative where the event came first.`;

/** What profiles of the store's process say (`node --cpu-prof`) of where the table's figures come from. */
const explanation = `A shared machine is not equally fast from run to run: on one day etcd took between 8,000 and 12,600 Puts/s of 64 clients. What
stands beside a figure tells a slow run from a slow store.

**A Put.** About a tenth of what it takes of the store's process is the store's own code: decoding, checks, hash, the group's parameters and
rows, the answer. The rest is grpc-js over node:http2, the garbage that these leave, and the sockets. One process therefore ends where
grpc-js does, at 5,000 to 6,000/s here; 8,000/s take \`Apply\`, which spreads a call over many resources, or a second store on
processors of its own.

**A delivery.** Nearly half is native code, nghttp2 and the writes to sockets; a twelfth is the store's own, and the rest is the streams of
Node and grpc-js, which take each message through several turns of the event loop.

**A whole list.** The bare statement alone takes more than half of the 100 ms; the pages, each a call and a statement of its own, the rest.`;

/** What the store can do. */
export const suite: Suite = {
  name: "store",
  title: "The store",
  run: async (say) => {
    const programs = await buildPrograms(say);
    if ("missing" in programs) return { skipped: programs.missing };
    const stage = await openStage([]);
    const closing: (() => Promise<void>)[] = [async () => stage.stop()];
    try {
      const etcd = programs.etcd === undefined ? undefined : await startEtcd(programs.etcd);
      if (etcd !== undefined) closing.push(async () => etcd.stop());
      const { store, postgres } = stage.pids;
      if (store === undefined || postgres === undefined) throw new Error("the stage told no process of the store");
      const figures = await figuresOf({
        load: programs.load,
        dsn: stage.dsn,
        address: stage.places.store,
        pids: { store, postgres },
        etcd: etcd?.address,
        say,
      });
      return [preface, "", figureTable(figures), "", explanation].join("\n");
    } finally {
      for (const close of closing.toReversed()) await close();
    }
  },
};

async function figuresOf(stage: StoreStage): Promise<Figure[]> {
  return [
    ...(await writeFigures(stage)),
    ...(await watchFigures(stage)),
    ...(await memoryFigures(stage)),
    ...(await listFigures(stage)),
    await growthFigure(stage),
  ];
}
