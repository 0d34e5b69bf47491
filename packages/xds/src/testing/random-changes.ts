import type { Resource } from "@protomesh/core/api";
import { Dice, freePort, httpIngress, instanceSet, routingPolicy, service } from "@protomesh/testing";
import type { MemoryStore } from "./memory-store.js";

/** The ways in which an ingress has its virtual hosts. */
const ways = [{}, { scopedVirtualHosts: true }, { onDemandVirtualHosts: true }] as const;
type Way = (typeof ways)[number];

/** What the loaded route stands on. Any two of its states are both valid, so that a change loses no request. */
interface Loaded {
  readonly service: string;
  readonly ports: readonly number[];
  readonly logFormat: string;
  readonly prefix: string;
  readonly way: Way;
}

/** Another ingress with its service and routes, that nobody asks. */
interface Other {
  readonly name: string;
  readonly listenPort: number;
  readonly service: string;
  readonly domain: string;
  readonly way: Way;
}

export interface RandomChangesOptions {
  readonly store: MemoryStore;
  readonly seed: number;
  /** Where the loaded route is asked for, at `/load`. */
  readonly port: number;
  readonly upstreamPorts: readonly number[];
}

/**
 * Changes of everything that can be declared, in an order that follows from a seed: services, instances, routes and
 * ingresses are added, moved, renamed and removed, and have their virtual hosts inline, in scopes and on demand by turns. The
 * loaded route is valid after each of them, and is itself moved.
 */
export class RandomChanges {
  readonly #options: RandomChangesOptions;
  readonly dice: Dice;
  #loaded: Loaded;
  readonly #others = new Map<string, Other>();
  #made = 0;
  /** How often each kind of change was made. */
  readonly counts = new Map<string, number>();

  constructor(options: RandomChangesOptions) {
    this.#options = options;
    this.dice = new Dice(options.seed);
    this.#loaded = { service: "s0", ports: options.upstreamPorts, logFormat: "", prefix: "/", way: {} };
    options.store.apply({ put: this.resourcesOf(this.#loaded) });
  }

  async next(): Promise<void> {
    const { upstreamPorts } = this.#options;
    const changes: Record<string, () => Promise<void> | void> = {
      "rename the service": () => this.change({ service: `s${++this.#made}` }),
      "move the instances": () =>
        this.change({
          ports: upstreamPorts.filter(() => this.dice.next() < 0.6).concat(this.dice.pick(upstreamPorts)),
        }),
      "move the route": () => this.change({ prefix: this.dice.pick(["/", "/load"]) }),
      "change the listener": () => this.change({ logFormat: this.dice.pick(["", "%PROTOCOL%", "%RESPONSE_CODE%"]) }),
      "change the way": () => this.change({ way: this.dice.pick(ways) }),
      "change the way of an ingress": async () =>
        this.alter(async (other) => ({ ...other, way: this.dice.pick(ways), listenPort: await this.portFor(other) })),
      "exchange ports": () => this.exchange(),
      "add an ingress": async () => this.put({ ...this.made(), listenPort: await freePort() }),
      "move an ingress": async () => this.alter(async (other) => ({ ...other, listenPort: await freePort() })),
      "rename an ingress": async () => this.alter(async (other) => ({ ...this.made(), listenPort: other.listenPort })),
      "move a route": async () =>
        this.alter(async (other) => ({ ...other, domain: `${this.made().name}.example.com` })),
      "rename a service": async () => this.alter(async (other) => ({ ...other, service: this.made().name })),
      "remove an ingress": async () => this.alter(async () => undefined),
    };
    const kind = this.dice.pick(Object.keys(changes));
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    await changes[kind]?.();
  }

  private change(to: Partial<Loaded>): void {
    const next = { ...this.#loaded, ...to };
    this.replace(this.resourcesOf(this.#loaded), this.resourcesOf(next));
    this.#loaded = next;
  }

  private made(): Other {
    const name = `other-${++this.#made}`;
    return { name, listenPort: 0, service: name, domain: `${name}.example.com`, way: this.dice.pick(ways) };
  }

  /** The port that it has, or another. */
  private async portFor({ listenPort }: Other): Promise<number> {
    return this.dice.next() < 0.5 ? listenPort : freePort();
  }

  /** Two ingresses exchange their ports, and one comes to have its virtual hosts another way. */
  private exchange(): void {
    const [one, two] = [this.#others.get(this.anyOther()), this.#others.get(this.anyOther())];
    if (one === undefined || two === undefined || one === two) return;
    const after = [
      { ...one, listenPort: two.listenPort, way: this.dice.pick(ways) },
      { ...two, listenPort: one.listenPort },
    ];
    this.replace(
      [],
      after.flatMap((other) => this.resourcesOfOther(other)),
    );
    for (const other of after) this.#others.set(other.name, other);
  }

  private anyOther(): string {
    return this.dice.pick([...this.#others.keys(), ""]);
  }

  private put(other: Other): void {
    this.replace([], this.resourcesOfOther(other));
    this.#others.set(other.name, other);
  }

  private async alter(to: (other: Other) => Promise<Other | undefined>): Promise<void> {
    const before = this.#others.get(this.anyOther());
    if (before === undefined) return;
    const after = await to(before);
    this.replace(this.resourcesOfOther(before), after === undefined ? [] : this.resourcesOfOther(after));
    this.#others.delete(before.name);
    if (after !== undefined) this.#others.set(after.name, after);
  }

  private replace(before: readonly Resource[], after: readonly Resource[]): void {
    const kept = new Set(after.map(({ id }) => id));
    this.#options.store.apply({ put: after, drop: before.filter(({ id }) => !kept.has(id)) });
  }

  private resourcesOf({ service: name, ports, logFormat, prefix, way }: Loaded): Resource[] {
    return [
      httpIngress({ spec: { listenPort: this.#options.port, accessLogStdoutFormat: logFormat, ...way } }),
      ...serviceAt(name, ports),
      routingPolicy({
        name: "loaded",
        spec: { domain: "127.0.0.1", routes: [{ matchPrefix: prefix, targetService: name }] },
      }),
    ];
  }

  private resourcesOfOther({ name, listenPort, service: target, domain, way }: Other): Resource[] {
    return [
      httpIngress({ name, spec: { listenPort, ...way } }),
      ...serviceAt(target, [this.#options.upstreamPorts[0] ?? 0]),
      routingPolicy({
        name,
        spec: { domain, routes: [{ matchPrefix: "/", targetService: target }], ingressName: name },
      }),
    ];
  }
}

function serviceAt(name: string, ports: readonly number[]): Resource[] {
  return [
    service({ name }),
    instanceSet({ name, spec: { instances: ports.map((port) => ({ address: "127.0.0.1", port })) } }),
  ];
}
