/** The public API's messages and services, as generated from `proto/`. */
export {
  PutResourceRequest,
  PutResourceResponse,
  DropResourcesRequest,
  DropResourcesResponse,
  GetResourceRequest,
  GetResourceResponse,
  WatchResourcesRequest,
  WatchResourcesResponse,
  ListResourcesRequest,
  ListResourcesResponse,
  ApplyResourcesRequest,
  ApplyResourcesResponse,
  ApplyResult,
  ApplyResult_Outcome,
  HistoryRequest,
  HistoryResponse,
  RollbackRequest,
  RollbackResponse,
  CompactRequest,
  CompactResponse,
  ReportStatusRequest,
  ReportStatusResponse,
  WatchStatusRequest,
  WatchStatusResponse,
  PublishRequest,
  PublishResponse,
  SubscribeRequest,
  SubscribeResponse,
  GetVersionRequest,
  GetVersionResponse,
  ResumeRange,
  VersionConflict,
  ResourceStoreService,
  type ResourceStoreServer,
  ResourceStoreClient,
} from "./generated/protomesh/services/v1/resource_store.js";
export {
  Ping,
  Pong,
  PingPongServiceService,
  type PingPongServiceServer,
  PingPongServiceClient,
} from "./generated/protomesh/services/v1/ping_pong.js";
export { Resource, Version } from "./generated/protomesh/types/v1/resource.js";
export {
  HttpMethod,
  TransportProtocol,
  ApplicationProtocol,
  NetworkingNode,
  HttpIngress,
  HttpFilter,
  HttpFilter_Cors,
  HttpFilter_HealthCheck,
  HttpFilter_GrpcWeb,
  HttpFilter_JwtAuthn,
  HttpFilter_JwtAuthn_Provider,
  HttpFilter_JwtAuthn_RemoteJwks,
  HttpFilter_JwtAuthn_LocalJwks,
  HttpFilter_JwtAuthn_ClaimToHeader,
  HttpFilter_JwtAuthn_FromHeader,
  HttpFilter_JwtAuthn_Rule,
  Service,
  Service_Http1Options,
  Service_Http2Options,
  InstanceSet,
  InstanceSet_Instance,
  RoutingPolicy,
  RoutingPolicy_Route,
  RoutingPolicy_Cors,
} from "./generated/protomesh/types/v1/networking.js";
export {
  GatewayPolicy,
  GatewayPolicy_Handler,
  GatewayPolicy_PayloadFormat,
  HttpSource,
  GrpcSource,
  AwsHandler,
  AwsHandler_LambdaFunction,
} from "./generated/protomesh/types/v1/gateway.js";
export {
  Process,
  Trigger,
  Trigger_IDBuilder,
  Trigger_IfRunningAction,
  Trigger_OnDropAction,
  Trigger_RetryPolicy,
} from "./generated/protomesh/types/v1/process.js";
export { ResourceStatus, Condition, Condition_State } from "./generated/protomesh/types/v1/status.js";
export { Status as RpcStatus } from "./generated/google/rpc/status.js";
export { BadRequest, BadRequest_FieldViolation, RetryInfo } from "./generated/google/rpc/error_details.js";
export { Any } from "./generated/google/protobuf/any.js";
export { Duration } from "./generated/google/protobuf/duration.js";
export { Timestamp } from "./generated/google/protobuf/timestamp.js";
export {
  HealthCheckRequest,
  HealthCheckResponse,
  HealthCheckResponse_ServingStatus,
  HealthClient,
  HealthService,
  type HealthServer,
} from "./generated/grpc/health/v1/health.js";
