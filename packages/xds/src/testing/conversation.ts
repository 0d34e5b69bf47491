import { deltaTypeSession } from "../session/delta-type-sessions.js";
import type { Answer, Push } from "../session/push.js";
import type { DeltaRequest, SotwRequest } from "../session/request.js";
import { Session } from "../session/session.js";
import { SotwTypeSession } from "../session/sotw-type-session.js";
import { ResourceMap } from "../snapshot/resource-map.js";
import { emptySnapshot, type Snapshot } from "../snapshot/snapshot.js";
import { isTakenInPart, isWholeSet, typeUrls, xdsTypeOf, type XdsType } from "../snapshot/xds-type.js";
import { holding, xdsResource, type XdsResource } from "../snapshot/xds-resource.js";

/** Resources by type, each as its name and a digit that says which version: `{ cluster: "a1 b2", listener: "a1@80" }`. */
export type Contents = Partial<Record<XdsType, string>>;

export const patienceMs = 5_000;
export const portRetryMs = 15_000;

/** What is common to talks with a session: it answers each event with the pushes that follow from it, as text. */
abstract class Conversation<Request extends { readonly typeUrl: string }> {
  protected readonly session: Session<Request>;
  readonly answers: Answer[] = [];
  readonly #pushes: Push[] = [];
  #revision = 0n;
  #nowMs = 1_000;

  constructor(session: Session<Request>) {
    this.session = session;
  }

  /** A new snapshot with these contents and nothing else; `announced` are ingresses whose virtual hosts come on demand. */
  publish(contents: Contents, announced: readonly XdsResource[] = []): string[] {
    return this.bring(snapshotOf(contents, ++this.#revision, announced));
  }

  /** A snapshot that others have, too. */
  bring(snapshot: Snapshot): string[] {
    this.session.publish(snapshot);
    return this.pushes();
  }

  /** The client accepts its newest response of a type. */
  abstract ack(type: XdsType): string[];

  /** Time passes. */
  wait(ms: number): string[] {
    this.#nowMs += ms;
    return this.pushes();
  }

  /** When the session wants to be asked again, in milliseconds from now. */
  get wakesInMs(): number | undefined {
    const at = this.session.wakeAtMs(this.#nowMs);
    return at === undefined ? undefined : at - this.#nowMs;
  }

  /** By type URL: how the server has it. */
  get types(): Session<Request>["types"] {
    return this.session.types;
  }

  /** The newest response of a type. */
  last(type: XdsType): Push {
    const push = this.#pushes.findLast(({ typeUrl }) => typeUrl === typeUrls[type]);
    if (push === undefined) throw new Error(`there was no response of ${type}`);
    return push;
  }

  nonces(type: XdsType): string[] {
    return this.#pushes.filter(({ typeUrl }) => typeUrl === typeUrls[type]).map(({ nonce }) => nonce);
  }

  protected take(request: Request): string[] {
    const answer = this.session.receive(request);
    if (answer !== undefined) this.answers.push(answer);
    return this.pushes();
  }

  private pushes(): string[] {
    const pushes: Push[] = [];
    for (let push = this.session.next(this.#nowMs); push !== undefined; push = this.session.next(this.#nowMs))
      pushes.push(push);
    this.#pushes.push(...pushes);
    return pushes.map(textOf);
  }
}

type SotwDetails = Partial<Pick<SotwRequest, "nonce" | "error" | "version">>;

/** A client of the state-of-the-world protocol. */
export class SotwConversation extends Conversation<SotwRequest> {
  readonly #names = new Map<XdsType, readonly string[]>();

  /** @param aggregated false: on a stream for one type */
  constructor(aggregated = true) {
    super(
      new Session({
        aggregated,
        patienceMs,
        portRetryMs,
        typeSession: (type) => new SotwTypeSession(isWholeSet(type), isTakenInPart(type)),
      }),
    );
  }

  /** Asks for names of a type; without further details it has seen no response yet. */
  request(type: XdsType, names: readonly string[], { nonce = "", version = "", error }: SotwDetails = {}): string[] {
    this.#names.set(type, names);
    return this.take({ typeUrl: typeUrls[type], node: undefined, names, version, nonce, error });
  }

  /** Asks for other names, having accepted the newest response. */
  change(type: XdsType, names: readonly string[]): string[] {
    return this.request(type, names, { nonce: this.last(type).nonce });
  }

  ack(type: XdsType): string[] {
    return this.change(type, this.#names.get(type) ?? []);
  }

  nack(type: XdsType, error = "no", names = this.#names.get(type) ?? []): string[] {
    return this.request(type, names, { nonce: this.last(type).nonce, error });
  }
}

interface DeltaDetails extends Partial<Pick<DeltaRequest, "subscribe" | "unsubscribe" | "nonce" | "error">> {
  readonly held?: Readonly<Record<string, string>>;
}

/** A client of the incremental protocol. */
export class DeltaConversation extends Conversation<DeltaRequest> {
  constructor() {
    super(new Session({ aggregated: true, patienceMs, portRetryMs, typeSession: deltaTypeSession }));
  }

  request(
    type: XdsType,
    { subscribe = [], unsubscribe = [], held = {}, nonce = "", error }: DeltaDetails = {},
  ): string[] {
    const request = { node: undefined, subscribe, unsubscribe, held: new Map(Object.entries(held)), nonce, error };
    return this.take({ ...request, typeUrl: typeUrls[type] });
  }

  ack(type: XdsType): string[] {
    return this.request(type, { nonce: this.last(type).nonce });
  }

  nack(type: XdsType, error = "no", changes: DeltaDetails = {}): string[] {
    return this.request(type, { ...changes, nonce: this.last(type).nonce, error });
  }
}

/** The resource that a text such as `a1` stands for, or `a1@80` for one that holds a port, `a1@80s` for one with scopes. */
export function resourceOf(text: string): XdsResource {
  const [content = "", port] = text.split("@");
  const [name, version] = [content.slice(0, -1), content.slice(-1)];
  const sources = [{ id: `id-of-${name}`, index: BigInt(version) }];
  const resource = xdsResource(name, "example", Buffer.from(version), sources);
  if (port === undefined) return { ...resource, routes: name };
  return port.endsWith("s") ? holding(resource, port.slice(0, -1)) : { ...holding(resource, port), routes: name };
}

export function snapshotOf(contents: Contents, revision: bigint, announced: readonly XdsResource[] = []): Snapshot {
  const resources = Object.fromEntries(
    Object.entries(contents).map(([type, text]) => [
      type,
      ResourceMap.of(text.split(" ").filter(Boolean).map(resourceOf)),
    ]),
  );
  const all: Snapshot["resources"] = { ...emptySnapshot.resources, ...resources };
  const hosts = all["virtual-host"].with(announced.map((resource) => [resource.name, resource] as const));
  return { revision, resources: { ...all, "virtual-host": hosts } };
}

/** `cluster: a1 b1 -c`, in alphabetical order; removed names with a minus. */
function textOf({ typeUrl, resources, removed }: Push): string {
  const present = resources
    .filter(({ any }) => any.length > 0)
    .map(({ any, name }) => `${name}${Buffer.from(any).toString().slice(-1)}`)
    .sort();
  return `${xdsTypeOf(typeUrl) ?? typeUrl}: ${[...present, ...[...removed].sort().map((name) => `-${name}`)].join(" ")}`.trim();
}
