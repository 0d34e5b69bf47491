import { status, type ServerWritableStream } from "@grpc/grpc-js";
import { HealthCheckResponse_ServingStatus as Serving, HealthService } from "../api.js";
import type { HealthCheckRequest, HealthCheckResponse, HealthServer } from "../api.js";
import type { Scope } from "../lifecycle/program.js";
import type { Readiness } from "../lifecycle/readiness.js";
import type { ServedService } from "./grpc-server.js";

/**
 * `grpc.health.v1.Health` over a program's readiness: the server as a whole and each of `serviceNames` serve while the
 * program is ready. Watches end when the program drains, so that they do not hold it up.
 */
export function healthService(scope: Scope, serviceNames: readonly string[]): ServedService {
  const known = new Set(["", ...serviceNames]);
  let now: Readiness = { ready: false, parts: {} };
  const following = scope.readiness.subscribe((readiness) => {
    now = readiness;
  });
  scope.own("health service", () => following.unsubscribe());

  const implementation: HealthServer = {
    check: ({ request }, callback) => {
      if (known.has(request.service)) callback(null, responseOf(now));
      else callback({ code: status.NOT_FOUND, details: `unknown service "${request.service}"` });
    },
    watch: (call) => {
      if (known.has(call.request.service)) follow(scope, call);
      else call.write({ status: Serving.SERVICE_UNKNOWN });
    },
  };
  return { definition: HealthService, implementation };
}

function follow(scope: Scope, call: ServerWritableStream<HealthCheckRequest, HealthCheckResponse>): void {
  let last: HealthCheckResponse["status"] | undefined;
  const changes = scope.readiness.subscribe((readiness) => {
    const response = responseOf(readiness);
    if (response.status === last) return;
    last = response.status;
    call.write(response);
  });
  const end = (): void => void call.end();
  scope.draining.addEventListener("abort", end, { once: true });
  call.on("close", () => {
    scope.draining.removeEventListener("abort", end);
    changes.unsubscribe();
  });
}

function responseOf({ ready }: Readiness): HealthCheckResponse {
  return { status: ready ? Serving.SERVING : Serving.NOT_SERVING };
}
