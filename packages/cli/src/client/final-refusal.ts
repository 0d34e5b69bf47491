import { status } from "@grpc/grpc-js";

const final: readonly (status | undefined)[] = [
  status.INVALID_ARGUMENT,
  status.PERMISSION_DENIED,
  status.UNAUTHENTICATED,
  status.UNIMPLEMENTED,
];

/** Whether trying the same again would be refused again. */
export function isFinalRefusal(code: status | undefined): boolean {
  return final.includes(code);
}
