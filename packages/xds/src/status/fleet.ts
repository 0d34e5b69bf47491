import type { NodeIdentity } from "../session/request.js";
import { lackingOf } from "./lack.js";
import { concernedBy, withGroup, type NodeGroup } from "./node-group.js";
import { NodeState, type NodeStream } from "./node-state.js";
import { added, emptyTally, type Tally } from "./tally.js";

export interface FleetOptions {
  /** How long a node that went away is still counted, in milliseconds. */
  readonly memoryMs: number;
  /** How long a node that comes may take until it has everything and counts; after that it counts all the same. */
  readonly joinMs: number;
  /** The audience of a node, by the `cluster` that it names: nodes of one audience are to have the same. */
  readonly audienceOf: (nodeCluster: string) => string;
  /** Milliseconds, of a clock that only goes forward. */
  readonly now: () => number;
}

/** A node that is known by its id. */
interface Member {
  readonly id: string;
  /** Whose words count; it may have gone. */
  counted: NodeState | undefined;
  goneAtMs: number | undefined;
  /** The node as it comes, or comes again, before it has all. */
  joining: NodeState | undefined;
  /** The newest revision at which it had everything. */
  revision: bigint | undefined;
  place: { readonly audience: string; readonly signature: string } | undefined;
}

/** A node as it is shown. */
export interface FleetNode {
  readonly state: NodeState;
  /** The newest revision at which it had everything; undefined: it never had. */
  readonly revision: bigint | undefined;
  /** Undefined: it is connected. */
  readonly goneAtMs: number | undefined;
}

/** What has changed since the last look. */
export interface FleetChanges {
  /** Ids of declared resources that some node has or lacks now and did not before. */
  readonly resources: ReadonlySet<string>;
  /** Whether an audience has other nodes than before. */
  readonly nodes: boolean;
  /** Whether some node has everything of a newer revision than before. */
  readonly progress: boolean;
}

const lacksNothing = "";

