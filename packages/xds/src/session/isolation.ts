import type { XdsResource } from "../snapshot/xds-resource.js";

/** So often is a rejected response taken apart, until all of it has been tried; what is left then is taken for rejected. */
const mostSplits = 100;

/**
 * Finds what a client rejects among resources that it was sent together, where it takes all of a response or nothing and
 * does not say which resource is wrong: they are sent again in halves, until each is accepted, or rejected by itself. One
 * that is wrong among n costs some 2 log n responses, and the others do not wait for its correction.
 */
export class Isolation {
  #groups: readonly (readonly XdsResource[])[] = [];
  #splits = 0;

  /** Whether nothing is left to be tried. */
  get isOver(): boolean {
    return this.#groups.length === 0;
  }

  /** Resources that were rejected together: whether they will be tried in parts. */
  split(resources: readonly XdsResource[]): boolean {
    if (resources.length < 2 || this.#splits >= mostSplits) {
      this.settled();
      return false;
    }
    this.#splits++;
    const middle = resources.length >>> 1;
    this.#groups = [resources.slice(0, middle), resources.slice(middle), ...this.#groups];
    return true;
  }

  /** What was sent last is known to be accepted, or to be wrong. */
  settled(): void {
    if (this.isOver) this.#splits = 0;
  }

  /** Resources that were rejected for the sake of others. */
  retry(resources: readonly XdsResource[]): void {
    if (resources.length > 0) this.#groups = [resources, ...this.#groups];
  }

  /** What is to be sent next, of what still is to be sent at all. */
  next(isMeant: (resource: XdsResource) => boolean): readonly XdsResource[] {
    for (let [group] = this.#groups; group !== undefined; [group] = this.#groups) {
      const meant = group.filter(isMeant);
      if (meant.length > 0) return meant;
      this.#groups = this.#groups.slice(1);
    }
    return [];
  }

  /** The group of `next` is sent. */
  take(): void {
    this.#groups = this.#groups.slice(1);
  }
}
