/**
 * Signals every process of a group; `0` only asks.
 * @returns false when nothing of the group is left
 */
export function signalGroup(id: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-id, signal);
    return true;
  } catch (error) {
    // EPERM: a process that has become somebody else's, or, on macOS, one that has ended and is not reaped yet.
    if (error instanceof Error && "code" in error && (error.code === "ESRCH" || error.code === "EPERM")) return false;
    throw error;
  }
}
