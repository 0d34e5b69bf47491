import type { Policy } from "../routes/policy.js";

/** Counts the requests under way of policies that limit them. */
export class Concurrency {
  readonly #underWay = new Map<string, number>();

  /** Begins a request; undefined where the policy has as many as it may. Else what ends it. */
  enter({ id, maxConcurrency }: Pick<Policy, "id" | "maxConcurrency">): (() => void) | undefined {
    if (maxConcurrency === undefined) return nothing;
    const underWay = this.#underWay.get(id) ?? 0;
    if (underWay >= maxConcurrency) return undefined;
    this.#underWay.set(id, underWay + 1);
    return () => this.#leave(id);
  }

  #leave(id: string): void {
    const left = (this.#underWay.get(id) ?? 1) - 1;
    if (left === 0) this.#underWay.delete(id);
    else this.#underWay.set(id, left);
  }
}

function nothing(): void {
  // A policy without a limit is not counted.
}
