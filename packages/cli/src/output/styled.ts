import { styleText } from "node:util";

/** Colours a text, or leaves it as it is. */
export type Styled = (format: Parameters<typeof styleText>[0], text: string) => string;

/** Colours for a stream: none in a pipe or under NO_COLOR. */
export function styledFor(stream: NodeJS.WritableStream): Styled {
  return (format, text) => styleText(format, text, { stream, validateStream: true });
}
