/** Where the value of a setting comes from. */
export type Origin =
  | { readonly kind: "flag"; readonly flag: string }
  | { readonly kind: "variable"; readonly variable: string }
  | { readonly kind: "file"; readonly path: string; readonly line: number | undefined }
  | { readonly kind: "default" };

/** A value as it was written, and where. */
export interface Given {
  readonly text: string;
  readonly origin: Origin;
}

/** `flag -log-level`, `variable LOG_LEVEL`, `file store.yaml:3` or `default`. */
export function originText(origin: Origin): string {
  switch (origin.kind) {
    case "flag":
      return `flag ${origin.flag}`;
    case "variable":
      return `variable ${origin.variable}`;
    case "file":
      return `file ${origin.path}${origin.line === undefined ? "" : `:${origin.line}`}`;
    case "default":
      return "default";
  }
}
