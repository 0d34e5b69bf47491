import type { handleServerStreamingCall, handleUnaryCall, ServerUnaryCall } from "@grpc/grpc-js";
import { serviceErrorOf, unavailable, type DomainError, type Logger } from "@protomesh/core";
import { DatabaseError, unavailableOf } from "../database/database-error.js";
import { CancelledWrite, type OnCancelled } from "../write/namespace-writer.js";

/** Where the messages of a server stream go. */
export interface MessageSink<Message> {
  write(message: Message, flushed: () => void): void;
  end(error: DomainError): void;
}

/** A unary RPC out of a function. (An AbortSignal would cost more than all the rest that is done here.) */
export function unary<Request, Response>(
  log: Logger,
  answer: (request: Request, onCancelled: OnCancelled, call: ServerUnaryCall<Request, Response>) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const onCancelled: OnCancelled = (act) => void call.once("cancelled", act);
    answer(call.request, onCancelled, call).then(
      (response) => callback(null, response),
      (error: unknown) => callback(errorOf(error, log)),
    );
  };
}

/**
 * A server stream out of a function that hands its messages to a sink, also after it has returned: the stream ends when the
 * client ends it, or with an error. `signal` is aborted when it is over, however.
 */
export function serverStream<Request, Message>(
  log: Logger,
  serve: (request: Request, sink: MessageSink<Message>, signal: AbortSignal) => Promise<void>,
): handleServerStreamingCall<Request, Message> {
  return (call) => {
    const over = new AbortController();
    // Asked for each message: a signal would cost more than all the rest that is done here.
    let ended = false;
    const finish = (): void => {
      ended = true;
      over.abort();
    };
    const end = (error: unknown): void => {
      finish();
      if (!call.destroyed) call.emit("error", errorOf(error, log));
    };
    // A cancelled call emits `cancelled` and then `close`; one that the server ends emits both, too.
    call.once("close", finish);
    const sink: MessageSink<Message> = {
      write: (message, flushed) => {
        call.write(message, (error?: Error | null) => {
          if (!error && !ended) flushed();
        });
      },
      end,
    };
    serve(call.request, sink, over.signal).catch(end);
  };
}

/**
 * A server stream out of a sequence that ends. The next message is asked for when the transport has taken the last one, so
 * that a slow client holds one; a client that goes away ends the sequence.
 */
export function finiteStream<Request, Message>(
  log: Logger,
  serve: (request: Request) => AsyncGenerator<Message, void>,
): handleServerStreamingCall<Request, Message> {
  return (call) => {
    const over = new Promise<"over">((resolve) => call.once("close", () => resolve("over")));
    const taken = async (message: Message): Promise<"taken" | "over"> =>
      Promise.race([over, new Promise<"taken">((resolve) => call.write(message, () => resolve("taken")))]);
    const run = async (): Promise<void> => {
      for await (const message of serve(call.request)) {
        if (call.cancelled || (await taken(message)) === "over") return;
      }
      call.end();
    };
    run().catch((error: unknown) => {
      if (!call.destroyed) call.emit("error", errorOf(error, log));
    });
  };
}

function errorOf(error: unknown, log: Logger): ReturnType<typeof serviceErrorOf> & Error {
  return Object.assign(new Error("request failed"), serviceErrorOf(answerable(error), log));
}

function answerable(error: unknown): unknown {
  if (error instanceof DatabaseError && error.failure !== "rejected") return unavailableOf(error);
  // Nobody hears it: the client has gone.
  return error instanceof CancelledWrite ? unavailable("cancelled before it was carried out", error) : error;
}