/**
 * The nodes that are connected, or were a short time ago, in groups that lack the same: what is known of a resource is
 * counted by group, so that a thousand nodes that take a change cost a thousand small steps and no comparison of resources.
 */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #members = new Map<string, Member>();
  readonly #dirty = new Set<Member>();
  /** By audience, and below that by signature. */
  readonly #groups = new Map<string, Map<string, NodeGroup>>();
  readonly #joining = new Set<Member>();
  readonly #gone = new Set<Member>();
  #concerned = new Set<string>();
  #nodesChanged = false;

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** @param revision of the namespace now */
  opened(identity: NodeIdentity, stream: NodeStream, revision: bigint): void {
    const member = this.member(identity.id);
    const { counted } = member;
    if (counted !== undefined && !counted.isGone) {
      counted.open.add(stream);
    } else {
      member.joining ??= new NodeState(identity, revision, this.#options.now());
      member.joining.open.add(stream);
      this.#joining.add(member);
    }
    this.#dirty.add(member);
  }

  /** Something has passed on a stream of a node. */
  moved({ id }: NodeIdentity): void {
    const member = this.#members.get(id);
    if (member !== undefined) this.#dirty.add(member);
  }

  ended({ id }: NodeIdentity, stream: NodeStream): void {
    const member = this.#members.get(id);
    if (member === undefined) return;
    const nowMs = this.#options.now();
    for (const state of [member.counted, member.joining])
      if (state?.open.has(stream) === true) state.end(stream, nowMs);
    if (member.joining?.isGone === true) {
      member.joining = undefined;
      this.#joining.delete(member);
    }
    if (member.counted?.isGone === true && member.goneAtMs === undefined) {
      member.goneAtMs = nowMs;
      this.#gone.add(member);
    }
    if (member.counted === undefined && member.joining === undefined) this.#members.delete(id);
    this.#dirty.add(member);
  }

  /** All nodes are to be looked at again, as what they are to have has changed. */
  targetsChanged(): void {
    for (const member of this.#members.values()) this.#dirty.add(member);
  }

  /** Nodes that another instance programs now are not remembered here. */
  forget(isElsewhere: (nodeId: string) => boolean): void {
    for (const member of this.#gone) if (isElsewhere(member.id)) this.drop(member);
  }

  /**
   * Looks at what moved.
   * @param revision of what the nodes are to have
   */
  look(revision: bigint): FleetChanges {
    const nowMs = this.#options.now();
    for (const member of this.#gone) {
      if (nowMs - (member.goneAtMs ?? nowMs) >= this.#options.memoryMs) this.drop(member);
    }
    for (const member of this.#joining) this.settle(member, nowMs);
    let progress = false;
    for (const member of this.#dirty) {
      this.place(member);
      if (member.place?.signature !== lacksNothing || member.counted?.isGone !== false) continue;
      progress ||= member.revision !== revision;
      member.revision = revision;
    }
    this.#dirty.clear();
    const changes = { resources: this.#concerned, nodes: this.#nodesChanged, progress };
    this.#concerned = new Set();
    this.#nodesChanged = false;
    return changes;
  }

  /** In how many milliseconds something is to be looked at that nobody tells of. */
  get nextLookMs(): number | undefined {
    const nowMs = this.#options.now();
    const waits = [
      ...[...this.#joining].map(({ joining }) => (joining?.sinceMs ?? nowMs) + this.#options.joinMs - nowMs),
      ...[...this.#gone].map(({ goneAtMs }) => (goneAtMs ?? nowMs) + this.#options.memoryMs - nowMs),
    ];
    return waits.length === 0 ? undefined : Math.max(0, Math.min(...waits));
  }

  /** How far a version of a resource has come on the nodes of some audiences. */
  tally(id: string, index: bigint, audiences: Iterable<string>): Tally {
    let tally = emptyTally;
    for (const audience of audiences) {
      for (const group of this.#groups.get(audience)?.values() ?? []) tally = withGroup(tally, group, id);
    }
    return this.withJoining(tally, index, new Set(audiences));
  }

  /** Whether an audience has nodes. */
  hasNodes(audience: string): boolean {
    return (this.#groups.get(audience)?.size ?? 0) > 0;
  }

  /** All nodes, those that came last first. */
  nodes(): readonly FleetNode[] {
    return [...this.#members.values()]
      .flatMap(({ counted, joining, goneAtMs, revision }): FleetNode[] => {
        const state = joining ?? counted;
        return state ? [{ state, revision, goneAtMs: joining === undefined ? goneAtMs : undefined }] : [];
      })
      .sort((a, b) => b.state.sinceMs - a.state.sinceMs);
  }

  private member(id: string): Member {
    let member = this.#members.get(id);
    if (member === undefined) {
      member = {
        id,
        counted: undefined,
        goneAtMs: undefined,
        joining: undefined,
        revision: undefined,
        place: undefined,
      };
      this.#members.set(id, member);
    }
    return member;
  }

  private settle(member: Member, nowMs: number): void {
    const { joining } = member;
    if (joining === undefined) return;
    if (!joining.isCurrent() && nowMs - joining.sinceMs < this.#options.joinMs) return;
    member.counted = joining;
    member.joining = undefined;
    member.goneAtMs = undefined;
    this.#joining.delete(member);
    this.#gone.delete(member);
    this.#dirty.add(member);
  }

  private drop(member: Member): void {
    this.#gone.delete(member);
    member.goneAtMs = undefined;
    member.counted = undefined;
    if (member.joining === undefined) this.#members.delete(member.id);
    this.#dirty.add(member);
  }

  private place(member: Member): void {
    const { counted, place } = member;
    const audience = counted && this.#options.audienceOf(counted.identity.cluster);
    const signature = counted && signatureOf(counted);
    if (audience === place?.audience && signature === place?.signature) return;
    if (audience !== place?.audience) this.#nodesChanged = true;
    const left = place && this.leave(member, place);
    member.place = undefined;
    let entered: NodeGroup | undefined;
    if (counted !== undefined && audience !== undefined && signature !== undefined) {
      member.place = { audience, signature };
      entered = this.group(member.place, counted);
      entered.nodes.add(member);
      entered.count = undefined;
    }
    for (const id of concernedBy(left, entered)) this.#concerned.add(id);
  }

  /** @returns the group that it was in */
  private leave(member: Member, { audience, signature }: NonNullable<Member["place"]>): NodeGroup | undefined {
    const groups = this.#groups.get(audience);
    const group = groups?.get(signature);
    if (groups === undefined || group === undefined) return undefined;
    group.nodes.delete(member);
    group.count = undefined;
    if (group.nodes.size === 0) groups.delete(signature);
    return group;
  }

  private group({ audience, signature }: NonNullable<Member["place"]>, counted: NodeState): NodeGroup {
    const groups = this.#groups.get(audience) ?? new Map<string, NodeGroup>();
    this.#groups.set(audience, groups);
    const known = groups.get(signature);
    if (known !== undefined) return known;
    const lacking = signature === lacksNothing ? new Map<string, undefined>() : lackingOf(counted.lacks());
    const group: NodeGroup = { lacking, isGone: counted.isGone, nodes: new Set(), count: undefined };
    groups.set(signature, group);
    return group;
  }

  /** Nodes that are coming do not count yet; but what changes meanwhile they are not said to have. */
  private withJoining(tally: Tally, index: bigint, audiences: ReadonlySet<string>): Tally {
    let { nodes, unanswered } = tally;
    for (const { id, joining, counted } of this.#joining) {
      if (joining === undefined || counted !== undefined || index <= joining.joinedAt) continue;
      if (!audiences.has(this.#options.audienceOf(joining.identity.cluster))) continue;
      nodes++;
      unanswered = added(unanswered, { count: 1, first: id });
    }
    return nodes === tally.nodes ? tally : { ...tally, nodes, unanswered };
  }
}

/** Of a node that went away, apart from those that are there: its words are of another kind. */
function signatureOf(state: NodeState): string {
  if (state.isCurrent()) return lacksNothing;
  const signature = state.signature();
  return signature === lacksNothing ? lacksNothing : `${state.isGone ? "gone" : "there"}\n${signature}`;
}
