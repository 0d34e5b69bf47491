/** How a request is to be understood, by its content type. */
export type WireProtocol = "grpc" | "grpc-web" | "grpc-web-text" | "http";

const grpcType = /^application\/(grpc|grpc-web|grpc-web-text)(?:\+[^\s;,]+)?\s*(?:;.*)?$/i;

/** gRPC where the type is `application/grpc`, with `+anything` and `;parameters`; never `application/grpcfoo`. */
export function wireProtocolOf(contentType: string | undefined): WireProtocol {
  const type = grpcType.exec(contentType ?? "")?.[1]?.toLowerCase();
  return type === "grpc" || type === "grpc-web" || type === "grpc-web-text" ? type : "http";
}
