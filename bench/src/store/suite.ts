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
const explanation = `A shared machine is not equally fast from run to run: on one day etcd took between 8,000 and 12,600 Puts/s of 64 clients, and a
Put took between 105 and 190 µs of the store's processor. What stands beside a figure tells a slow run from a slow store.

Where the store's process spends its time, by \`node --cpu-prof\` without its start, in percent:

| | a Put, 64 clients | a delivery, 1,000 watchers |
| --- | --- | --- |
| native code: nghttp2, V8's own, sockets | 34 | 46 |
| Node's JavaScript: http2, streams, events, timers, promises | 32 | 32 |
| garbage collection | 10 | 4 |
| the store and its rules: checks, hash, groups, ring, slices | 9 | 9 |
| grpc-js | 6 | 6 |
| protobuf | 5 | 1 |
| postgres.js | 4 | 1 |

**A Put.** Of some 110 µs, 10 are the store's own; PostgreSQL adds 50 to 60. Most of the rest is what a unary call of grpc-js over
node:http2 takes: three frames out and two in, each through streams, and what they leave to be collected. No single function has
more than 9 %. One client alone waits: for the disk, and for three processes that are woken one after the other, which is why its
Put takes several times the processor time of one among 64.

**8,000 Puts/s** would be 0.9 of a processor for the store, 0.45 for PostgreSQL and 0.35 for the load: more than two processors give
when they also wait for commits. It takes a third processor and a second store beside the first, or a server over bare node:http2,
which saves a quarter of a call. \`Apply\`, which spreads a call over many resources, passes 15,000 resources/s as it is.

**A delivery.** It is a message of its own on a stream of its own, so that nghttp2, a frame and two layers of streams are paid
for each; changes that gather while a stream is busy go in one message, which is where the deliveries of a burst come from, and
why a slow machine may seem to deliver cheaply. What is written to the streams of one connection in a turn leaves together, a
hundred watchers' in a call to the kernel. The frame that grpc-js copies for each watcher is 2 percent. Messages handed to it
past its object stream were tried, and frames made once for all watchers and written straight to HTTP/2: neither won anything
that could be told from noise. As one run is set against another, the figure is the median of three.

**A whole list.** A resource takes PostgreSQL some 5 µs and the store 3: its columns go from the bytes of the database to those of
the response as they come, and nothing is made of them in between. The pages follow one another, as each begins where the last one
ended. To have the database make one value of a page cost it as much more as the store then saved.`;

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
