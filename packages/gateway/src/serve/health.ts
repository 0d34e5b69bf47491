import { HealthCheckRequest, HealthCheckResponse } from "@protomesh/core/api";
import { concatMap, distinctUntilChanged, firstValueFrom, fromEvent, lastValueFrom, map, takeUntil } from "rxjs";
import type { Observable } from "rxjs";
import { code, ok } from "../grpc/status.js";
import { emptyTable, servesGrpcService, type RouteTable } from "../routes/route-table.js";
import type { CallSettings } from "./call-settings.js";
import { failCall, receiveCall, type GrpcRequest, type ReceivedCall } from "./grpc-request.js";
import type { Outcome } from "./served-request.js";

/** What the gateway knows of itself when it is asked. */
export interface Serving {
  /** The routes now, asked once for each request; undefined while they are not known yet. */
  readonly table: () => RouteTable | undefined;
  /** Whether the gateway is ready: emits at once, and each time it changes; completes when it drains. */
  readonly ready: Observable<boolean>;
  readonly settings: CallSettings;
  /** Whether tools may ask what is served. */
  readonly reflection: boolean;
}

/** Which method of `grpc.health.v1.Health` a full method names. */
export function healthMethodOf(method: string): "check" | "watch" | undefined {
  if (method === "/grpc.health.v1.Health/Check") return "check";
  return method === "/grpc.health.v1.Health/Watch" ? "watch" : undefined;
}

/** Answers a health check for the gateway as a whole, and for each service that a policy takes calls of. */
export async function serveHealth(request: GrpcRequest, method: "check" | "watch", serving: Serving): Promise<Outcome> {
  return receiveCall(request, serving.settings, async (call) => {
    const { service } = HealthCheckRequest.decode(call.message);
    const known = (): boolean => service === "" || servesGrpcService(serving.table() ?? emptyTable, service);
    if (method === "watch") return watch(call, serving.ready.pipe(map((ready) => responseOf(ready, known()))));
    if (!known()) {
      call.answer.end({ code: code.notFound, message: `unknown service ${JSON.stringify(service)}` }, []);
      return { grpcStatus: code.notFound, failure: undefined };
    }
    const ready = await firstValueFrom(serving.ready, { defaultValue: false });
    call.answer.lastMessage([], encoded(responseOf(ready, true)), []);
    return { grpcStatus: code.ok, failure: undefined };
  });
}

type Status = HealthCheckResponse["status"];

async function watch({ request, answer, deadline }: ReceivedCall, statuses: Observable<Status>): Promise<Outcome> {
  const sent = statuses.pipe(
    distinctUntilChanged(),
    concatMap(async (status) => answer.message([], encoded(status))),
    takeUntil(fromEvent(deadline.signal, "abort")),
  );
  await lastValueFrom(sent, { defaultValue: undefined });
  if (deadline.signal.aborted) return failCall(request, answer, { kind: "aborted" }, deadline);
  answer.end(ok, []);
  return { grpcStatus: code.ok, failure: undefined };
}

function responseOf(ready: boolean, known: boolean): Status {
  if (!known) return "SERVICE_UNKNOWN";
  return ready ? "SERVING" : "NOT_SERVING";
}

function encoded(status: Status): Uint8Array {
  return HealthCheckResponse.encode({ status }).finish();
}
