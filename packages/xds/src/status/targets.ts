import { Subscription } from "rxjs";
import type { Audience, SnapshotCache } from "../snapshot/snapshot-cache.js";
import type { Snapshot } from "../snapshot/snapshot.js";

interface Target {
  latest: Snapshot | undefined;
  readonly following: Subscription;
  users: number;
  unusedSinceMs: number;
}

/** What an audience is to have now. */
export interface FollowedTarget {
  readonly latest: () => Snapshot | undefined;
  /** The stream that it was for has ended; what its node is to have is known for some time on. */
  readonly release: () => void;
}

/** Follows what each audience of some stream is to have, and of those that had one a short time ago. */
export class Targets {
  readonly #snapshots: SnapshotCache;
  readonly #memoryMs: number;
  readonly #now: () => number;
  readonly #targets = new Map<string, Target>();

  constructor(snapshots: SnapshotCache, memoryMs: number, now: () => number) {
    this.#snapshots = snapshots;
    this.#memoryMs = memoryMs;
    this.#now = now;
  }

  follow(audience: Audience): FollowedTarget {
    const key = JSON.stringify(audience);
    const target = this.#targets.get(key) ?? this.followed(key, audience);
    target.users++;
    return {
      latest: () => target.latest,
      release: () => {
        target.users--;
        target.unusedSinceMs = this.#now();
      },
    };
  }

  /** Lets go of what nobody who is remembered has use for. */
  sweep(): void {
    for (const [key, { users, unusedSinceMs, following }] of this.#targets) {
      if (users > 0 || this.#now() - unusedSinceMs < this.#memoryMs) continue;
      following.unsubscribe();
      this.#targets.delete(key);
    }
  }

  close(): void {
    for (const { following } of this.#targets.values()) following.unsubscribe();
    this.#targets.clear();
  }

  private followed(key: string, audience: Audience): Target {
    const target: Target = { latest: undefined, following: new Subscription(), users: 0, unusedSinceMs: this.#now() };
    target.following.add(this.#snapshots.watch(audience).subscribe((snapshot) => (target.latest = snapshot)));
    this.#targets.set(key, target);
    return target;
  }
}
