import { hostname, userInfo } from "node:os";
import { InterceptingCall, type Interceptor } from "@grpc/grpc-js";
import { ResourceStoreService } from "@protomesh/core/api";
import { Option } from "commander";
import { exitCode } from "../exit-code.js";
import { Failure } from "../failure.js";
import type { StoreOptions } from "./store-options.js";

const { put, drop, apply, rollback } = ResourceStoreService;
const writes: ReadonlySet<string> = new Set([put.path, drop.path, apply.path, rollback.path]);
/** What a store takes. */
const longestBytes = 253;
const unprintable = /[\p{C}\p{Zl}\p{Zp}]/u;

/** What commands that write take besides. */
export function authorOption(): Option {
  return new Option("--author <name>", "who writes, as the history tells it; default: user@host, '': nobody");
}

/**
 * Sends with every write who writes: a claim, which a client certificate that the store checks goes before.
 * @throws Failure for a name that the store would refuse
 */
export function withAuthor({ author = userAtHost() }: Pick<StoreOptions, "author">): Interceptor {
  if (Buffer.byteLength(author) > longestBytes || unprintable.test(author)) {
    const expected = `expected at most ${longestBytes} bytes of printable characters`;
    throw new Failure(exitCode.usage, `the author ${JSON.stringify(author)}: ${expected}`, {
      next: "give another: --author, PROTOMESH_AUTHOR or the context's author.",
    });
  }
  return (options, nextCall) =>
    new InterceptingCall(nextCall(options), {
      start: (metadata, listener, next) => {
        if (author !== "" && writes.has(options.method_definition.path)) {
          // Names may be of any alphabet, which plain metadata does not carry.
          metadata.set("protomesh-author-bin", Buffer.from(author));
        }
        next(metadata, listener);
      },
    });
}

/** As far as the machine knows them. */
function userAtHost(): string {
  const name = `${userName()}@${hostname()}`.replaceAll(new RegExp(unprintable, "gu"), "?");
  return Buffer.byteLength(name) > longestBytes ? name.slice(0, Math.floor(longestBytes / 4)) : name;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in the system's list of users, as containers have.
    return String(process.getuid?.() ?? "unknown");
  }
}
