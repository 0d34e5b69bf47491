import { isKind, kinds, nearestName } from "@protomesh/core";
import { InvalidArgumentError, Option } from "commander";

/** `--kind`, checked and gathered over its repetitions. */
export function kindOption(): Option {
  return new Option("-k, --kind <kind>", "only of this kind; may be repeated").argParser(gatherKind).default([], "all");
}

function gatherKind(name: string, before: readonly string[]): readonly string[] {
  if (isKind(name)) return [...before, name];
  const nearest = nearestName(name, kinds);
  const hint = nearest === undefined ? "" : `Did you mean ${nearest}? `;
  throw new InvalidArgumentError(`${hint}Kinds: ${kinds.join(", ")}.`);
}
