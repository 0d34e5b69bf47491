import { expect, test } from "vitest";
import { sniffed } from "./sniff.js";

test.each([
  { bytes: "", want: undefined },
  { bytes: "\x16", want: "tls" },
  { bytes: "\x16\x03\x01\x02\x00", want: "tls" },
  { bytes: "P", want: undefined },
  { bytes: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r", want: undefined },
  { bytes: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", want: "h2c" },
  { bytes: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0", want: "h2c" },
  { bytes: "PO", want: "http1" },
  { bytes: "PRI * HTTP/1.1\r\n", want: "http1" },
  { bytes: "GET / HTTP/1.1\r\n", want: "http1" },
  { bytes: "\x15", want: "http1" },
])("a connection that begins with $bytes speaks $want", ({ bytes, want }) => {
  expect(sniffed(Buffer.from(bytes, "latin1"))).toBe(want);
});
