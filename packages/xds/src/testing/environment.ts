import { readFile } from "node:fs/promises";
import { startProgram, type RunningProgram } from "@protomesh/core";
import type { Resource } from "@protomesh/core/api";
import { startEnvoy, until, type RunningEnvoy } from "@protomesh/testing";
import { program } from "../main.js";
import { MemoryStore } from "./memory-store.js";
import { tellAfterFailure } from "./post-mortem.js";

/** The bootstraps of examples/envoy: how an Envoy can get its configuration. */
export const bootstraps = ["ads", "delta-ads", "sotw", "delta"] as const;
export type Bootstrap = (typeof bootstraps)[number];

/** As far as tests look at `/status`. */
interface ShownClients {
  readonly clients: readonly {
    readonly since: string;
    readonly types: Record<string, { readonly lastRejection?: object }>;
  }[];
}

interface EnvoyChoices {
  readonly log?: (line: string) => void;
  readonly nodeId?: string;
  readonly disabledExtensions?: readonly string[];
}

/**
 * For `expect.poll`, of what must not take the time after which Envoy opens a listener without what it waits for, 15 s. The
 * xDS server of an environment waits for answers much longer than any test.
 */
export const soon = { timeout: 10_000, interval: 20 } as const;

/** As whom the xDS server reports statuses. */
export const reporter = "xds/test";

/** A store in memory, the xDS server as a whole, and Envoys that it programs. */
export class Environment {
  readonly store: MemoryStore;
  readonly #overrides: Record<string, unknown>;
  readonly #envoys: { readonly envoy: RunningEnvoy; readonly bootstrap: Bootstrap; readonly lines: string[] }[] = [];
  #xds: RunningProgram;
  #xdsAddress: string;

  private constructor(store: MemoryStore, xds: RunningProgram, overrides: Record<string, unknown>) {
    this.store = store;
    this.#xds = xds;
    this.#xdsAddress = xds.addresses["grpc"] ?? "";
    this.#overrides = overrides;
  }

  /** @param settings of the xDS server, beside where it listens */
  static async start(resources: readonly Resource[], settings: Record<string, unknown> = {}): Promise<Environment> {
    const store = await MemoryStore.start(...resources);
    const overrides = {
      "http.server.tls.disable": true,
      "envoy.xds.resource.store.server.address": store.address,
      "envoy.xds.ingress.bind.address": "127.0.0.1",
      "envoy.xds.instance.name": "test",
      "envoy.xds.answer.timeout": 600_000,
      ...settings,
    };
    const xds = await startProgram(program, { ...overrides, "envoy.xds.listener.address": "127.0.0.1:0" });
    await until(() => xds.readiness().ready, "the xDS server has what the store has");
    return new Environment(store, xds, overrides);
  }

  get xdsAddress(): string {
    return this.#xdsAddress;
  }

  /** @param nodeId instead of the example's */
  async startEnvoy(bootstrap: Bootstrap, { nodeId, log, ...options }: EnvoyChoices = {}): Promise<RunningEnvoy> {
    const example = await readFile(new URL(`../../../../examples/envoy/${bootstrap}.yaml`, import.meta.url), "utf8");
    const port = this.#xdsAddress.split(":")[1] ?? "";
    const bootstrapText = example
      .replaceAll("7011", port)
      .replaceAll("9901", "0")
      .replace("id: envoy-1", `id: ${nodeId ?? "envoy-1"}`);
    const lines: string[] = [];
    const heard = (line: string) => {
      lines.push(line);
      log?.(line);
    };
    const envoy = await startEnvoy({ bootstrap: bootstrapText, log: heard, ...options });
    this.#envoys.push({ envoy, bootstrap, lines });
    return envoy;
  }

  /** Stops the Envoys and starts as many again. */
  async restartEnvoys(): Promise<void> {
    const running = this.#envoys.splice(0);
    await Promise.all(running.map(async ({ envoy }) => envoy.stop()));
    await Promise.all(running.map(async ({ bootstrap }) => this.startEnvoy(bootstrap)));
  }

  /** Stops the xDS server and starts another at the same address; what happens meanwhile happens without one. */
  async restartXds(meanwhile: () => void = () => {}): Promise<void> {
    await this.#xds.stop();
    meanwhile();
    this.#xds = await startProgram(program, { ...this.#overrides, "envoy.xds.listener.address": this.#xdsAddress });
  }

  /** What the xDS server says of a resource in the store: by type of statement, its reason and its message. */
  statusOf(resource: Pick<Resource, "id">): Readonly<Record<string, string>> {
    const status = this.store.statuses.of(resource.id, reporter);
    return Object.fromEntries(
      (status?.conditions ?? []).map(({ type, reason, message }) => [type, `${reason}: ${message}`]),
    );
  }

  /** What a path of the xDS server's admin port answers. */
  async admin(path: string): Promise<{ readonly status: number; readonly body: string }> {
    const response = await fetch(`http://${this.#xds.addresses["admin"] ?? ""}${path}`, {
      headers: { connection: "close" },
    });
    return { status: response.status, body: await response.text() };
  }

  /** What a client rejected last of a type, as `/status` shows it; undefined: nothing. */
  async lastRejection(type: string): Promise<object | undefined> {
    return (await this.clients()).flatMap(({ types }) => types[type]?.lastRejection ?? [])[0];
  }

  /** What all clients rejected last, by type. */
  async rejections(): Promise<object> {
    const all = (await this.clients()).flatMap(({ types }) => Object.entries(types));
    return Object.fromEntries(all.map(([type, { lastRejection }]) => [type, lastRejection] as const));
  }

  /** How many responses were rejected, by all clients. */
  async rejected(): Promise<number> {
    const { body } = await this.admin("/metrics");
    const counts = body.matchAll(/^protomesh_xds_answers_total\{[^}]*answer="rejected"[^}]*\} (\d+)$/gm);
    return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
  }

  /** Whether all clients have answered everything that they were sent. */
  async isAnswered(): Promise<boolean> {
    const { body } = await this.admin("/metrics");
    const sum = (metric: string) =>
      [...body.matchAll(new RegExp(`^${metric}{[^}]*} (\\d+)$`, "gm"))].reduce((all, [, n]) => all + Number(n), 0);
    return sum("protomesh_xds_pushes_total") === sum("protomesh_xds_answers_total");
  }

  /** When the oldest of the open streams was opened, in milliseconds since 1970; infinite where there is none. */
  async firstConnected(): Promise<number> {
    return Math.min(...(await this.clients()).map(({ since }) => Date.parse(since)));
  }

  /** Waits until the xDS server has everything that the store has. */
  async settled(): Promise<void> {
    await until(
      async () => (await this.admin("/status")).body.includes(`"revision": "${this.store.revision}"`),
      "everything in the xDS server",
    );
  }

  private async clients(): Promise<ShownClients["clients"]> {
    const { body } = await this.admin("/status");
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what our own server wrote
    return (JSON.parse(body) as ShownClients).clients;
  }

  async stop(): Promise<void> {
    await tellAfterFailure(this.#envoys, async () => (await this.admin("/status")).body);
    await Promise.all(this.#envoys.map(async ({ envoy }) => envoy.stop()));
    await this.#xds.stop();
    this.store.close();
  }
}
