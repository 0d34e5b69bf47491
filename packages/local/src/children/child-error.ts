/** A program beside this one did not start. The message ends with the last lines it wrote. */
export class ChildError extends Error {
  override readonly name = "ChildError";
  readonly lines: readonly string[];
  /** It ran, and ended by itself before it was ready. */
  readonly endedEarly: boolean;

  constructor(message: string, lines: readonly string[], options?: ErrorOptions & { readonly endedEarly?: boolean }) {
    super([message, ...lines.map((line) => `  ${line}`)].join("\n"), options);
    this.lines = lines;
    this.endedEarly = options?.endedEarly ?? false;
  }
}
