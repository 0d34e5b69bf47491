import { expect, test } from "vitest";
import { wireProtocolOf } from "./wire-protocol.js";

test.each([
  { type: "application/grpc", want: "grpc" },
  { type: "application/grpc+proto", want: "grpc" },
  { type: "application/grpc+json", want: "grpc" },
  { type: "application/grpc+x", want: "grpc" },
  { type: "application/grpc;charset=utf-8", want: "grpc" },
  { type: "application/grpc+proto; a=b", want: "grpc" },
  { type: "Application/GRPC", want: "grpc" },
  { type: "application/grpc-web", want: "grpc-web" },
  { type: "application/grpc-web+proto", want: "grpc-web" },
  { type: "application/grpc-web-text", want: "grpc-web-text" },
  { type: "application/grpc-web-text+proto", want: "grpc-web-text" },
  { type: "application/grpcfoo", want: "http" },
  { type: "application/grpc-webx", want: "http" },
  { type: "application/grpc+", want: "http" },
  { type: "application/json", want: "http" },
  { type: "", want: "http" },
  { type: undefined, want: "http" },
])("$type is $want", ({ type, want }) => {
  expect(wireProtocolOf(type)).toBe(want);
});
