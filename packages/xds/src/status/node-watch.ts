import type { NodeIdentity } from "../session/request.js";
import type { Audience } from "../snapshot/snapshot-cache.js";
import type { Fleet } from "./fleet.js";
import type { NodeStream } from "./node-state.js";
import type { StatusBoard } from "./status-board.js";
import type { Targets } from "./targets.js";

/** What is to be told of a stream whose node is known. */
export interface WatchedStream {
  /** Something was asked, sent or answered. */
  moved(): void;
  ended(): void;
}

/** Takes in what passes on streams, for the statuses. */
export class NodeWatch {
  readonly #targets: Targets;
  readonly #fleet: Fleet;
  readonly #board: StatusBoard;
  readonly #revision: () => bigint;

  /** @param revision of the namespace now */
  constructor(targets: Targets, fleet: Fleet, board: StatusBoard, revision: () => bigint) {
    this.#targets = targets;
    this.#fleet = fleet;
    this.#board = board;
    this.#revision = revision;
  }

  opened(node: NodeIdentity, audience: Audience, stream: Omit<NodeStream, "target">): WatchedStream {
    this.#targets.sweep();
    const { latest, release } = this.#targets.follow(audience);
    const watched: NodeStream = { ...stream, target: latest };
    this.#fleet.opened(node, watched, this.#revision());
    return {
      moved: () => {
        this.#fleet.moved(node);
        this.#board.moved();
      },
      ended: () => {
        this.#fleet.ended(node, watched);
        release();
        this.#board.moved();
      },
    };
  }
}
