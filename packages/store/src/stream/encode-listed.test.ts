import { ListResourcesResponse, WatchResourcesResponse, type Resource } from "@protomesh/core/api";
import { chanceOf, Dice } from "@protomesh/testing";
import { expect, test } from "vitest";
import type { ListedResource } from "../read/list-page.js";
import { ListedFields } from "./encode-listed.js";

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly typeUrl: string;
  readonly spec: Buffer;
  readonly hash: string;
  readonly micros: bigint;
  readonly revision: bigint;
  readonly createdRevision: bigint;
}

/** As PostgreSQL's text form has it. */
function rowOf({ id, name, typeUrl, spec, hash, micros, revision, createdRevision }: Listed): ListedResource {
  const text = (value: string | bigint): Buffer => Buffer.from(String(value));
  const digits = text(`\\x${spec.toString("hex")}`);
  const numbers = [text(micros), text(revision), text(createdRevision)] as const;
  return [text(id), text(name), text(typeUrl), digits, text(hash), ...numbers];
}

function resourceOf(namespace: string, listed: Listed): Resource {
  const { id, name, typeUrl, spec, hash, micros, revision, createdRevision } = listed;
  const timestamp = { seconds: micros / 1_000_000n, nanos: Number(micros % 1_000_000n) * 1_000 };
  const version = { sha256Hash: hash, timestamp, index: revision, createdIndex: createdRevision };
  return { namespace, id, name, spec: { typeUrl, value: spec }, version };
}

/** Around the lengths and numbers at which a varint becomes longer, and where copying is done in another way. */
const lengths = [0, 1, 2, 35, 36, 47, 48, 49, 100, 126, 127, 128, 129, 1_000, 16_383, 16_384, 70_000];
const numbers = [0n, 1n, 127n, 128n, 16_384n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n, 2n ** 35n, 2n ** 53n - 1n];
const letters = ["a", "Z", "0", "/", "ü", "山", "😀", "\n"];

function listedBy(dice: Dice): Listed {
  const text = (): string => Array.from({ length: dice.pick(lengths) % 20_000 }, () => dice.pick(letters)).join("");
  return {
    id: Array.from({ length: 36 }, () => dice.pick(["a", "9", "-"])).join(""),
    name: text(),
    typeUrl: text(),
    spec: Buffer.from(Array.from({ length: dice.pick(lengths) }, () => dice.below(256))),
    hash: text(),
    micros: dice.pick([...numbers, 1_700_000_000_000_000n, 1_795_000_000_123_456n]),
    revision: dice.pick(numbers),
    createdRevision: dice.pick(numbers),
  };
}

const { seed, rounds } = chanceOf({ rounds: 40 });

test(`listed resources are the bytes that the generated code makes of them, seed ${seed}`, () => {
  const dice = new Dice(seed);
  for (let round = 0; round < rounds; round++) {
    const namespace = dice.pick(["n", "billing", "ü".repeat(64)]);
    const listed = Array.from({ length: dice.below(8) }, () => listedBy(dice));
    const fields = new ListedFields(namespace);
    for (const each of listed) fields.add(rowOf(each));
    const resources = listed.map((each) => resourceOf(namespace, each));
    const list = ListResourcesResponse.encode(ListResourcesResponse.fromPartial({ resources })).finish();
    const watch = WatchResourcesResponse.encode(
      WatchResourcesResponse.fromPartial({ updatedResources: resources }),
    ).finish();
    expect(Buffer.compare(fields.encoded, list)).toBe(0);
    expect(Buffer.compare(fields.encoded, watch)).toBe(0);
  }
});

test.each([2n ** 53n, 2n ** 63n - 1n])(
  "a revision of %d, which a number does not hold exactly, is refused",
  (revision) => {
    const fields = new ListedFields("n");
    const row = rowOf({ ...listedBy(new Dice(seed)), revision });
    expect(() => fields.add(row)).toThrow(RangeError);
    expect(fields.encoded).toHaveLength(0);
  },
);
