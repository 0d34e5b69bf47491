import { Socket } from "node:net";
import type { ClientConfig } from "pg";
import pgListen from "pg-listen";
import { Observable } from "rxjs";
import type { DatabaseHost, Dsn } from "../database/dsn.js";
import { tlsOptionsOf } from "../database/tls.js";
import type { ListenEvent } from "./listen-event.js";
import { channel } from "./payload.js";

/** How often the listener speaks to itself, and how long it waits to be heard. */
const echoEveryMs = 10_000;
const echoWithinMs = 5_000;

/**
 * One connection that listens; fails when it is lost. Half-open ones are found by an echo: a notice to itself, which proves
 * the whole way, where a query alone would prove the connection only.
 *
 * pg-listen's own reconnecting is not used: it stays with one host, and it cannot be told that a connection is dead.
 */
export function listenOnce(dsn: Dsn, host: DatabaseHost): Observable<ListenEvent> {
  return new Observable<ListenEvent>((subscriber) => {
    const sockets: Socket[] = [];
    const stream = (): Socket => {
      const socket = new Socket();
      sockets.push(socket);
      return socket;
    };
    const listener = pgListen.default(configOf(dsn, host, stream), {
      paranoidChecking: false,
      parse: (payload) => payload,
      serialize: String,
      retryLimit: 1,
      retryTimeout: 0,
    });
    const echo = `echo:${Math.random().toString(36).slice(2)}`;
    let heard = true;
    let timer: NodeJS.Timeout | undefined;

    const fail = (error: unknown): void => subscriber.error(error);
    const sendEcho = (): void => {
      heard = false;
      listener.notify(channel, echo)?.catch(fail);
      timer = setTimeout(() => {
        if (!heard) fail(new Error(`a notice to itself did not come back in ${echoWithinMs} ms`));
        else timer = setTimeout(sendEcho, echoEveryMs - echoWithinMs);
      }, echoWithinMs);
    };

    listener.events.on("error", fail);
    listener.notifications.on(channel, (payload: unknown) => {
      if (payload === echo) heard = true;
      else if (typeof payload === "string") subscriber.next({ event: "payload", payload });
    });
    const begin = async (): Promise<void> => {
      await listener.connect();
      await listener.listenTo(channel);
      if (subscriber.closed) return;
      subscriber.next({ event: "listening" });
      timer = setTimeout(sendEcho, echoEveryMs);
    };
    begin().catch(fail);

    return () => {
      clearTimeout(timer);
      // Ending a connection politely waits for a peer that may be gone.
      listener.close().catch(() => undefined);
      for (const socket of sockets) socket.destroy();
    };
  });
}

function configOf(dsn: Dsn, { host, port }: DatabaseHost, stream: () => Socket): ClientConfig {
  const tls = tlsOptionsOf(dsn);
  return {
    host,
    port,
    ...(dsn.user !== undefined && { user: dsn.user }),
    ...(dsn.password !== undefined && { password: dsn.password }),
    ...(dsn.database !== undefined && { database: dsn.database }),
    ssl: tls === undefined ? false : { ...tls, servername: host },
    application_name: "protomesh-store listen",
    connectionTimeoutMillis: dsn.connectTimeoutMs,
    query_timeout: echoWithinMs,
    keepAlive: true,
    stream,
  };
}
