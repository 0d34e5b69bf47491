import { expect, test } from "vitest";
import { clientProgramOf } from "./client-program.js";

test.each([
  { userAgent: "envoy 1.40.0", want: "envoy" },
  { userAgent: "", want: "envoy" },
  { userAgent: "grpcurl", want: "envoy" },
  { userAgent: "gRPC Node Pure JS 1.14.1", want: "grpc" },
  { userAgent: "gRPC Go 1.70.0", want: "grpc" },
  { userAgent: "gRPC Java 1.70.0", want: "grpc" },
  { userAgent: "gRPC C-core linux 1.70.0", want: "grpc" },
])("$userAgent reads what is for $want", ({ userAgent, want }) => {
  expect(clientProgramOf(userAgent)).toBe(want);
});
