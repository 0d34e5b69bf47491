import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";

/** Leads connections on to an address, until it is made to swallow everything without a word. */
export class Relay {
  readonly #server = createServer((near) => this.lead(near));
  readonly #target: string;
  readonly #sockets = new Set<Socket>();

  private constructor(target: string) {
    this.#target = target;
  }

  static async start(target: string): Promise<Relay> {
    const relay = new Relay(target);
    relay.#server.listen(0, "127.0.0.1");
    await once(relay.#server, "listening");
    return relay;
  }

  get address(): string {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server that listens on a port has such an address
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** As when a cable is cut: both ends stay open, and nothing arrives any more. */
  cut(): void {
    for (const socket of this.#sockets) {
      socket.removeAllListeners("data");
      socket.resume();
    }
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  private lead(near: Socket): void {
    const [host, port] = this.#target.split(":");
    const far = connect(Number(port), host);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.on("data", (bytes) => to.write(bytes));
      from.on("error", () => to.destroy());
      from.on("close", () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
  }
}
