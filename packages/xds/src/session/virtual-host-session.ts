import { ResourceMap } from "../snapshot/resource-map.js";
import {
  absentResource,
  absentVersion,
  heldResource,
  isAnnouncement,
  type XdsResource,
} from "../snapshot/xds-resource.js";
import {
  hostAskedFor,
  isBelow,
  virtualHostNameOf,
  widerDomains,
  type HostOfIngress,
} from "../translate/virtual-host-name.js";
import { BoundedSet } from "./bounded-set.js";
import { Exchange } from "./exchange.js";
import type { Answer } from "./push.js";
import type { DeltaRequest } from "./request.js";
import type { TypeSession, Update } from "./type-session.js";

/** So many hosts are remembered for each stream, as anybody may ask for any. */
const mostHosts = 10_000;
/** A client asks for all that it ever asked for when it comes back. */
const mostAsked = 100_000;

interface Plan {
  /** Virtual hosts to be given, by name, with the names that were asked. */
  readonly given: Map<string, { readonly resource: XdsResource; readonly aliases: Set<string> }>;
  readonly removed: Set<string>;
  /** Names that were asked, of which there is nothing. */
  readonly absent: Set<string>;
}

/**
 * Virtual hosts on one stream of the incremental protocol: the client asks for a host when the first request for it comes,
 * by a name that is not the name of a resource (`public/example.com:8080`).
 *
 * The client is given the virtual host that is for this host, which may be one of a wildcard; together with a wildcard
 * all virtual hosts below it, as the client would not ask for those any more. What it has been given is kept up to date.
 * A host of which there is nothing is answered, too, as the request waits. As the client asks for a host only once on a
 * stream, hosts are remembered, and given once they are there; where more were asked for than can be remembered, all that
 * come to be there are given.
 */
export class VirtualHostSession implements TypeSession<DeltaRequest> {
  readonly exchange = new Exchange();
  #sent = ResourceMap.empty;
  readonly #given = new Set<string>();
  /** What the client asked for and has no virtual host of its own for: names without ports. */
  readonly #hosts = new BoundedSet(mostHosts);
  /** What the client waits for: names as it wrote them. */
  readonly #asked = new BoundedSet(mostAsked);
  #requested = false;

  get isUrgent(): boolean {
    return this.#asked.size > 0;
  }

  get sent(): ResourceMap {
    return this.#sent;
  }

