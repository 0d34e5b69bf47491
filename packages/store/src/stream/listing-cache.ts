import type { ListedResource, ListPage } from "../read/list-page.js";
import { responseTail } from "./encode-change.js";
import { ListedFields } from "./encode-listed.js";
import type { KindFilter } from "./kind-filter.js";

/** A page of the state that a watch begins with, ready to be sent. */
export interface EncodedPage {
  /** A response without `end_of_list`; undefined where nothing is left. */
  readonly message: Buffer | undefined;
  /** The id that the next page begins after; undefined on the last. */
  readonly next: string | undefined;
}

export interface ListingOptions {
  readonly namespace: string;
  readonly readPage: (
    revision: bigint,
    afterId: string | undefined,
    kinds: readonly string[],
    each: (resource: ListedResource) => void,
  ) => Promise<ListPage>;
}

const limitBytes = 16 * 1024 * 1024;
const limitCount = 256;

/** Pages of a namespace's state by revision, each read and encoded once for all watches that begin there. */
export class ListingCache {
  readonly #options: ListingOptions;
  readonly #pages = new Map<string, { readonly page: Promise<EncodedPage>; bytes: number }>();
  #bytes = 0;

  constructor(options: ListingOptions) {
    this.#options = options;
  }

  /**
   * @param check throws where the page was not read under the head that its list belongs to
   * @param afterId the page begins after this id; undefined: it is the first
   */
  async page(
    revision: bigint,
    filter: KindFilter,
    afterId: string | undefined,
    check: (page: ListPage) => void,
  ): Promise<EncodedPage> {
    const key = `${revision} ${afterId ?? ""} ${filter.key}`;
    const known = this.#pages.get(key);
    if (known !== undefined) return known.page;
    const reading = this.read(revision, filter, afterId, check);
    const cached = { page: reading, bytes: 0 };
    this.#pages.set(key, cached);
    try {
      const page = await reading;
      cached.bytes = page.message?.length ?? 0;
      this.#bytes += cached.bytes;
      this.trim();
      return page;
    } catch (error) {
      this.#pages.delete(key);
      throw error;
    }
  }

  private async read(
    revision: bigint,
    filter: KindFilter,
    afterId: string | undefined,
    check: (page: ListPage) => void,
  ): Promise<EncodedPage> {
    const { namespace, readPage } = this.#options;
    const listed = new ListedFields(namespace);
    const page = await readPage(revision, afterId, filter.kinds, (resource) => listed.add(resource));
    check(page);
    const { lastId, more, head } = page;
    if (lastId === undefined) return { message: undefined, next: undefined };
    const message = Buffer.concat([listed.encoded, responseTail(page.revision, head.history, false)]);
    return { message, next: more ? lastId : undefined };
  }

  /** The oldest pages go first. */
  private trim(): void {
    for (const [key, { bytes }] of this.#pages) {
      if (this.#bytes <= limitBytes && this.#pages.size <= limitCount) return;
      this.#pages.delete(key);
      this.#bytes -= bytes;
    }
  }
}
