import { request } from "node:http";

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** What is asked beside the path. */
export interface Question {
  readonly host?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One HTTP/1.1 request to this host, on a connection of its own. */
export async function ask(
  port: number,
  path: string,
  { host = "example.com", method = "GET", headers = {}, body }: Question = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { port, path, method, host: "127.0.0.1", agent: false, headers: { ...headers, host } };
    const call = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString(),
          headers: response.headers,
        });
      });
    });
    call.on("error", reject);
    call.end(body);
  });
}

/** How a path is answered now, in words: `200 a /x`, `404`, or `refused` where nobody listens. */
export async function answerOf(port: number, path: string, question: Question = {}): Promise<string> {
  try {
    const { status, body } = await ask(port, path, question);
    return status === 200 ? `200 ${body}` : `${status}`;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ECONNREFUSED") return "refused";
    throw error;
  }
}
