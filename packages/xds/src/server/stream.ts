import { invalidArgument, resourceExhausted, serviceErrorOf, type DomainError, type Logger } from "@protomesh/core";
import type { ServerDuplexStream } from "@grpc/grpc-js";
import type { Observable, Subscription } from "rxjs";
import type { Answer, Push } from "../session/push.js";
import type { NodeIdentity } from "../session/request.js";
import type { Session } from "../session/session.js";
import type { Snapshot } from "../snapshot/snapshot.js";

/** What a stream needs of a request. */
interface StreamRequest {
  readonly node: NodeIdentity | undefined;
  readonly typeUrl: string;
}

export interface StreamOptions<Request> {
  readonly session: Session<Request & StreamRequest>;
  /** The one type of the stream; undefined: each request says its type. */
  readonly typeUrl: string | undefined;
  /** The snapshots for a node, now and each time they change. */
  readonly snapshotsFor: (node: NodeIdentity) => Observable<Snapshot>;
  readonly bytesOf: (push: Push) => Buffer;
  readonly events: StreamEvents;
  readonly log: Logger;
  /** In milliseconds, of a clock that only goes forward. */
  readonly now: () => number;
}

/** What a stream tells of itself. */
export interface StreamEvents {
  readonly identified: (node: NodeIdentity) => void;
  /** A type is asked for the first time on the stream, of which nothing has been answered yet. */
  readonly asks: (typeUrl: string) => void;
  readonly pushed: (push: Push, bytes: number) => void;
  readonly answered: (typeUrl: string, answer: Answer) => void;
  /** A request has come, or a snapshot, and what followed from it has been sent as far as it can be. */
  readonly moved: () => void;
  readonly ended: () => void;
}

/** More types than there are: a client that invents them is not served on. */
const mostTypes = 64;
const unnamed: NodeIdentity = { id: "", cluster: "", userAgent: "" };

/**
 * Serves one stream: requests and snapshots go into the session, and what it says is next goes out whenever the client
 * takes more. While it does not, nothing is queued: the session works out the next push when there is room for it.
 */
export class DiscoveryStream<Request extends StreamRequest> {
  readonly #call: ServerDuplexStream<Request, Buffer>;
  readonly #options: StreamOptions<Request>;
  #snapshots: Subscription | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isWriting = false;
  #hasEnded = false;

  constructor(call: ServerDuplexStream<Request, Buffer>, options: StreamOptions<Request>) {
    this.#call = call;
    this.#options = options;
    call.on("data", (request: Request) => this.guard(() => this.receive(request)));
    call.on("end", () => this.end());
    // grpc-js does not always tell of a cancelled call by `cancelled`; `close` it never leaves out.
    call.on("cancelled", () => this.release());
    call.on("close", () => this.release());
    call.on("error", () => this.release());
  }

  /** Ends the stream in good order: the client is free to open another, here or elsewhere. */
  end(): void {
    if (this.#hasEnded) return;
    this.release();
    this.#call.end();
  }

  private receive(request: Request): void {
    if (this.#hasEnded) return;
    const { session, events } = this.#options;
    const typeUrl = this.typeOf(request);
    if (this.#snapshots === undefined) events.identified(request.node ?? unnamed);
    if (!session.types.has(typeUrl)) events.asks(typeUrl);
    this.#snapshots ??= this.follow(request.node ?? unnamed);
    const answer = session.receive({ ...request, typeUrl });
    if (answer !== undefined) events.answered(typeUrl, answer);
    events.moved();
    this.pump();
  }

  private typeOf({ typeUrl }: Request): string {
    const expected = this.#options.typeUrl;
    if (typeUrl === "" && expected === undefined) throw invalidType(typeUrl, "the type that the request is about");
    if (typeUrl !== "" && expected !== undefined && typeUrl !== expected) throw invalidType(typeUrl, expected);
    const { types } = this.#options.session;
    const type = expected ?? typeUrl;
    if (!types.has(type) && types.size >= mostTypes)
      throw resourceExhausted(`more than ${mostTypes} types on a stream`);
    return type;
  }

  /** From a stream's first request on, which is the only one to say whose it is. */
  private follow(node: NodeIdentity): Subscription {
    const { session, snapshotsFor } = this.#options;
    return snapshotsFor(node).subscribe((snapshot) =>
      this.guard(() => {
        session.publish(snapshot);
        this.pump();
      }),
    );
  }

  /** Sends what is due, one message at a time: the next one once the transport has taken the last. */
  private pump(): void {
    if (this.#isWriting || this.#hasEnded) return;
    const { session, now, bytesOf, events } = this.#options;
    clearTimeout(this.#timer);
    const push = session.next(now());
    if (push === undefined) {
      this.sleepUntil(session.wakeAtMs(now()));
      events.moved();
      return;
    }
    const bytes = bytesOf(push);
    this.#isWriting = true;
    events.pushed(push, bytes.length);
    this.#call.write(bytes, () => {
      this.#isWriting = false;
      this.guard(() => this.pump());
    });
  }

  private sleepUntil(wakeAtMs: number | undefined): void {
    if (wakeAtMs === undefined) return;
    this.#timer = setTimeout(() => this.guard(() => this.pump()), Math.max(0, wakeAtMs - this.#options.now()));
  }

  /** Whatever goes wrong on a stream ends that stream, with a status. */
  private guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#call.emit("error", serviceErrorOf(error, this.#options.log));
    }
  }

  private release(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    this.#snapshots?.unsubscribe();
    this.#options.events.ended();
  }
}

function invalidType(typeUrl: string, expected: string): DomainError {
  return invalidArgument([{ field: "type_url", description: `is ${JSON.stringify(typeUrl)}, expected ${expected}` }]);
}
