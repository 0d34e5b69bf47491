import type { ConnectionState } from "@protomesh/core";

/**
 * What people are told of the connection: once when it is lost or cannot be made, and once when it is back.
 * @param before the state before; undefined at the start
 * @returns undefined when there is nothing new to say
 */
export function connectionNews(server: string, interrupted: boolean, state: ConnectionState): string | undefined {
  switch (state.state) {
    case "connecting":
      return undefined;
    case "interrupted":
      return interrupted ? undefined : `no connection to the store at ${server} (${state.reason}); trying on`;
    case "live":
      return interrupted ? `connected to the store at ${server} again, at revision ${state.revision}` : undefined;
  }
}
