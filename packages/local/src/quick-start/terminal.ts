import { styleText } from "node:util";

/** What the person in front of the terminal reads. */
export interface Terminal {
  /** A line of ours. */
  say(text: string): void;
  /** A part has started. */
  started(what: string, where: string): void;
  /** A line that a part wrote. */
  heard(part: string): (line: string) => void;
}

const nameWidth = 11;

/** Writes to a stream, with colours where it is a terminal that has them. */
export function terminalOn(stream: NodeJS.WriteStream): Terminal {
  const styled = (format: Parameters<typeof styleText>[0], text: string) => styleText(format, text, { stream });
  const write = (line: string) => void stream.write(`${line}\n`);
  return {
    say: write,
    started: (what, where) => write(`${styled("green", "✓")} ${what.padEnd(nameWidth)} ${where}`),
    heard: (part) => (line) => write(`${styled("gray", `${part.padEnd(nameWidth + 1)} |`)} ${line}`),
  };
}
