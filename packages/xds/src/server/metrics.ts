import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { Answer } from "../session/push.js";
import type { XdsType } from "../snapshot/xds-type.js";

/** In seconds: from what a client on the same host takes to what one takes that warms a cluster. */
const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];

/** What is counted of all streams. */
export class DiscoveryMetrics {
  readonly #pushes: Counter<"type">;
  readonly #bytes: Counter<"type">;
  readonly #answers: Counter<"type" | "answer">;
  readonly #answerSeconds: Histogram<"type">;

  /** @param streams how many streams are open, by transport */
  constructor(registry: Registry, streams: () => Readonly<Record<string, number>>) {
    const registers = [registry];
    this.#pushes = new Counter({
      name: "protomesh_xds_pushes_total",
      help: "Responses sent, by type of resource.",
      labelNames: ["type"],
      registers,
    });
    this.#bytes = new Counter({
      name: "protomesh_xds_push_bytes_total",
      help: "Bytes of responses sent, by type of resource.",
      labelNames: ["type"],
      registers,
    });
    this.#answers = new Counter({
      name: "protomesh_xds_answers_total",
      help: "What clients said of responses: accepted or rejected, by type of resource.",
      labelNames: ["type", "answer"],
      registers,
    });
    this.#answerSeconds = new Histogram({
      name: "protomesh_xds_answer_seconds",
      help: "From a response to what the client said of it, by type of resource.",
      labelNames: ["type"],
      buckets,
      registers,
    });
    const open: Gauge<"transport"> = new Gauge({
      name: "protomesh_xds_streams",
      help: "Open streams of clients, by transport.",
      labelNames: ["transport"],
      registers,
      collect: () => {
        for (const [transport, count] of Object.entries(streams())) open.set({ transport }, count);
      },
    });
  }

  pushed(type: XdsType | "unknown", bytes: number): void {
    this.#pushes.inc({ type });
    this.#bytes.inc({ type }, bytes);
  }

  answered(type: XdsType | "unknown", answer: Answer, seconds: number): void {
    this.#answers.inc({ type, answer: answer.kind });
    this.#answerSeconds.observe({ type }, seconds);
  }
}
