import type { NodeIdentity } from "../session/request.js";
import { toggled, versionOf, zeroDigest } from "../snapshot/digest.js";
import { ResourceMap } from "../snapshot/resource-map.js";
import type { Snapshot } from "../snapshot/snapshot.js";
import type { XdsResource } from "../snapshot/xds-resource.js";
import { ingressOfScope } from "../translate/scoped-route.js";
import { typeUrls, xdsTypeOf, type XdsType } from "../snapshot/xds-type.js";
import { isCurrent, lacksOf, type Lack, type Told } from "./lack.js";

/** The last time that a client rejected something of a type. */
export interface LastRejection {
  readonly at: Date;
  readonly message: string;
}

/** A stream of a node, as far as it tells what the node has. */
export interface NodeStream {
  /** Such as `delta ads`. */
  readonly transport: string;
  /** By type URL. */
  readonly rejections: ReadonlyMap<string, LastRejection>;
  /** By type URL. */
  readonly types: ReadonlyMap<string, Told>;
  /** The newest snapshot that it is to bring; undefined before the first. */
  readonly target: () => Snapshot | undefined;
}

/** A child is asked for by name, once its parent has come. */
const parents = {
  cluster: "cluster",
  endpoints: "cluster",
  listener: "listener",
  routes: "listener",
} as const;
type ExpectedType = keyof typeof parents;
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.keys forgets what the keys are
const expectedTypes = Object.keys(parents) as readonly ExpectedType[];

const scopes = "scoped-route";

/** A node that goes closes all its streams within this time, in milliseconds. */
const togetherMs = 5_000;

/** The names of a type that a node has not asked for. */
interface Unasked {
  /** Up to which the names were looked at. */
  readonly checked: ResourceMap;
  readonly names: Set<string>;
}

/** One node, by all its streams: what it has, and what it lacks. */
export class NodeState {
  readonly identity: NodeIdentity;
  /** The namespace's revision when it came. */
  readonly joinedAt: bigint;
  readonly sinceMs: number;
  readonly open = new Set<NodeStream>();
  #ended: readonly { readonly stream: NodeStream; readonly atMs: number }[] = [];
  readonly #unasked = new Map<ExpectedType, Unasked>();

  constructor(identity: NodeIdentity, joinedAt: bigint, sinceMs: number) {
    this.identity = identity;
    this.joinedAt = joinedAt;
    this.sinceMs = sinceMs;
  }

  /** A stream has ended. By the last ones of a node that goes it is known what it has. */
  end(stream: NodeStream, nowMs: number): void {
    this.open.delete(stream);
    this.#ended = [...this.#ended.filter(({ atMs }) => nowMs - atMs < togetherMs), { stream, atMs: nowMs }];
  }

  get isGone(): boolean {
    return this.open.size === 0;
  }

  /** Those that are open; of a node that went away, those that it had. */
  get streams(): readonly NodeStream[] {
    return this.isGone ? this.#ended.map(({ stream }) => stream) : [...this.open];
  }

  /** Whether it has everything, which costs next to nothing to find out. */
  isCurrent(): boolean {
    const { streams } = this;
    for (const stream of streams) {
      const target = stream.target();
      if (target === undefined) return false;
      for (const [typeUrl, told] of stream.types) {
        const type = xdsTypeOf(typeUrl);
        if (type !== undefined && !isCurrent(told, target.resources[type])) return false;
      }
    }
    if (this.unaskedScopes(streams).size > 0) return false;
    return this.isAskingForAll(streams) && expectedTypes.every((type) => this.unaskedOf(type, streams).size === 0);
  }

  /** All that it lacks. */
  *lacks(): Iterable<Lack> {
    const { streams } = this;
    for (const { type, told, target } of sessionsOf(streams)) {
      if (!isCurrent(told, target)) yield* lacksOf(type, told, target);
    }
    for (const [type, names] of this.unasked(streams)) {
      const target = targetOf(type, streams);
      for (const name of names) {
        const wanted = target?.get(name);
        if (wanted !== undefined) yield { type, name, held: undefined, wanted, rejection: undefined };
      }
    }
  }

  /** All that it is subscribed to and is to have, each with whether it has been sent. */
  *wanted(): Iterable<{ readonly type: XdsType; readonly resource: XdsResource; readonly isSent: boolean }> {
    for (const { type, told, target } of sessionsOf(this.streams)) {
      for (const resource of target.values()) {
        if (!told.wants(resource.name)) continue;
        yield { type, resource, isSent: told.sent.get(resource.name)?.version === resource.version };
      }
    }
  }

