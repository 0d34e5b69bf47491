import { credentials, type ClientDuplexStream, type ServiceError, type StatusObject } from "@grpc/grpc-js";
import { until } from "@protomesh/testing";

/** A discovery stream whose every request the test writes by hand, right or wrong. */
export class RawStream<Request, Response> {
  readonly responses: Response[] = [];
  readonly #call: ClientDuplexStream<Request, Response>;
  #error: ServiceError | undefined;
  #status: StatusObject | undefined;

  constructor(call: ClientDuplexStream<Request, Response>) {
    this.#call = call;
    call.on("data", (response: Response) => this.responses.push(response));
    call.on("error", (error: ServiceError) => (this.#error = error));
    call.on("status", (status: StatusObject) => (this.#status = status));
  }

  send(request: Request): void {
    this.#call.write(request);
  }

  /** The response with a number, counted from one, when it has come. */
  async response(number: number): Promise<Response> {
    return until(() => this.#failure() ?? this.responses[number - 1], `response ${number}`);
  }

  /** How the server ended the stream. */
  async status(): Promise<StatusObject> {
    return until(() => this.#status, "the end of the stream");
  }

  cancel(): void {
    this.#call.cancel();
  }

  end(): void {
    this.#call.end();
  }

  #failure(): undefined {
    if (this.#error !== undefined) throw this.#error;
  }
}

/** What makes clients of one service, as ts-proto generates them. */
interface ClientType<Client> {
  new (address: string, channelCredentials: ReturnType<typeof credentials.createInsecure>): Client;
}

/** Clients of a server, closed together. */
export class RawClients {
  readonly #address: string;
  readonly #open: { close(): void }[] = [];

  constructor(address: string) {
    this.#address = address;
  }

  of<Client extends { close(): void }>(type: ClientType<Client>): Client {
    const client = new type(this.#address, credentials.createInsecure());
    this.#open.push(client);
    return client;
  }

  close(): void {
    for (const client of this.#open) client.close();
  }
}
