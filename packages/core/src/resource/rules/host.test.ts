import { expect, test } from "vitest";
import { address, domain } from "./host.js";

test.each([
  "*",
  "*.example.com",
  "*.local",
  "example.com",
  "EXAMPLE.com",
  "localhost",
  "my_service.internal",
  "xn--bcher-kva.example",
  "10.0.0.1",
  "[::1]",
  "[2001:db8::1]",
  `${"a".repeat(63)}.example`,
])("domain accepts %s", (text) => {
  expect(domain("d", text)).toEqual([]);
});

const forms =
  "*, *.SUFFIX, a host name (punycode where it is not ASCII), an IPv4 address or an IPv6 address in brackets";

test.each([
  ["", `is empty; expected ${forms}`],
  ["example.com:8080", '"example.com:8080" is not valid; expected a domain without a port: example.com'],
  ["*.example.com:80", '"*.example.com:80" is not valid; expected a domain without a port: *.example.com'],
  ["*:80", '"*:80" is not valid; expected a domain without a port: *'],
  ["10.0.0.1:80", '"10.0.0.1:80" is not valid; expected a domain without a port: 10.0.0.1'],
  ["[::1]:80", '"[::1]:80" is not valid; expected a domain without a port: [::1]'],
  ["example.com:", '"example.com:" is not valid; expected a domain without a port: example.com'],
  ["::1", '"::1" is not valid; expected an IPv6 address in brackets: [::1]'],
  ["https://example.com", `"https://example.com" is not valid; expected ${forms}`],
  ["example.com/path", `"example.com/path" is not valid; expected ${forms}`],
  ["example..com", `"example..com" is not valid; expected ${forms}`],
  ["example.com.", `"example.com." is not valid; expected ${forms}`],
  [".example.com", `".example.com" is not valid; expected ${forms}`],
  ["*example.com", `"*example.com" is not valid; expected ${forms}`],
  ["*.", `"*." is not valid; expected ${forms}`],
  ["a.*.com", `"a.*.com" is not valid; expected ${forms}`],
  ["10.0.0", `"10.0.0" is not valid; expected ${forms}`],
  ["256.0.0.1", `"256.0.0.1" is not valid; expected ${forms}`],
  ["[10.0.0.1]", `"[10.0.0.1]" is not valid; expected ${forms}`],
  ["bücher.example", `"bücher.example" is not valid; expected ${forms}`],
  ["a b", `"a b" is not valid; expected ${forms}`],
  ["-a.example", `"-a.example" is not valid; expected ${forms}`],
])("domain refuses %j", (text, description) => {
  expect(domain("d", text)).toMatchObject([{ field: "d", description }]);
});

test.each(["10.0.0.1", "::1", "2001:db8::1", "billing", "billing.internal", "my_host"])(
  "address accepts %s",
  (text) => {
    expect(address("a", text)).toEqual([]);
  },
);

test.each(["", "10.1", "10.0.0.1:80", "[::1]", "billing.internal:80", "http://billing", "*.internal", "a b", "größe"])(
  "address refuses %j",
  (text) => {
    expect(address("a", text)).toHaveLength(1);
  },
);