  get subscription(): { wildcard: boolean; names: number } {
    return { wildcard: false, names: this.#given.size + this.#hosts.size };
  }

  /** Whether the client has been given a virtual host of that name, which is kept up to date. */
  wants(name: string): boolean {
    return this.#given.has(name);
  }

  receive(request: DeltaRequest): Answer | undefined {
    const answer = this.exchange.answer(request.nonce, request.error);
    if (answer?.kind === "rejected") this.answerWaiting(answer.suspects);
    if (!this.#requested) this.begin(request);
    for (const name of request.subscribe) {
      if (!request.held.has(name)) this.#asked.add(name);
    }
    for (const name of request.unsubscribe) this.forget(name);
    return answer;
  }

  isDue(target: ResourceMap): boolean {
    if (this.#asked.size > 0 || this.exchange.trial(target, this.#isWanted).length > 0) return true;
    const { given, removed } = this.plan(target);
    if (given.size > 0 || removed.size > 0) return true;
    this.#sent = target;
    return false;
  }

  take(target: ResourceMap): Update {
    const { given, removed, absent } = this.plan(target);
    this.#sent = target;
    for (const name of this.#asked) this.#hosts.add(hostNameOf(name));
    this.#asked.clear();
    for (const name of removed) if (this.#given.delete(name)) this.#hosts.add(name);
    for (const name of given.keys()) {
      this.#given.add(name);
      this.#hosts.delete(name);
    }
    const trial = this.exchange.takeTrial(target, this.#isWanted).filter(({ name }) => !given.has(name));
    const gifts = [...given.values()].map(({ resource, aliases }) => ({ ...resource, aliases: [...aliases] }));
    const changed = [...gifts, ...trial];
    return { resources: [...changed, ...[...absent].map(absentResource)], removed: [...removed], changed };
  }

  resend(names: Iterable<string>): void {
    for (const name of names) if (this.#given.has(name)) this.#asked.add(name);
  }

  /** Requests wait for hosts that the client rejects: to them it is as if those were not there. */
  private answerWaiting(rejected: readonly XdsResource[]): void {
    for (const resource of rejected) {
      if (this.isWrong(resource)) for (const alias of resource.aliases ?? []) this.#asked.add(alias);
    }
  }

  /** Whether a virtual host is one that the client rejects, having none in its place. */
  private isWrong({ name, version }: XdsResource): boolean {
    const refusal = this.exchange.refusals.get(name);
    return refusal?.message !== undefined && refusal.held === undefined && refusal.resource.version === version;
  }

  readonly #isWanted = (name: string): boolean => this.wants(name);

  /** What the client still has of an earlier stream. */
  private begin({ held }: DeltaRequest): void {
    this.#requested = true;
    this.#sent = ResourceMap.of([...held].map(([name, version]) => heldResource(name, version)));
    for (const [name, version] of held) {
      if (version === absentVersion) this.#hosts.add(hostNameOf(name));
      else this.#given.add(name);
    }
  }

  private forget(name: string): void {
    this.#asked.delete(name);
    this.#hosts.delete(hostNameOf(name));
    this.#given.delete(name);
  }

  private plan(target: ResourceMap): Plan {
    const plan: Plan = { given: new Map(), removed: new Set(), absent: new Set() };
    for (const { key: name, after } of this.#sent.differences(target)) {
      if (isAnnouncement(name)) {
        if (after !== undefined) plan.removed.add(name);
      } else if (this.#given.has(name)) {
        if (after === undefined) plan.removed.add(name);
        const found = virtualHostFor(name, target);
        if (found !== undefined && (found === after || !this.#given.has(found.name))) this.give(plan, found, target);
      } else if (after !== undefined && this.isWanted(after, target)) {
        this.give(plan, after, target);
      }
    }
    for (const name of this.#asked) {
      const found = virtualHostFor(hostNameOf(name), target);
      if (found === undefined || this.isWrong(found)) plan.absent.add(name);
      else this.give(plan, found, target, name);
    }
    return plan;
  }

  private give(plan: Plan, resource: XdsResource, target: ResourceMap, alias?: string): void {
    const known = plan.given.get(resource.name);
    const gift = known ?? { resource, aliases: new Set() };
    if (alias !== undefined) gift.aliases.add(alias);
    if (known !== undefined) return;
    plan.given.set(resource.name, gift);
    if (this.#given.has(resource.name)) return;
    for (const other of below(resource.name, target)) {
      if (!this.#given.has(other.name)) this.give(plan, other, target);
    }
  }

  /** Whether a virtual host that has come to be there is for a host that was asked for, or below a wildcard that was given. */
  private isWanted({ name }: XdsResource, target: ResourceMap): boolean {
    if (this.#hosts.hasForgotten) return true;
    for (const wider of widerNames(name)) if (this.#given.has(wider)) return true;
    if (this.#hosts.has(name)) return true;
    if (!isWildcard(name)) return false;
    for (const host of this.#hosts) if (virtualHostFor(host, target)?.name === name) return true;
    return false;
  }
}

function isWildcard(name: string): boolean {
  return hostAskedFor(name)?.host.startsWith("*") === true;
}

/** The virtual host that a host's requests belong to. */
function virtualHostFor(name: string, target: ResourceMap): XdsResource | undefined {
  const exact = target.get(name);
  if (exact !== undefined) return exact;
  for (const wider of widerNames(name)) {
    const resource = target.get(wider);
    if (resource !== undefined) return resource;
  }
  return undefined;
}

function* widerNames(name: string): Iterable<string> {
  const asked = hostAskedFor(name);
  if (asked === undefined) return;
  for (const host of widerDomains(asked.host)) yield virtualHostNameOf({ ingressName: asked.ingressName, host });
}

/** The virtual hosts of the same ingress below one of a wildcard. */
function* below(name: string, target: ResourceMap): Iterable<XdsResource> {
  const wildcard = hostAskedFor(name);
  if (wildcard?.host.startsWith("*") !== true) return;
  for (const resource of target.values()) {
    const other = hostAskedFor(resource.name);
    if (other !== undefined && isOfSameIngressBelow(other, wildcard)) yield resource;
  }
}

function isOfSameIngressBelow(host: HostOfIngress, wildcard: HostOfIngress): boolean {
  return host.ingressName === wildcard.ingressName && host.host !== "" && isBelow(host.host, wildcard.host);
}

/** A name without its port, by which what is asked for in several ways is remembered once. */
function hostNameOf(name: string): string {
  const asked = hostAskedFor(name);
  return asked === undefined ? name : virtualHostNameOf(asked);
}
