/** A declaration that others stand in the way of: what it loses to whom. It has no effect, or a part of it has none. */
export interface Conflict {
  /** The resource that loses. */
  readonly resourceId: string;
  /** The older resource that wins. */
  readonly winnerId: string;
  readonly reason: "NameTaken" | "PortTaken" | "RouteTaken";
  /** For people: what is claimed twice. */
  readonly message: string;
}
