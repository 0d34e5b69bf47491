import { Metadata, type CallOptions, type ClientUnaryCall, type ServiceError } from "@grpc/grpc-js";
import { messageFromJson, messageToJson, uuidV5 } from "@protomesh/core";
import {
  DropResourcesRequest,
  DropResourcesResponse,
  GetResourceRequest,
  GetResourceResponse,
  PutResourceRequest,
  PutResourceResponse,
  type ResourceStoreClient,
} from "@protomesh/core/api";
import { Context } from "@temporalio/activity";
import { RawValue, rawValueTypeInfo, type ActivityFunction } from "@temporalio/common";
import { isServiceError } from "../execute/temporal-failure.js";
import { badArguments, failureOfStore } from "./activity-failure.js";
import { answerPayload, argumentOf } from "./activity-payload.js";

export type Activities = Readonly<Record<string, ActivityFunction>>;

/** What the activities need of a generated message. */
interface MessageType<T> {
  readonly $type: string;
  encode(message: T): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
}

type UnaryCall<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, response: Response) => void,
) => ClientUnaryCall;

interface Method<Request, Response> {
  readonly request: MessageType<Request>;
  readonly response: MessageType<Response>;
  readonly call: UnaryCall<Request, Response>;
  /** Completes a request, given an id that is the same for every attempt of one activity. */
  readonly complete?: (request: Request, attemptedId: string) => Request;
  /** Who writes; undefined: it only reads. */
  readonly author?: string;
}

/** The longest that one attempt takes, in milliseconds, where the activity allows more. */
const longestCallMs = 30_000;
/** The namespace of the request ids that are made from an activity's name. */
const requestIdNamespace = "b1b7a0a5-3c0e-4f0e-9a34-6f4f1b9a2f0d";

/**
 * The store's calls as activities, for workflows in any SDK. Each takes and gives one message of the public API.
 * @param author whom the history tells of as who wrote: `worker/NAME`
 */
export function storeActivities(client: ResourceStoreClient, author: string): Activities {
  return {
    ResourceStore_Put: activity({
      request: PutResourceRequest,
      response: PutResourceResponse,
      call: client.put.bind(client),
      complete: withRequestId,
      author,
    }),
    ResourceStore_Get: activity({
      request: GetResourceRequest,
      response: GetResourceResponse,
      call: client.get.bind(client),
    }),
    ResourceStore_Drop: activity({
      request: DropResourcesRequest,
      response: DropResourcesResponse,
      call: client.drop.bind(client),
      complete: withRequestId,
      author,
    }),
  };
}

/** A write whose answer was lost is not carried out again by the next attempt. */
function withRequestId<T extends { requestId: string }>(request: T, requestId: string): T {
  return request.requestId === "" ? { ...request, requestId } : request;
}

function activity<Request, Response>(method: Method<Request, Response>): ActivityFunction {
  const run = async (...values: RawValue[]): Promise<RawValue> => {
    const { encoding, json } = argumentOf(
      values.map(({ payload }) => payload),
      method.request.$type,
    );
    const request = requestOf(method, json);
    const response = await answerOf(method, method.complete?.(request, attemptedId()) ?? request);
    const answer = messageToJson(method.response.$type, method.response.encode(response).finish());
    return RawValue.fromPayload(answerPayload(answer, method.response.$type, encoding));
  };
  // The SDK's converters refuse json/protobuf without a message type, and would have the workflow retry that for ever:
  // the payloads come and go as they are. The second place is for an argument too many.
  const typeInfo = { inputTypes: [rawValueTypeInfo, rawValueTypeInfo], outputType: rawValueTypeInfo };
  return Object.assign(run, { activityDefinitionOptions: { typeInfo } });
}

function requestOf<Request>({ request }: { request: MessageType<Request> }, json: unknown): Request {
  const result = messageFromJson(request.$type, json);
  if ("violations" in result) {
    throw badArguments(result.violations.map(({ field, description }) => `${field}: ${description}`).join("; "));
  }
  return request.decode(result.bytes);
}

async function answerOf<Request, Response>(
  { call, author }: Method<Request, Response>,
  request: Request,
): Promise<Response> {
  const { cancellationSignal, info } = Context.current();
  const deadline = Date.now() + Math.min(info.startToCloseTimeoutMs || longestCallMs, longestCallMs);
  try {
    return await new Promise<Response>((resolve, reject) => {
      const underWay = call(request, metadataOf(author), { deadline }, (error, response) => {
        if (error === null) resolve(response);
        else reject(error);
      });
      cancellationSignal.addEventListener("abort", () => underWay.cancel(), { once: true });
    });
  } catch (error) {
    // A cancelled activity ends as the SDK's own failure says.
    cancellationSignal.throwIfAborted();
    throw isServiceError(error) ? failureOfStore(error) : error;
  }
}

/** As UTF-8, since an instance may have any name. */
function metadataOf(author: string | undefined): Metadata {
  const metadata = new Metadata();
  if (author !== undefined) metadata.set("protomesh-author-bin", Buffer.from(author));
  return metadata;
}

/** Names the activity that runs, and not the attempt. */
function attemptedId(): string {
  const { activityId, workflowExecution, activityNamespace } = Context.current().info;
  const { workflowId = "", runId = "" } = workflowExecution ?? {};
  return uuidV5(requestIdNamespace, [activityNamespace, workflowId, runId, activityId].join("\n"));
}
