import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runChild } from "@protomesh/local";
import { processorSeconds } from "../store/processor-time.js";
import { checkout, grpcMethod, httpPath, type GatewayStage } from "./gateway-stage.js";

/** What came of some load. */
export interface Loaded {
  readonly requests: number;
  /** Requests that got no answer, or another one than they should. */
  readonly errors: number;
  readonly perSecond: number;
  /** Of the gateway's process, in microseconds for each request. */
  readonly gatewayMicroseconds: number;
  /** Sorted latencies in milliseconds; empty where they were not asked for. */
  readonly latenciesMs: readonly number[];
}

export interface H2load {
  readonly clients: number;
  /** Either so many, or for so long. */
  readonly requests?: number;
  readonly seconds?: number;
  /** Of each client, in a second; undefined: as many as there come. */
  readonly rate?: number;
  readonly latencies?: boolean;
}

/** An event as small as the gateway's for `GET /hello` are: what a direct call sends. */
const event = JSON.stringify({
  version: "1.0",
  path: httpPath,
  httpMethod: "GET",
  headers: {},
  filler: "x".repeat(1_000),
});

/** What is loaded: the gateway by HTTP/2 or gRPC, or the endpoint that it stands before. */
export type Target = "http" | "grpc" | "direct";

/** Loads with h2load. @throws ChildError when it cannot run; RangeError when it tells nothing */
export async function h2load(stage: GatewayStage, target: Target, load: H2load): Promise<Loaded> {
  const folder = await mkdtemp(join(tmpdir(), "protomesh-bench-"));
  try {
    const log = join(folder, "log.tsv");
    const body = join(folder, "body");
    await writeFile(body, target === "direct" ? event : ping);
    const args = [
      `--clients=${load.clients}`,
      ...(load.requests === undefined ? [] : [`--requests=${load.requests}`]),
      ...(load.seconds === undefined ? [] : [`--duration=${load.seconds}s`]),
      ...(load.rate === undefined ? [] : [`--rps=${load.rate}`]),
      ...(load.latencies === true ? [`--log-file=${log}`] : []),
      ...targetArguments(stage, target, body),
    ];
    const before = await processorSeconds(stage.pids.gateway);
    const lines = await runChild({ name: "h2load", command: stage.programs.h2load, args });
    const seconds = (await processorSeconds(stage.pids.gateway)) - before;
    const said = lines.join("\n");
    const requests = numberIn(said, /(\d+) succeeded/);
    return {
      requests,
      errors:
        numberIn(said, /(\d+) failed/) +
        numberIn(said, /(\d+) errored/) +
        numberIn(said, /(\d+) 4xx/) +
        numberIn(said, /(\d+) 5xx/),
      perSecond: numberIn(said, /([\d.]+) req\/s/),
      gatewayMicroseconds: (seconds * 1e6) / Math.max(1, requests),
      latenciesMs: load.latencies === true ? latenciesIn(await readFile(log, "utf8")) : [],
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A Ping with the nonce "nonce", as gRPC frames it. */
const ping = Buffer.from([0, 0, 0, 0, 7, 0x0a, 5, ...Buffer.from("nonce")]);

function targetArguments({ gateway, lambda }: GatewayStage, target: Target, body: string): string[] {
  switch (target) {
    case "http":
      return [`http://${gateway}${httpPath}`];
    case "grpc":
      return [
        `--data=${body}`,
        "--header=content-type: application/grpc",
        "--header=te: trailers",
        `http://${gateway}${grpcMethod}`,
      ];
    case "direct":
      return ["--h1", `--data=${body}`, `http://${lambda}/2015-03-31/functions/hello/invocations`];
  }
}

/** Loads by gRPC with ghz: a real client, which decodes what it gets. */
export async function ghz(
  stage: GatewayStage,
  { clients, requests }: { clients: number; requests: number },
): Promise<Loaded> {
  const folder = await mkdtemp(join(tmpdir(), "protomesh-bench-"));
  try {
    const report = join(folder, "report.json");
    const args = [
      "--insecure",
      `--import-paths=${join(checkout, "proto")}`,
      "--proto=protomesh/services/v1/ping_pong.proto",
      `--call=${grpcMethod.slice(1).replace("/", ".")}`,
      '--data={"nonce":"nonce"}',
      `--concurrency=${clients}`,
      `--connections=${clients}`,
      `--total=${requests}`,
      "--format=json",
      `--output=${report}`,
      stage.gateway,
    ];
    const before = await processorSeconds(stage.pids.gateway);
    await runChild({ name: "ghz", command: stage.programs.ghz, args });
    const seconds = (await processorSeconds(stage.pids.gateway)) - before;
    const said: unknown = JSON.parse(await readFile(report, "utf8"));
    const count = fieldOf(said, "count");
    return {
      requests: count,
      errors: count - okIn(said),
      perSecond: fieldOf(said, "rps"),
      gatewayMicroseconds: (seconds * 1e6) / Math.max(1, count),
      latenciesMs: [],
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function okIn(report: unknown): number {
  const codes: unknown =
    typeof report === "object" && report !== null ? Reflect.get(report, "statusCodeDistribution") : {};
  return typeof codes === "object" && codes !== null && "OK" in codes ? fieldOf(codes, "OK") : 0;
}

function fieldOf(object: unknown, name: string): number {
  const value: unknown = typeof object === "object" && object !== null ? Reflect.get(object, name) : undefined;
  if (typeof value !== "number") throw new RangeError(`ghz told no ${name}`);
  return value;
}

function numberIn(text: string, pattern: RegExp): number {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new RangeError(`h2load told nothing of ${pattern}: ${text}`);
  return Number(found);
}

/** h2load's log: start, status, microseconds, by tabs. */
function latenciesIn(log: string): readonly number[] {
  return log
    .trim()
    .split("\n")
    .map((line) => Number(line.split("\t")[2]) / 1_000)
    .toSorted((a, b) => a - b);
}
