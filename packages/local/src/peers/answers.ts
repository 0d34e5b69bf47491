/** How long an answer may take. */
const patienceMs = 5_000;

/** Whether an HTTP server answers a path with 2xx; one that is not there, or is silent, answers nothing. */
export async function answers(address: string, path: string): Promise<boolean> {
  try {
    const response = await fetch(`http://${address}${path}`, {
      headers: { connection: "close" },
      signal: AbortSignal.timeout(patienceMs),
    });
    await response.arrayBuffer();
    return response.ok;
  } catch (error) {
    // What fetch throws for every fault of the network, and for our own impatience.
    if (error instanceof TypeError || (error instanceof DOMException && error.name === "TimeoutError")) return false;
    throw error;
  }
}
