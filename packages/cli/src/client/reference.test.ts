import { expect, test } from "vitest";
import { parseReference, type Reference } from "./reference.js";

const id = "0b5c8c5e-2a0e-4c1e-9c43-0b6f6a8d1f11";

interface Case {
  readonly text: string;
  readonly want: Reference;
}

test.each<Case>([
  { text: id, want: { by: "id", id } },
  { text: id.toUpperCase(), want: { by: "id", id } },
  { text: "service/billing", want: { by: "name", kind: "service", name: "billing" } },
  { text: "http_ingress/a/b", want: { by: "name", kind: "http_ingress", name: "a/b" } },
])("$text is a reference", ({ text, want }) => {
  expect(parseReference(text)).toEqual(want);
});

interface BadCase {
  readonly text: string;
  readonly next: string;
}

const kinds = "kinds are http_ingress, service, instance_set, routing_policy, gateway_policy, process_trigger.";

test.each<BadCase>([
  { text: "billing", next: kinds },
  { text: "servce/billing", next: "did you mean service/billing?" },
  { text: "lambda/billing", next: kinds },
  { text: "service/", next: kinds },
  { text: "/billing", next: kinds },
  { text: "", next: kinds },
])('"$text" is none, and what is meant is told', ({ text, next }) => {
  expect(() => parseReference(text)).toThrow(
    expect.objectContaining({
      exitCode: 2,
      message: `"${text}" points at no resource: expected an id (a UUID) or KIND/NAME`,
      next,
    }),
  );
});
