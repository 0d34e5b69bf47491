import type { FunctionTarget } from "../routes/policy.js";
import { apiPlaceOf, type ApiPlace } from "./api-place.js";
import type { ApiAnswer } from "./api-answer.js";
import type { Connections } from "./connections.js";
import { apiFailureOf, functionFailureOf } from "./invocation-failure.js";
import type { InvocationFailure, InvocationResult, Invoker, StreamingResult } from "./invoker.js";
import { encoded, RequestSigner, signedPathOf, signingTime } from "./request-signer.js";
import { SdkInvoker, type AwsOptions } from "./sdk-invoker.js";
import type { EndSignal } from "../ending.js";

/** By how much our clock may differ from Lambda's before requests are signed by Lambda's; AWS itself lets 5 minutes pass. */
const toleratedSkewMs = 4 * 60_000;

const agentHeader = ["user-agent", "protomesh-gateway"] as const;

/**
 * Invokes with the SDK's credentials, region and endpoint, but not through its client, whose middleware costs more than
 * all the rest of a request. Streamed answers, which are rarer and longer, go through the client.
 */
export class DirectInvoker implements Invoker {
  readonly #options: AwsOptions;
  readonly #connections: Connections;
  readonly #sdk: SdkInvoker;
  readonly #paths = new WeakMap<FunctionTarget, TargetPath>();
  #api: Promise<Api> | undefined;
  #skewMs = 0;
  #time = { second: 0, text: "" };

  constructor(options: AwsOptions, connections: Connections) {
    this.#options = options;
    this.#connections = connections;
    this.#sdk = new SdkInvoker(options, connections);
  }

  async invoke(target: FunctionTarget, payload: Uint8Array, signal: EndSignal): Promise<InvocationResult> {
    if (signal.aborted) return { kind: "aborted" };
    try {
      const { place, signer } = await this.#place();
      const credentials = await this.#sdk.credentials();
      const { path, query, signedPath } = this.#pathOf(target, place);
      const time = this.#now();
      const token = credentials.sessionToken;
      const signed: (readonly [string, string])[] = [
        ["content-type", "application/octet-stream"],
        ["host", place.host],
        ["x-amz-date", time],
      ];
      if (token !== undefined) signed.push(["x-amz-security-token", token]);
      const request = { method: "POST", signedPath, query, headers: signed, payload };
      const headers = ["authorization", signer.authorization(request, time, credentials), ...agentHeader];
      for (const [name, value] of signed) headers.push(name, value);
      const answer = await this.#connections.request(
        { origin: place.origin, path, method: "POST", headers, body: payload },
        signal,
      );
      return answer.status >= 200 && answer.status < 300 ? resultOf(answer) : this.#refusalOf(answer);
    } catch (error) {
      if (signal.aborted) return { kind: "aborted" };
      return { kind: "unavailable", detail: error instanceof Error ? error.message : String(error) };
    }
  }

  async invokeStreaming(target: FunctionTarget, payload: Uint8Array, signal: EndSignal): Promise<StreamingResult> {
    return this.#sdk.invokeStreaming(target, payload, signal);
  }

  async close(): Promise<void> {
    await this.#sdk.close();
  }

  /** Found once; what cannot be found is looked for again with the next invocation. */
  async #place(): Promise<Api> {
    this.#api ??= apiPlaceOf(this.#options).then(
      (place) => ({ place, signer: new RequestSigner(place.signingRegion) }),
      (error: unknown) => {
        this.#api = undefined;
        throw error;
      },
    );
    return this.#api;
  }

  #pathOf(target: FunctionTarget, { basePath }: ApiPlace): TargetPath {
    const known = this.#paths.get(target);
    if (known !== undefined) return known;
    const { functionName, qualifier } = target;
    const bare = `${basePath}/2015-03-31/functions/${encoded(functionName)}/invocations`;
    const query = qualifier === undefined ? "" : `Qualifier=${encoded(qualifier)}`;
    const made = { path: query === "" ? bare : `${bare}?${query}`, query, signedPath: signedPathOf(bare) };
    this.#paths.set(target, made);
    return made;
  }

  #now(): string {
    const now = Date.now() + this.#skewMs;
    const second = Math.floor(now / 1_000);
    if (second !== this.#time.second) this.#time = { second, text: signingTime(now) };
    return this.#time.text;
  }

  #refusalOf({ status, headers, body }: ApiAnswer<Buffer>): InvocationFailure {
    const theirs = Date.parse(headerOf(headers, "date") ?? "");
    const skewMs = theirs - Date.now();
    if (status === 403 && Math.abs(skewMs - this.#skewMs) > toleratedSkewMs) this.#skewMs = skewMs;
    const type = (headerOf(headers, "x-amzn-errortype") ?? "Error").replace(/:.*$/, "");
    return apiFailureOf(status, type, messageOf(body), headerOf(headers, "retry-after"));
  }
}

interface Api {
  readonly place: ApiPlace;
  readonly signer: RequestSigner;
}

/** Where a function is invoked; made once for each. */
interface TargetPath {
  /** With the query. */
  readonly path: string;
  readonly query: string;
  readonly signedPath: string;
}

function resultOf({ headers, body }: ApiAnswer<Buffer>): InvocationResult {
  if (headerOf(headers, "x-amz-function-error") !== undefined) return functionFailureOf(body);
  return { kind: "answered", payload: body };
}

function headerOf(headers: ApiAnswer<unknown>["headers"], name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** What an error of the Lambda API says: `Message` or `message` of its JSON, else its text. */
function messageOf(body: Buffer): string {
  const text = body.toString();
  try {
    const described: unknown = JSON.parse(text);
    if (typeof described !== "object" || described === null) return text;
    const message: unknown = Reflect.get(described, "message") ?? Reflect.get(described, "Message");
    return typeof message === "string" ? message : text;
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
