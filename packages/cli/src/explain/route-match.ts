import type { PathMatch } from "@protomesh/xds";

/** Whether Envoy takes a path, without its query, for what a route asks for. */
export function takesPath({ kind, value }: PathMatch, path: string): boolean {
  switch (kind) {
    case "path":
      return path === value;
    case "prefix":
      return path.startsWith(value);
    case "pathSeparatedPrefix":
      return path.startsWith(value) && (path.length === value.length || path[value.length] === "/");
  }
}

/** The path that the service is asked for. */
export function rewrittenPath({ value, rewrite }: PathMatch, path: string): string {
  return rewrite === "" ? path : rewrite + path.slice(value.length);
}
