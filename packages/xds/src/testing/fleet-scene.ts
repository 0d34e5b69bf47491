import { Fleet, type FleetChanges } from "../status/fleet.js";
import type { NodeStream } from "../status/node-state.js";
import type { Tally } from "../status/tally.js";
import { emptySnapshot, type Snapshot } from "../snapshot/snapshot.js";
import { snapshotOf, type Contents, type DeltaConversation, type SotwConversation } from "./conversation.js";

export const memoryMs = 600_000;
export const joinMs = 2_000;

/** A fleet whose nodes are conversations, at a clock that the test moves. Resources are as `Contents` says them. */
export class FleetScene {
  nowMs = 0;
  readonly fleet = new Fleet({
    memoryMs,
    joinMs,
    audienceOf: (nodeCluster) => nodeCluster,
    now: () => this.nowMs,
  });
  #revision = 0n;
  #snapshot: Snapshot = emptySnapshot;
  readonly #nodes = new Map<string, { readonly node: Peer; readonly stream: NodeStream }>();

  /** What every node is to have from now on. */
  publish(contents: Contents): void {
    this.#revision++;
    this.#snapshot = snapshotOf(contents, this.#revision);
    for (const { node } of this.#nodes.values()) node.bring(this.#snapshot);
    this.fleet.targetsChanged();
  }

  /** A node comes, and asks for all clusters and listeners. */
  connect<Node extends Peer>(id: string, node: Node, cluster = "edge"): Node {
    const stream = {
      transport: "delta ads",
      rejections: new Map(),
      types: node.types,
      target: () => this.#snapshot,
    };
    node.bring(this.#snapshot);
    this.#nodes.set(id, { node, stream });
    this.fleet.opened({ id, cluster, userAgent: "" }, stream, this.#revision);
    return node;
  }

  leave(id: string, cluster = "edge"): void {
    const known = this.#nodes.get(id);
    this.#nodes.delete(id);
    if (known !== undefined) this.fleet.ended({ id, cluster, userAgent: "" }, known.stream);
  }

  /** What has passed is taken in. */
  look(): FleetChanges {
    for (const id of this.#nodes.keys()) this.fleet.moved({ id, cluster: "", userAgent: "" });
    return this.fleet.look(this.#revision);
  }

  /** How far the resource that is a source of `name` stands in a version, such as `a2`. */
  tally(nameAndVersion: string, cluster = "edge"): Tally {
    this.look();
    const name = nameAndVersion.slice(0, -1);
    return this.fleet.tally(`id-of-${name}`, BigInt(nameAndVersion.slice(-1)), [cluster]);
  }
}

type Peer = DeltaConversation | SotwConversation;
