import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { table } from "../section.js";
import { openGatewayStage, type Programs } from "./gateway-stage.js";
import { h2load } from "./load.js";

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
}

interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Where the gateway's processor time goes under HTTP/2 load, by `node --cpu-prof` of a gateway of its own: a table. */
export async function profileTable(programs: Programs, say: (line: string) => void): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "protomesh-profile-"));
  try {
    const stage = await openGatewayStage(programs, ["--cpu-prof", `--cpu-prof-dir=${folder}`], say);
    try {
      say("where the time goes");
      await h2load(stage, "http", { clients: 32, requests: 40_000 });
    } finally {
      await stage.stop();
    }
    const [file] = await readdir(folder);
    if (file === undefined) throw new RangeError("node wrote no profile");
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Node's own format
    return sharesTable(JSON.parse(await readFile(join(folder, file), "utf8")) as Profile);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function sharesTable({ nodes, samples, timeDeltas }: Profile): string {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const shares = new Map<string, number>();
  let busy = 0;
  for (const [position, id] of samples.entries()) {
    const frame = frames.get(id);
    if (frame === undefined || frame.functionName === "(idle)") continue;
    const took = timeDeltas[position] ?? 0;
    busy += took;
    const who = ownerOf(frame);
    shares.set(who, (shares.get(who) ?? 0) + took);
  }
  const rows = [...shares].toSorted(([, a], [, b]) => b - a).filter(([, took]) => took / busy >= 0.01);
  return table(
    ["of the gateway's processor time", "%"],
    rows.map(([who, took]) => [who, ((100 * took) / busy).toFixed(1)]),
  );
}

function ownerOf({ functionName, url }: CallFrame): string {
  if (functionName === "(garbage collector)") return "garbage collection";
  if (url === "") return "native code: sockets, nghttp2, promises";
  const own = /packages\/gateway\/[^/]+\/([^/.]+)/.exec(url)?.[1];
  if (own !== undefined) return `gateway: ${own}`;
  if (url.includes("/core/dist/")) return "@protomesh/core";
  const dependency = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (dependency !== undefined) return dependency;
  if (url.startsWith("node:internal/http2")) return "node:http2";
  if (url.startsWith("node:internal/crypto")) return "node:crypto";
  if (/stream|net$|readable|writable|duplex/.test(url)) return "node: streams and sockets";
  if (/event|abort/.test(url)) return "node: events and abort signals";
  return url.startsWith("wasm") ? "undici's parser" : "node: other";
}
