import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { HttpResponse, type HttpRequest } from "@smithy/protocol-http";
import type { AwsOptions } from "./sdk-invoker.js";

/** Where the Lambda API is, and for which region requests to it are signed. */
export interface ApiPlace {
  /** `https://host:port`, the port only where it is not the protocol's own. */
  readonly origin: string;
  readonly host: string;
  /** What stands before the operation's path; empty for AWS's own endpoints. */
  readonly basePath: string;
  readonly signingRegion: string;
}

/** Signs the request that is never sent: it only has to have some credentials. */
const nobody = { accessKeyId: "nobody", secretAccessKey: "none" };

/**
 * The place that the SDK itself would invoke at, whichever of its many settings names it: found by letting it prepare
 * an invocation that goes nowhere. @throws what the SDK throws, such as where no region is configured
 */
export async function apiPlaceOf({ endpoint, region }: AwsOptions): Promise<ApiPlace> {
  let prepared: HttpRequest | undefined;
  const client = new LambdaClient({
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    credentials: nobody,
    maxAttempts: 1,
    requestHandler: {
      handle: async (request: HttpRequest) => {
        prepared = request;
        return Promise.resolve({ response: new HttpResponse({ statusCode: 200, headers: {}, body: Buffer.alloc(0) }) });
      },
    },
  });
  await client.send(new InvokeCommand({ FunctionName: "place" }));
  if (prepared === undefined) throw new Error("the AWS SDK has prepared no request");
  const { protocol, hostname, port, path, headers } = prepared;
  const host = port === undefined ? hostname : `${hostname}:${port}`;
  const scope = /Credential=[^/]+\/\d+\/([^/]+)\/lambda\//.exec(headers["authorization"] ?? "");
  if (scope?.[1] === undefined) throw new Error("the AWS SDK has signed no request");
  const basePath = path.slice(0, path.indexOf("/2015-03-31/"));
  return { origin: `${protocol}//${host}`, host, basePath, signingRegion: scope[1] };
}