  /** Equal for nodes that lack the same, and cheaper than to find out what. */
  signature(): string {
    const { streams } = this;
    const isAlone = streams.length === 1;
    const parts: string[] = [];
    for (const { type, told, target } of sessionsOf(streams)) {
      if (isCurrent(told, target)) continue;
      // Two clients that are subscribed to everything lack the same of the same; of others it depends on the names, and of
      // routes on the connections that they still have.
      if (isAlone && isExpected(type) && type !== "routes" && this.isWildcard(parents[type], streams)) {
        parts.push(type, told.exchange.answered(told.sent).version, target.version);
        for (const [name, { resource, message }] of told.exchange.refusals) {
          parts.push(name, resource.version, message ?? "");
        }
      } else {
        for (const { name, held, wanted, rejection } of lacksOf(type, told, target)) {
          parts.push(type, name, held?.version ?? "", wanted.version, rejection ?? "");
        }
      }
    }
    for (const [type, unasked] of this.unasked(streams)) {
      if (unasked.size === 0) continue;
      const target = targetOf(type, streams);
      let digest = zeroDigest;
      for (const name of unasked) digest = toggled(digest, target?.get(name)?.digest ?? zeroDigest);
      parts.push("unasked", versionOf(digest));
    }
    return parts.join("\n");
  }

  private isAskingForAll(streams: readonly NodeStream[]): boolean {
    return streams.some(({ types }) => types.has(typeUrls.listener) || types.has(typeUrls.cluster));
  }

  private isWildcard(type: "cluster" | "listener", streams: readonly NodeStream[]): boolean {
    return streams.some(({ types }) => types.get(typeUrls[type])?.subscription.wildcard === true);
  }

  private *unasked(streams: readonly NodeStream[]): Iterable<readonly [XdsType, ReadonlySet<string>]> {
    for (const type of expectedTypes) yield [type, this.unaskedOf(type, streams)];
    yield [scopes, this.unaskedScopes(streams)];
  }

  /** A client that takes all listeners asks for all scopes at once, as soon as it has a listener that goes by them. */
  private unaskedScopes(streams: readonly NodeStream[]): ReadonlySet<string> {
    const snapshot = streams[0]?.target();
    if (snapshot === undefined || snapshot.resources[scopes].size === 0 || !this.isWildcard("listener", streams))
      return none;
    return streams.some(({ types }) => types.has(typeUrls[scopes])) ? none : scopesInUse(snapshot);
  }

  /** What a client that takes everything has not asked for yet, such as the routes of a listener that is new to it. */
  private unaskedOf(type: ExpectedType, streams: readonly NodeStream[]): ReadonlySet<string> {
    // Of the routes, those that listeners need: there are others, for connections that listeners had before.
    const target = targetOf(type === "routes" ? "listener" : type, streams);
    const expected = (resource: XdsResource | undefined) => (type === "routes" ? resource?.routes : resource?.name);
    if (target === undefined || !this.isWildcard(parents[type], streams)) return none;
    const known = this.#unasked.get(type);
    const names = known?.names ?? new Set<string>();
    if (known?.checked !== target) {
      for (const { before, after } of (known?.checked ?? ResourceMap.empty).differences(target)) {
        const [was, is] = [expected(before), expected(after)];
        if (was === is) continue;
        if (was !== undefined) names.delete(was);
        if (is !== undefined) names.add(is);
      }
      this.#unasked.set(type, { checked: target, names });
    }
    if (names.size === 0) return none;
    const sessions = streams.flatMap(({ types }) => types.get(typeUrls[type]) ?? []);
    for (const name of names) if (sessions.some((told) => told.wants(name))) names.delete(name);
    return names;
  }
}

const none: ReadonlySet<string> = new Set();

const inUse = new WeakMap<Snapshot, ReadonlySet<string>>();

/** The scopes of ingresses that go by them: those whose listeners need no routes. */
function scopesInUse(snapshot: Snapshot): ReadonlySet<string> {
  let known = inUse.get(snapshot);
  if (known === undefined) {
    const { listener, [scopes]: all } = snapshot.resources;
    const names = [...all.values()].map(({ name }) => name);
    known = new Set(names.filter((name) => listener.get(ingressOfScope(name))?.routes === undefined));
    inUse.set(snapshot, known);
  }
  return known;
}

interface TypeOfStream {
  readonly type: XdsType;
  readonly told: Told;
  readonly target: ResourceMap;
}

function* sessionsOf(streams: readonly NodeStream[]): Iterable<TypeOfStream> {
  for (const { types, target } of streams) {
    const snapshot = target();
    if (snapshot === undefined) continue;
    for (const [typeUrl, told] of types) {
      const type = xdsTypeOf(typeUrl);
      if (type !== undefined) yield { type, told, target: snapshot.resources[type] };
    }
  }
}

function targetOf(type: XdsType, [first]: readonly NodeStream[]): ResourceMap | undefined {
  return first?.target()?.resources[type];
}

function isExpected(type: XdsType): type is ExpectedType {
  return type in parents;
}
