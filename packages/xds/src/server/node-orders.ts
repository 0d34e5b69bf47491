import { Observable } from "rxjs";
import type { NodeIdentity } from "../session/request.js";
import { NodeOrder, roleOf, type OrderedStream } from "../session/node-order.js";
import type { Audience, SnapshotCache } from "../snapshot/snapshot-cache.js";
import type { Snapshot } from "../snapshot/snapshot.js";
import { xdsTypeOf } from "../snapshot/xds-type.js";

interface Ordered {
  readonly order: NodeOrder;
  readonly end: () => void;
}

/** The streams of clients that have one for each type, put in order client by client. */
export class NodeOrders {
  readonly #snapshots: SnapshotCache;
  readonly #patienceMs: number;
  /** By node and audience. */
  readonly #orders = new Map<string, Ordered>();

  constructor(snapshots: SnapshotCache, patienceMs: number) {
    this.#snapshots = snapshots;
    this.#patienceMs = patienceMs;
  }

  /** The snapshots for a stream for one type, each when it is its turn. */
  watch(
    node: NodeIdentity,
    audience: Audience,
    typeUrl: string,
    types: OrderedStream["types"],
  ): { readonly snapshots: Observable<Snapshot>; readonly moved: () => void } {
    // Clients that do not say who they are cannot be told apart.
    if (node.id === "") return { snapshots: this.#snapshots.watch(audience), moved: () => {} };
    const key = JSON.stringify([node.id, audience]);
    const snapshots = new Observable<Snapshot>((subscriber) => {
      const role = roleOf(xdsTypeOf(typeUrl));
      const stream: OrderedStream = { types, role, bring: (snapshot) => subscriber.next(snapshot) };
      const ordered = this.#orders.get(key) ?? this.begun(key, audience);
      ordered.order.add(stream);
      return () => {
        ordered.order.remove(stream);
        if (!ordered.order.isUnused) return;
        ordered.end();
        this.#orders.delete(key);
      };
    });
    return { snapshots, moved: () => this.#orders.get(key)?.order.moved() };
  }

  private begun(key: string, audience: Audience): Ordered {
    const order = new NodeOrder(this.#patienceMs);
    const following = this.#snapshots.watch(audience).subscribe((snapshot) => order.publish(snapshot));
    const ordered = { order, end: () => following.unsubscribe() };
    this.#orders.set(key, ordered);
    return ordered;
  }
}
