/** What a listener tells. */
export type ListenEvent =
  /** From here on nothing is missed; before it, anything may have been. */
  | { readonly event: "listening" }
  /** From here on everything is missed. */
  | { readonly event: "deaf"; readonly reason: string }
  | { readonly event: "payload"; readonly payload: string };
