import { headerOf, type HeaderPairs } from "../front/header-pairs.js";
import { code, ok, statusMessageOf, type GrpcStatus } from "../grpc/status.js";
import type { Answer } from "./answer.js";
import { bytesOfBase64, unpaddedBase64 } from "./base64.js";

/** What functions mean by their status codes in gRPC calls; fixed by the functions that exist. */
const codes: ReadonlyMap<number, number> = new Map([
  [204, code.outOfRange],
  [400, code.invalidArgument],
  [401, code.permissionDenied],
  [403, code.unauthenticated],
  [404, code.notFound],
  [409, code.alreadyExists],
  [410, code.aborted],
  [412, code.failedPrecondition],
  [429, code.resourceExhausted],
  [500, code.internal],
  [501, code.unimplemented],
  [503, code.unavailable],
  [504, code.deadlineExceeded],
  [507, code.dataLoss],
]);

/** The status code by which a function says "a message, and more to come". */
export const moreToCome = 102;

/** The status of an answer: what the function set on purpose, where it may, else by its status code. */
export function answerStatusOf({ statusCode, headers, trailers, body }: Answer, setsGrpcStatus: boolean): GrpcStatus {
  const set = setsGrpcStatus ? (setStatusOf(trailers) ?? setStatusOf(headers)) : undefined;
  return set ?? grpcStatusOf(statusCode, body);
}

/** The status that `grpc-status` names, with its message and details; undefined where there is none. */
export function setStatusOf(pairs: HeaderPairs): GrpcStatus | undefined {
  const text = headerOf(pairs, "grpc-status");
  if (text === undefined) return undefined;
  if (!/^\d{1,2}$/.test(text) || Number(text) > 16) {
    return { code: code.unknown, message: `the function set the grpc-status ${JSON.stringify(text)}` };
  }
  const message = statusMessageOf(headerOf(pairs, "grpc-message") ?? "");
  const bytes = bytesOfBase64(headerOf(pairs, "grpc-status-details-bin") ?? "");
  const status = { code: Number(text), message };
  return bytes === undefined || bytes.length === 0 ? status : { ...status, details: unpaddedBase64(bytes) };
}

/** The status that a status code means: the body is the message, except where the call goes well. */
export function grpcStatusOf(statusCode: number | undefined, body: Buffer): GrpcStatus {
  if (statusCode === undefined || statusCode === moreToCome) return ok;
  const known = codes.get(statusCode);
  if (known !== undefined) return { code: known, message: body.toString() };
  if (statusCode >= 200 && statusCode < 300) return ok;
  const text = body.length === 0 ? "" : `: ${body.toString()}`;
  return { code: code.unknown, message: `the function answered ${statusCode}${text}` };
}
