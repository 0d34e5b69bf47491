import { versionOf, type Digest } from "./digest.js";
import { anyOf, type Source, type XdsResource } from "./xds-resource.js";

/** A resource that is large and of which few clients, or none, may ask for each version: it is put together when one does. */
export class DeferredResource implements XdsResource {
  readonly name: string;
  readonly version: string;
  readonly digest: Digest;
  readonly #typeUrl: string;
  readonly #value: () => Uint8Array;
  readonly #listed: () => readonly Source[];
  #any: Uint8Array | undefined;
  #sources: readonly Source[] | undefined;

  /**
   * @param digest of the content
   * @param value makes the encoded message
   * @param sources lists what it was made from
   */
  constructor(
    name: string,
    typeUrl: string,
    digest: Digest,
    value: () => Uint8Array,
    sources: () => readonly Source[],
  ) {
    this.name = name;
    this.version = versionOf(digest);
    this.digest = digest;
    this.#typeUrl = typeUrl;
    this.#value = value;
    this.#listed = sources;
  }

  get any(): Uint8Array {
    return (this.#any ??= anyOf(this.#typeUrl, this.#value()));
  }

  get sources(): readonly Source[] {
    return (this.#sources ??= this.#listed());
  }
}
