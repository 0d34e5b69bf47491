/**
 * What reads the configuration: Envoy, which opens ports, or gRPC within a program, which calls services by their names
 * and rejects what it does not know.
 */
export type ClientProgram = "envoy" | "grpc";

/** The program of a node, after how it names itself: `gRPC Node Pure JS`, `gRPC Go`, …; all others are as Envoy. */
export function clientProgramOf(userAgent: string): ClientProgram {
  return /^grpc\b/i.test(userAgent) ? "grpc" : "envoy";
}
