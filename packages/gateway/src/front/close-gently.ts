import type { Socket } from "node:net";

/** How long a client may go on sending what nobody wants any more, in milliseconds. */
const lingerMs = 2_000;

/**
 * Lets Node's server close a connection in two steps: it says that nothing more comes, and goes on reading, and throwing away,
 * until the client has closed, too. Closed at once, with bytes on their way, the connection would be reset, and clients that
 * still send would see that and not their answer (RFC 9112, 9.6).
 */
export function closeGently(socket: Socket): void {
  socket.destroySoon = () => {
    socket.end();
    const timer = setTimeout(() => socket.destroy(), lingerMs);
    socket.once("close", () => clearTimeout(timer));
  };
}
