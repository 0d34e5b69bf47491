/** Where a long command says how far it is. */
export interface ProgressLine {
  readonly show: (text: string) => void;
  /** Takes the line away again where it can be. */
  readonly end: () => void;
  /** How often it is worth while to show something new. */
  readonly windowMs: number;
}

/** On a terminal one line that is written over; in a pipe a line each time that there is something new. */
export function progressLine(
  stream: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number },
): ProgressLine {
  let shown = "";
  if (stream.isTTY !== true) {
    return {
      show: (text) => {
        if (text !== shown) stream.write(`protomesh: ${text}\n`);
        shown = text;
      },
      end: () => {},
      windowMs: 1_000,
    };
  }
  return {
    show: (text) => {
      shown = text.slice(0, (stream.columns ?? 80) - 1);
      stream.write(`\r\u001b[K${shown}`);
    },
    end: () => {
      if (shown !== "") stream.write("\r\u001b[K");
    },
    windowMs: 100,
  };
}
