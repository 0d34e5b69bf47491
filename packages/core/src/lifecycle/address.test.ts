import { expect, test } from "vitest";
import { formatAddress, parseAddress } from "./address.js";

test.each([
  { text: "127.0.0.1:6680", want: { host: "127.0.0.1", port: 6680 } },
  { text: "localhost:0", want: { host: "localhost", port: 0 } },
  { text: ":7011", want: { host: "0.0.0.0", port: 7011 } },
  { text: "[::1]:5770", want: { host: "::1", port: 5770 } },
])("parseAddress reads $text", ({ text, want }) => {
  expect(parseAddress(text)).toEqual(want);
});

test.each(["", "localhost", "localhost:", "localhost:65536", "::1:80", "a:b", "http://localhost:80"])(
  "parseAddress refuses %j and says what it expected",
  (text) => {
    expect(() => parseAddress(text)).toThrow(`"${text}" is no address: expected host:port`);
  },
);

test("formatAddress puts an IPv6 host in brackets", () => {
  expect([formatAddress("::1", 80), formatAddress("edge", 80)]).toEqual(["[::1]:80", "edge:80"]);
});
