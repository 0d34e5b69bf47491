import { isIP, isIPv4, isIPv6 } from "node:net";
import { violation, type RuleViolation } from "./violation.js";

const labelForm = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/** A DNS name in ASCII. One whose last label is a number would be a damaged IPv4 address, such as `10.1`. */
function isHostName(text: string): boolean {
  const labels = text.split(".");
  return text.length <= 253 && labels.every((part) => labelForm.test(part)) && !/^\d+$/.test(labels.at(-1) ?? "");
}

/** Where an instance is: an IP address without brackets, or a host name, never with a port. */
export function address(field: string, value: string): RuleViolation[] {
  if (isIP(value) !== 0 || isHostName(value)) return [];
  const expected = "an IP address or a host name (punycode where it is not ASCII), without brackets and port";
  return [violation(field, value, expected)];
}

/**
 * Which hosts a routing policy is for: `*`, `*.SUFFIX`, a host name, an IPv4 address or an IPv6 address in brackets, as
 * it stands in a Host header. A port is stripped from that header before it is compared, so a domain with one would
 * never match.
 */
export function domain(field: string, value: string): RuleViolation[] {
  if (isDomain(value)) return [];
  return [violation(field, value, expectedInstead(value))];
}

function isDomain(text: string): boolean {
  if (text === "*" || isIPv4(text)) return true;
  if (text.startsWith("[") && text.endsWith("]")) return isIPv6(text.slice(1, -1));
  return isHostName(text.startsWith("*.") ? text.slice(2) : text);
}

function expectedInstead(text: string): string {
  if (isIPv6(text)) return `an IPv6 address in brackets: [${text}]`;
  const withoutPort = /^(.*):\d*$/.exec(text)?.[1];
  if (withoutPort !== undefined && isDomain(withoutPort)) return `a domain without a port: ${withoutPort}`;
  return "*, *.SUFFIX, a host name (punycode where it is not ASCII), an IPv4 address or an IPv6 address in brackets";
}
