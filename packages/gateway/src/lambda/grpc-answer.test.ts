import { expect, test } from "vitest";
import { code } from "../grpc/status.js";
import { grpcStatusOf } from "./grpc-answer.js";

test.each([
  { status: undefined, want: { code: code.ok, message: "" } },
  { status: 102, want: { code: code.ok, message: "" } },
  { status: 200, want: { code: code.ok, message: "" } },
  { status: 202, want: { code: code.ok, message: "" } },
  { status: 204, want: { code: code.outOfRange, message: "why" } },
  { status: 400, want: { code: code.invalidArgument, message: "why" } },
  { status: 401, want: { code: code.permissionDenied, message: "why" } },
  { status: 403, want: { code: code.unauthenticated, message: "why" } },
  { status: 404, want: { code: code.notFound, message: "why" } },
  { status: 409, want: { code: code.alreadyExists, message: "why" } },
  { status: 410, want: { code: code.aborted, message: "why" } },
  { status: 412, want: { code: code.failedPrecondition, message: "why" } },
  { status: 429, want: { code: code.resourceExhausted, message: "why" } },
  { status: 500, want: { code: code.internal, message: "why" } },
  { status: 501, want: { code: code.unimplemented, message: "why" } },
  { status: 503, want: { code: code.unavailable, message: "why" } },
  { status: 504, want: { code: code.deadlineExceeded, message: "why" } },
  { status: 507, want: { code: code.dataLoss, message: "why" } },
  { status: 418, want: { code: code.unknown, message: "the function answered 418: why" } },
  { status: 502, want: { code: code.unknown, message: "the function answered 502: why" } },
  { status: 301, want: { code: code.unknown, message: "the function answered 301: why" } },
])("$status with a body is $want.code", ({ status, want }) => {
  expect(grpcStatusOf(status, Buffer.from("why"))).toEqual(want);
});
