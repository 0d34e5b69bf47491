import type { Push } from "../session/push.js";
import { toggled, versionOf, zeroDigest } from "../snapshot/digest.js";

/** Most streams are sent the same few responses at about the same time; what is older than these is written again. */
const mostKept = 32;

/** Writes responses, each content once for all streams that are sent it within a moment. */
export class SharedResponses {
  readonly #write: (push: Push) => Buffer;
  readonly #kept = new Map<string, Buffer>();

  constructor(write: (push: Push) => Buffer) {
    this.#write = write;
  }

  bytesOf(push: Push): Buffer {
    const key = keyOf(push);
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const bytes = this.#write(push);
    this.#kept.set(key, bytes);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
    return bytes;
  }
}

/** Equal for pushes with equal bytes but for the order of resources, which says nothing. */
function keyOf({ typeUrl, nonce, version, resources, removed }: Push): string {
  let digest = zeroDigest;
  for (const resource of resources) digest = toggled(digest, resource.digest);
  const aliases = resources.flatMap((resource) => resource.aliases ?? []);
  return JSON.stringify([typeUrl, nonce, version, resources.length, versionOf(digest), removed, aliases]);
}
