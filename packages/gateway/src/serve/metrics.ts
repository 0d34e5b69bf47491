import { Counter, Gauge, type Registry } from "prom-client";
import type { Policy } from "../routes/policy.js";
import type { ServedRequest } from "./served-request.js";
import { TalliedHistogram, type Tally } from "./tallied-histogram.js";

/** In seconds: from what a warm function takes to what a slow one does. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900];
/** In seconds: what the gateway itself takes is far less. */
const overheadBuckets = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 1];

interface Times {
  readonly invocation: Tally;
  readonly overhead: Tally;
}

/** Counts and times of requests, by policy. */
export class RequestMetrics {
  readonly #requests: Counter<"policy" | "protocol" | "status">;
  readonly #failures: Counter<"policy" | "kind">;
  readonly #invocationSeconds: TalliedHistogram;
  readonly #overheadSeconds: TalliedHistogram;
  readonly #times = new WeakMap<Policy, Times>();

  constructor(registry: Registry, connections: () => number) {
    const registers = [registry];
    this.#requests = new Counter({
      name: "protomesh_gateway_requests_total",
      help: "Requests by policy, protocol and status: of gRPC calls grpc-status, else HTTP's.",
      labelNames: ["policy", "protocol", "status"],
      registers,
    });
    this.#failures = new Counter({
      name: "protomesh_gateway_failures_total",
      help: "Requests that got no answer of their function, by policy and reason.",
      labelNames: ["policy", "kind"],
      registers,
    });
    this.#invocationSeconds = new TalliedHistogram(registry, {
      name: "protomesh_gateway_invocation_seconds",
      help: "What requests spent in Lambda, all functions and repetitions together.",
      bounds: buckets,
    });
    this.#overheadSeconds = new TalliedHistogram(registry, {
      name: "protomesh_gateway_overhead_seconds",
      help: "What requests took beside Lambda, the arrival of their bodies included; unary ones only.",
      bounds: overheadBuckets,
    });
    const open: Gauge = new Gauge({
      name: "protomesh_gateway_connections",
      help: "Open connections of clients.",
      registers,
      collect: () => open.set(connections()),
    });
  }

  observe(request: ServedRequest): void {
    const { policy, protocol, grpcStatus, httpStatus, failure, invocations, durationMs, invocationMs } = request;
    const name = policy?.name ?? "";
    this.#requests.inc({ policy: name, protocol, status: `${grpcStatus ?? httpStatus}` });
    if (failure !== undefined) this.#failures.inc({ policy: name, kind: failure.kind });
    if (policy === undefined || invocations === 0) return;
    const { invocation, overhead } = this.#timesOf(policy);
    this.#invocationSeconds.observe(invocation, invocationMs / 1_000);
    if (invocations > policy.chain.length) return;
    this.#overheadSeconds.observe(overhead, Math.max(0, durationMs - invocationMs) / 1_000);
  }

  /** What is counted for a policy: found by its name once. */
  #timesOf(policy: Policy): Times {
    const known = this.#times.get(policy);
    if (known !== undefined) return known;
    const times = {
      invocation: this.#invocationSeconds.tallyOf(policy.name),
      overhead: this.#overheadSeconds.tallyOf(policy.name),
    };
    this.#times.set(policy, times);
    return times;
  }
}
