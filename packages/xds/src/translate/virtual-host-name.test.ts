import { expect, test } from "vitest";
import { hostAskedFor, isBelow, widerDomains } from "./virtual-host-name.js";

test.each([
  { name: "public/example.com", want: ["public", "example.com"] },
  { name: "public/example.com:8080", want: ["public", "example.com"] },
  { name: "public/Example.COM:80", want: ["public", "example.com"] },
  { name: "public/10.0.0.1:80", want: ["public", "10.0.0.1"] },
  { name: "public/[::1]:80", want: ["public", "[::1]"] },
  { name: "public/[::1]", want: ["public", "[::1]"] },
  { name: "team/public/example.com:1", want: ["team/public", "example.com"] },
  { name: "public:8080/example.com", want: ["public:8080", "example.com"] },
  { name: "public/*.example.com", want: ["public", "*.example.com"] },
  { name: "public/example.com:", want: ["public", "example.com"] },
  { name: "public/", want: ["public", ""] },
])("$name asks for host $want.1 of ingress $want.0", ({ name, want }) => {
  const asked = hostAskedFor(name);
  expect([asked?.ingressName, asked?.host]).toEqual(want);
});

test("a name without a slash asks for no host", () => {
  expect(hostAskedFor("example.com")).toBeUndefined();
});

test.each([
  { domain: "a.b.example.com", want: ["*.b.example.com", "*.example.com", "*.com", "*"] },
  { domain: "*.example.com", want: ["*.com", "*"] },
  { domain: "localhost", want: ["*"] },
  { domain: "[::1]", want: ["*"] },
  { domain: "*", want: [] },
])("what stands in for $domain: $want, the narrowest first", ({ domain, want }) => {
  expect([...widerDomains(domain)]).toEqual(want);
});

test.each([
  { domain: "a.example.com", wildcard: "*.example.com", want: true },
  { domain: "a.b.example.com", wildcard: "*.example.com", want: true },
  { domain: "*.a.example.com", wildcard: "*.example.com", want: true },
  { domain: "example.com", wildcard: "*.example.com", want: false },
  { domain: "anexample.com", wildcard: "*.example.com", want: false },
  { domain: "*.example.com", wildcard: "*.example.com", want: false },
  { domain: "example.com", wildcard: "*", want: true },
  { domain: "*", wildcard: "*", want: false },
  { domain: "a.example.com", wildcard: "example.com", want: false },
])("$domain is below $wildcard: $want", ({ domain, wildcard, want }) => {
  expect(isBelow(domain, wildcard)).toBe(want);
});
