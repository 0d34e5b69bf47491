import type { DestinationStream } from "pino";

/** As much is written at once, without waiting for the end of the turn: of characters. */
const enough = 65_536;

/**
 * Gathers the lines of one turn of the event loop and writes them together, as a write for each costs a busy process more
 * than the line itself. What is gathered is written when the turn ends, or the process does; only a process that is killed
 * within a turn takes that turn's lines along.
 * @param destination writes synchronously
 */
export function turnOfLines(destination: DestinationStream): DestinationStream {
  let gathered = "";
  const write = (): void => {
    const lines = gathered;
    gathered = "";
    process.off("exit", write);
    if (lines !== "") destination.write(lines);
  };
  return {
    write: (line) => {
      if (gathered === "") {
        setImmediate(write);
        // Only while there is something to lose: loggers come and go in one process, as in tests.
        process.on("exit", write);
      }
      gathered += line;
      if (gathered.length >= enough) write();
    },
  };
}
