import { createConnection, type Socket } from "node:net";
import type { DatabaseHost } from "./dsn.js";

/** The sockets of one pool, so that a connection whose peer fell silent can be cut. */
export class Sockets {
  readonly #open = new Set<Socket>();

  /** Begins to connect; what is written meanwhile is sent when the connection stands. */
  connect({ host, port }: DatabaseHost): Socket {
    const target = host.startsWith("/") ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
    const socket = Object.assign(createConnection({ ...target, noDelay: true }), { host });
    this.#open.add(socket);
    // The driver removes all listeners when it puts TLS over the socket; a cut of one that is gone does nothing.
    socket.once("close", () => this.#open.delete(socket));
    return socket;
  }

  /** Cuts every connection: what waits on one fails. */
  cut(reason: string): void {
    const error = Object.assign(new Error(reason), { code: "ETIMEDOUT" });
    for (const socket of this.#open) socket.destroy(error);
    this.#open.clear();
  }
}
