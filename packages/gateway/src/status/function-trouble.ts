import type { ServedRequest } from "../serve/served-request.js";

/** Why a policy's requests do not reach its functions, as far as it stands in a status. */
export type TroubleKind = "not-found" | "denied" | "throttled" | "over-limit";

/** What has gone wrong with a policy's requests since they last went well. */
export interface Trouble {
  readonly kind: TroubleKind;
  /** How often. */
  readonly count: number;
  /** The last time, in milliseconds since 1970, and in whose words. */
  readonly lastAt: number;
  readonly detail: string;
}

const kinds: ReadonlySet<string> = new Set<TroubleKind>(["not-found", "denied", "throttled", "over-limit"]);
/** Failures that tell nothing of whether a function can be invoked. */
const silent: ReadonlySet<string> = new Set(["aborted", "deadline", "unavailable", "too-large", "refused", "internal"]);

/** What a request tells of its policy's functions: trouble, that they answer, or nothing. */
export function toldBy({
  failure,
  invocations,
}: Pick<ServedRequest, "failure" | "invocations">): TroubleKind | "answers" | undefined {
  if (failure === undefined) return invocations > 0 ? "answers" : undefined;
  if (isTrouble(failure.kind)) return failure.kind;
  return silent.has(failure.kind) || invocations === 0 ? undefined : "answers";
}

function isTrouble(kind: string): kind is TroubleKind {
  return kinds.has(kind);
}
