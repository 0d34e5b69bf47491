import type { HttpIngress } from "@protomesh/core/api";
import { byAge, type Declared } from "../model/declared.js";
import type { Model } from "../model/model.js";
import type { Conflict } from "./conflict.js";
import { inScope, type Scope } from "./scope.js";

/** The ingresses that have both their name and their port, by name, and those that lost one to an older ingress. */
export interface PlannedIngresses {
  readonly byName: ReadonlyMap<string, Declared<HttpIngress>>;
  readonly conflicts: readonly Conflict[];
}

export function plannedIngresses(model: Model, scope: Scope): PlannedIngresses {
  const named: Declared<HttpIngress>[] = [];
  const conflicts: Conflict[] = [];
  for (const group of model.ingresses.values()) {
    const [winner, ...losers] = inScope(group, scope);
    if (winner === undefined) continue;
    named.push(winner);
    conflicts.push(...losers.map((loser) => nameTaken(loser, winner)));
  }
  const byPort = new Map<number, Declared<HttpIngress>>();
  for (const ingress of named.sort(byAge)) {
    const holder = byPort.get(ingress.value.listenPort);
    if (holder === undefined) byPort.set(ingress.value.listenPort, ingress);
    else conflicts.push(portTaken(ingress, holder));
  }
  return { byName: new Map([...byPort.values()].map((ingress) => [ingress.value.ingressName, ingress])), conflicts };
}

function nameTaken({ id, value }: Declared<HttpIngress>, winner: Declared<HttpIngress>): Conflict {
  const message = `ingress_name ${value.ingressName} belongs to an older ingress`;
  return { resourceId: id, winnerId: winner.id, reason: "NameTaken", message };
}

function portTaken({ id, value }: Declared<HttpIngress>, winner: Declared<HttpIngress>): Conflict {
  const message = `listen_port ${value.listenPort} belongs to the older ingress ${winner.value.ingressName}`;
  return { resourceId: id, winnerId: winner.id, reason: "PortTaken", message };
}
