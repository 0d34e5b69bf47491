import { readFileSync } from "node:fs";
import { InterceptingCall, type Interceptor } from "@grpc/grpc-js";
import { exitCode } from "../exit-code.js";
import { Failure } from "../failure.js";
import type { StoreOptions } from "./store-options.js";

type TokenOptions = Pick<StoreOptions, "token" | "tokenFile" | "server" | "tls" | "ca" | "cert">;

/**
 * The token that says who calls; undefined: none is given. A file goes before a value, as a file can be renewed.
 * @throws Failure where the file has none, or where the token would go over the network in the clear
 */
export function bearerToken({ token, tokenFile, server, tls, ca, cert }: TokenOptions): string | undefined {
  const given = tokenFile === undefined ? token : contentOf(tokenFile);
  if (given === undefined) return undefined;
  const trimmed = given.trim();
  if (!/^[\x21-\x7e]+$/.test(trimmed)) {
    const where = tokenFile === undefined ? "PROTOMESH_TOKEN, or the context," : `--token-file ${tokenFile}`;
    throw new Failure(exitCode.usage, `${where} holds no token: expected one word of ASCII`);
  }
  if (tls !== true && ca === undefined && cert === undefined && !isLoopback(server)) {
    throw new Failure(exitCode.usage, `a token would go to ${server} in the clear`, {
      next: "speak TLS to the store: --tls, or --ca with its CA bundle.",
    });
  }
  return trimmed;
}

/** Sends the token with every call. */
export function withBearerToken(token: string): Interceptor {
  return (options, nextCall) =>
    new InterceptingCall(nextCall(options), {
      start: (metadata, listener, next) => {
        metadata.set("authorization", `Bearer ${token}`);
        next(metadata, listener);
      },
    });
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Failure(exitCode.usage, `--token-file ${file} cannot be read`, {
      details: [error instanceof Error ? error.message : String(error)],
      cause: error,
    });
  }
}

function isLoopback(server: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i.test(server);
}
