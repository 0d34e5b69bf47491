import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { credentials, type ChannelCredentials, type MethodDefinition, type ServiceError } from "@grpc/grpc-js";
import { storeChannelOptions } from "@protomesh/core";
import { ResourceStoreClient } from "@protomesh/core/api";
import { exitCode } from "../exit-code.js";
import { Failure } from "../failure.js";
import type { Surroundings } from "../surroundings.js";
import { withAuthor } from "./author.js";
import { bearerToken, withBearerToken } from "./bearer-token.js";
import { storeFailure } from "./store-failure.js";
import type { StoreOptions } from "./store-options.js";

/** A unary method, as a generated service definition has it: `ResourceStoreService.get`. */
type Method<Request, Response> = Pick<
  MethodDefinition<Request, Response>,
  "path" | "requestSerialize" | "responseDeserialize"
>;

/** The store, as one command speaks to it. */
export interface StoreSession {
  readonly client: ResourceStoreClient;
  /** A unary call's answer, within the timeout. @throws Failure */
  readonly call: <Request, Response>(method: Method<Request, Response>, request: Request) => Promise<Response>;
  /** In milliseconds, of one call. */
  readonly timeout: number;
  readonly interrupted: AbortSignal;
  /** How an error of a call is told. */
  readonly failure: (error: ServiceError) => Failure;
}

/** Opens the store for as long as `use` takes. */
export async function withStore<Result>(
  options: StoreOptions,
  { interrupted }: Surroundings,
  use: (session: StoreSession) => Promise<Result>,
): Promise<Result> {
  const { server, serverName, timeout } = options;
  const token = bearerToken(options);
  const client = new ResourceStoreClient(server, channelCredentials(options), {
    ...storeChannelOptions,
    interceptors: [withAuthor(options), ...(token === undefined ? [] : [withBearerToken(token)])],
    ...(serverName !== undefined && {
      "grpc.ssl_target_name_override": serverName,
      "grpc.default_authority": serverName,
    }),
  });
  const call = async <Request, Response>(
    { path, requestSerialize, responseDeserialize }: Method<Request, Response>,
    request: Request,
  ): Promise<Response> =>
    new Promise<Response>((resolve, reject) => {
      const answered = (error: ServiceError | null, response?: Response): void => {
        interrupted.removeEventListener("abort", cancel);
        if (error !== null) reject(storeFailure(error, options));
        else if (response !== undefined) resolve(response);
      };
      const deadline = Date.now() + timeout;
      const running = client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        { deadline },
        answered,
      );
      const cancel = (): void => running.cancel();
      interrupted.addEventListener("abort", cancel);
    });
  try {
    return await use({ client, call, timeout, interrupted, failure: (error) => storeFailure(error, options) });
  } finally {
    client.close();
  }
}

function channelCredentials({ tls, ca, cert, key }: StoreOptions): ChannelCredentials {
  if ((cert === undefined) !== (key === undefined)) {
    throw new Failure(exitCode.usage, "--cert and --key belong together: give both or neither");
  }
  if (!tls && ca === undefined && cert === undefined) return credentials.createInsecure();
  const files = { ca: certificates("--ca", ca), key: pem("--key", key), cert: certificates("--cert", cert) };
  try {
    return credentials.createSsl(files.ca, files.key, files.cert);
  } catch (error) {
    throw new Failure(exitCode.usage, "TLS cannot be spoken with these files", {
      details: [error instanceof Error ? error.message : String(error)],
      next: "see that --key is the key of --cert, and that both are PEM.",
      cause: error,
    });
  }
}

/** A file that begins with a certificate, which alone would say nothing where it is not one. */
function certificates(option: string, path: string | undefined): Buffer | null {
  const bytes = pem(option, path);
  if (bytes === null) return null;
  try {
    void new X509Certificate(bytes);
    return bytes;
  } catch (error) {
    throw new Failure(exitCode.usage, `${option} ${path} holds no certificate: expected PEM`, {
      details: [error instanceof Error ? error.message : String(error)],
      cause: error,
    });
  }
}

function pem(option: string, path: string | undefined): Buffer | null {
  if (path === undefined) return null;
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Failure(exitCode.usage, `${option} ${path} cannot be read`, {
      details: [error instanceof Error ? error.message : String(error)],
      cause: error,
    });
  }
}
