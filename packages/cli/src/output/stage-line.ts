import { progressLine } from "./progress-line.js";

/** Where a command says what it is at. */
export interface StageLine {
  /** @param size how many resources are worked on; undefined: that is not known yet */
  readonly show: (text: string, size?: number) => void;
  readonly end: () => void;
}

/** From so many resources on, people wait. */
const bigSet = 2_000;

/** On a terminal one line that is written over; in a pipe a line for each stage of a big set. */
export function stageLine(stream: NodeJS.WritableStream & { readonly isTTY?: boolean }): StageLine {
  const line = progressLine(stream);
  return {
    show: (text, size = 0) => {
      if (stream.isTTY === true || size >= bigSet) line.show(text);
    },
    end: line.end,
  };
}
