/** The part of the gateway's event for an HTTP request that this function reads. */
interface HttpEvent {
  readonly queryStringParameters: Readonly<Record<string, string>> | null;
}

/** An HTTP function: greets whom the query parameter `name` names. */
export function handler(event: HttpEvent): object {
  const name = event.queryStringParameters?.["name"] ?? "world";
  return {
    statusCode: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ message: `hello ${name}` }),
  };
}
