import type { Slice } from "./slice.js";

const limitBytes = 4 * 1024 * 1024;
const limitCount = 512;

/** Slices by view and place, so that each is made once for all watchers that stand there. The oldest go first. */
export class SliceCache {
  readonly #slices = new Map<string, Slice>();
  #bytes = 0;
  /** The slice that was asked for last: where many stand at one place, nearly always the one that is asked for next. */
  #latest: { readonly view: string; readonly position: bigint; readonly slice: Slice } | undefined;

  /** @param view the same for watchers that are sent the same */
  get(view: string, position: bigint): Slice | undefined {
    const latest = this.#latest;
    if (latest !== undefined && latest.position === position && latest.view === view) return latest.slice;
    const slice = this.#slices.get(keyOf(view, position));
    if (slice !== undefined) this.#latest = { view, position, slice };
    return slice;
  }

  set(view: string, position: bigint, slice: Slice): void {
    this.#latest = { view, position, slice };
    this.#slices.set(keyOf(view, position), slice);
    this.#bytes += slice.bytes;
    for (const [key, oldest] of this.#slices) {
      if (this.#bytes <= limitBytes && this.#slices.size <= limitCount) return;
      this.#slices.delete(key);
      this.#bytes -= oldest.bytes;
    }
  }

  clear(): void {
    this.#latest = undefined;
    this.#slices.clear();
    this.#bytes = 0;
  }
}

function keyOf(view: string, position: bigint): string {
  return `${position} ${view}`;
}
