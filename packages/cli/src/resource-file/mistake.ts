import type { Path } from "@protomesh/core";

/** Where something stands in a file, from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One mistake in a resource file. Its position is absent where the format's reader tells none: of values in TOML. */
export interface Mistake extends Partial<Position> {
  /** The file as it was named; `-` is standard input. */
  readonly file: string;
  /** Which of the file's resources, from 1; absent where the mistake is the whole file's. */
  readonly document?: number;
  /** Where in the resource; empty where it is the whole resource's. */
  readonly path: Path;
  /** What stands there; `undefined` where nothing does. */
  readonly value?: unknown;
  /** What is wrong and what was expected, as a sentence without a final stop. */
  readonly message: string;
}
