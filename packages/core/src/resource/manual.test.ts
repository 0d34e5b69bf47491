import type { DescMessage } from "@bufbuild/protobuf";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { apiMessage } from "./descriptors.js";
import { carriers, kinds } from "./kind.js";

const manual = readFileSync(new URL("../../../../docs/resources.md", import.meta.url), "utf8");

/** The names of all fields and enum values that a message may hold, at any depth. */
function namesIn(message: DescMessage): string[] {
  return message.fields.flatMap((field) => {
    const values = field.enum?.values.map(({ name }) => name) ?? [];
    const isOwn = field.message?.typeName.startsWith("protomesh.") ?? false;
    return [field.jsonName, ...values, ...(isOwn && field.message !== undefined ? namesIn(field.message) : [])];
  });
}

test.each(kinds)("the manual tells every field and value of %s", (kind) => {
  const { declaration } = carriers[kind];
  const chapter = manual.split(/^## /m).find((part) => part.startsWith(`\`${kind}\``)) ?? "";
  const words = new Set(chapter.match(/\w+/g));
  const methods = (name: string): string => name.replace("HTTP_METHOD_", "");
  expect(namesIn(apiMessage(declaration)).filter((name) => !words.has(name) && !words.has(methods(name)))).toEqual([]);
});
