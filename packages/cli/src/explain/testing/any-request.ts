import type { Dice } from "@protomesh/testing/dice";

const hosts = ["api.example.com", "API.example.com:8443", "a.api.example.com", "x.y.example.com", "example.com"];
const otherHosts = [
  "api.example.org",
  "127.0.0.9:1",
  "[::1]:80",
  "[::1]",
  "nobody.test",
  ".example.com",
  "*.example.com",
];
const paths = ["/", "/a", "/a/", "/a/b", "/a/bc", "/ab", "/abc/", "/a%20b", "/A/x", "/a/b/c/d", "/hello", "/hello/you"];
const otherPaths = [
  "/fn",
  "/fn/1",
  "/%61",
  "/a/./b",
  "/a/../ab",
  "/a//b",
  "/a/b?q=/hello",
  "/healthz",
  "/healthz?x",
  "/fn?a=b",
  "/a%2Fb",
  "/a/%7e%2D%5f",
  "/a/x%2Ey%2fz",
  "/a/%2e%2E/ab",
  "/a/%20%21%3f%C3%A9",
  "/a/b;x=1",
  "/z",
  "/z/open",
];
const methods = ["GET", "GET", "POST", "HEAD", "DELETE"];

/** What is asked of one of the ports. */
export interface Asked {
  readonly port: number;
  readonly method: string;
  /** The Host header, perhaps with a port that means nothing. */
  readonly host: string;
  readonly path: string;
}

export function anyRequest(dice: Dice, ports: readonly number[]): Asked {
  return {
    port: dice.pick(ports),
    method: dice.pick(methods),
    host: dice.pick([...hosts, ...otherHosts]),
    path: dice.pick([...paths, ...otherPaths]),
  };
}

/** The URL by which a person would ask for the same. */
export function urlOf({ host, port, path }: Asked): string {
  return `http://${host.replace(/(?<=[^:]):\d+$/, "")}:${port}${path}`;
}
