/** A declaration that something stands in the way of. It has no effect, or a part of it has none. */
export type Conflict = Taken | Missing | Unscoped;

/** What it claims belongs to another. */
export interface Taken extends AnyConflict {
  readonly reason: "NameTaken" | "PortTaken" | "RouteTaken";
  /** The older resource that wins. */
  readonly winnerId: string;
}

/** What it refers to is not there; it takes effect by itself when that comes. */
export interface Missing extends AnyConflict {
  readonly reason: "IngressMissing" | "ServiceMissing";
  /** The `ingress_name` or `service_name` that it refers to. */
  readonly missing: string;
}

/** Its ingress cannot serve its domain. */
export interface Unscoped extends AnyConflict {
  readonly reason: "DomainNotScoped";
}

interface AnyConflict {
  /** The resource that loses. */
  readonly resourceId: string;
  /** For people: what is claimed twice, or what is not there. */
  readonly message: string;
}
