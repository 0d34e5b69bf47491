import { Agent, request } from "node:http";

/** Requests that follow one another on some connections that are kept, each expected to be answered 200. */
export class Load {
  /** What went otherwise: a status with its body, or how a connection broke. */
  readonly failures: string[] = [];
  answered = 0;
  readonly #agent: Agent;
  readonly #lanes: readonly Promise<void>[];
  #isOver = false;

  constructor(port: number, path: string, connections: number) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
    this.#lanes = Array.from({ length: connections }, async () => this.lane(port, path));
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#lanes);
    this.#agent.destroy();
  }

  private async lane(port: number, path: string): Promise<void> {
    while (!this.#isOver) {
      const failure = await this.once(port, path);
      if (failure === undefined) this.answered++;
      else this.failures.push(failure);
    }
  }

  private async once(port: number, path: string): Promise<string | undefined> {
    return new Promise((resolve) => {
      const call = request({ port, path, host: "127.0.0.1", agent: this.#agent }, (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (text: string) => (body += text));
        response.on("error", (error) => resolve(error.message));
        response.on("end", () => resolve(response.statusCode === 200 ? undefined : `${response.statusCode} ${body}`));
      });
      call.on("error", (error) => resolve(error.message));
      call.end();
    });
  }
}
