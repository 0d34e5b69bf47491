/** An error of the Lambda API itself, as opposed to one of a function. */
export interface ServiceError {
  readonly status: number;
  readonly type: string;
  readonly message: string;
  readonly retryAfterSeconds?: number;
}

export function functionNotFound(arn: string): ServiceError {
  return { status: 404, type: "ResourceNotFoundException", message: `Function not found: ${arn}` };
}

export function invalidPayload(reason: string): ServiceError {
  return { status: 400, type: "InvalidRequestContentException", message: reason };
}

export function throttled(retryAfterSeconds?: number): ServiceError {
  const error = { status: 429, type: "TooManyRequestsException", message: "Rate Exceeded." };
  return retryAfterSeconds === undefined ? error : { ...error, retryAfterSeconds };
}

export function tooLarge(limitBytes: number): ServiceError {
  return {
    status: 413,
    type: "RequestTooLargeException",
    message: `Request must be smaller than ${limitBytes} bytes for the InvokeFunction operation`,
  };
}

export const accessDenied: ServiceError = {
  status: 403,
  type: "AccessDeniedException",
  message: "User is not authorized to perform: lambda:InvokeFunction",
};

export const serviceException: ServiceError = {
  status: 500,
  type: "ServiceException",
  message: "An error occurred and the request cannot be processed.",
};
