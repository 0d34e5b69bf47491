import { pathText } from "@protomesh/core";
import { stringify } from "yaml";
import type { Styled } from "../output/styled.js";
import type { FieldChange } from "./field-changes.js";

/**
 * For people: `+ spec.routes[1].timeout: "1s"`, `- …` and `~ …: "1s" → "2s"`, a line for each field; what is added or removed
 * whole stands as YAML below its name.
 */
export function differenceLines(changes: readonly FieldChange[], styled: Styled): readonly string[] {
  return changes.flatMap((change) => {
    const field = pathText(change.path);
    switch (change.change) {
      case "added":
        return valueLines(field, change.after).map((line) => styled("green", `+ ${line}`));
      case "removed":
        return valueLines(field, change.before).map((line) => styled("red", `- ${line}`));
      case "changed":
        return [
          `${styled("yellow", `~ ${field}:`)} ${styled("red", JSON.stringify(change.before))} → ${styled("green", JSON.stringify(change.after))}`,
        ];
    }
  });
}

function valueLines(field: string, value: unknown): readonly string[] {
  const isCompound = typeof value === "object" && value !== null && Object.keys(value).length > 0;
  if (!isCompound) return [`${field}: ${JSON.stringify(value)}`];
  const lines = stringify(value, { lineWidth: 0 }).trimEnd().split("\n");
  return [`${field}:`, ...lines.map((line) => `  ${line}`)];
}
