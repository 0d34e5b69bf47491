import { Trigger_IDBuilder, type Trigger } from "@protomesh/core/api";
import { uuidV5 } from "@protomesh/core";

/** The namespace of the UUIDs that follow a prefix under `ID_BUILDER_UNIQUE`; fixed by the public contract. */
const uniqueIdNamespace = "3d8e41b4-f7d9-11ed-b67e-0242ac120002";

/**
 * The id of the workflow that a trigger declares: its prefix and its suffix, with nothing between them.
 *
 * A RANDOM suffix is fresh for each version of the resource, and the same wherever and whenever it is computed.
 *
 * @returns undefined for an id builder that this version does not know
 */
export function workflowIdOf(trigger: Trigger, resourceId: string, specHash: string): string | undefined {
  if (trigger.idSuffix === undefined) return trigger.idPrefix;
  if (trigger.idSuffix.$case === "exactIdSuffix") return trigger.idPrefix + trigger.idSuffix.value;
  switch (trigger.idSuffix.value) {
    case Trigger_IDBuilder.ONLY_PREFIX:
      return trigger.idPrefix;
    case Trigger_IDBuilder.UNIQUE:
      return trigger.idPrefix + uuidV5(uniqueIdNamespace, trigger.idPrefix);
    case Trigger_IDBuilder.RANDOM:
      return trigger.idPrefix + uuidV5(resourceId, specHash);
    case Trigger_IDBuilder.UNRECOGNIZED:
      return undefined;
  }
}
