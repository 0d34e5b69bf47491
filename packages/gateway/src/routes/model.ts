import type { DeclaredResource, WatchBatch } from "@protomesh/core";
import { policyOf, type Match, type Policy } from "./policy.js";
import { claimantsOf, emptyTable, withoutPolicy, withPolicy, type RouteTable } from "./route-table.js";

/** What the gateway knows of its namespace. */
export interface Model {
  readonly revision: bigint;
  readonly table: RouteTable;
  /** By resource id. */
  readonly policies: ReadonlyMap<string, Policy>;
  /** By resource id: the declarations that cannot be served, and why. */
  readonly invalid: ReadonlyMap<string, InvalidPolicy>;
  /** The ids of resources that may stand otherwise than in the model before: changed, gone, or in another conflict. */
  readonly touched: ReadonlySet<string>;
}

export interface InvalidPolicy {
  readonly name: string;
  /** The revision that wrote it. */
  readonly index: bigint;
  readonly reason: string;
}

/** A policy that another one, older than it, keeps from serving. */
export interface Conflict {
  readonly loser: Policy;
  readonly winner: Policy;
}

export const emptyModel: Model = {
  revision: 0n,
  table: emptyTable,
  policies: new Map(),
  invalid: new Map(),
  touched: new Set(),
};

/** The only place where the model changes. */
export function applyBatch(model: Model, batch: WatchBatch): Model {
  const base = batch.reset ? emptyModel : model;
  const draft = {
    table: base.table,
    policies: new Map(base.policies),
    invalid: new Map(base.invalid),
    touched: new Set(batch.reset ? [...model.policies.keys(), ...model.invalid.keys()] : []),
  };
  for (const { id } of batch.dropped) forget(draft, id);
  for (const resource of batch.updated) {
    forget(draft, resource.id);
    declare(draft, resource);
  }
  return { revision: batch.revision, ...draft };
}

/** The policies that do not serve, because an older one has the same match. */
export function conflictsOf(model: Model): readonly Conflict[] {
  return [...model.policies.values()].flatMap((loser) => {
    const winner = winnerOver(model, loser);
    return winner === undefined ? [] : [{ loser, winner }];
  });
}

/** The policy that serves in the place of this one; undefined where it serves itself. */
export function winnerOver({ table }: Pick<Model, "table">, policy: Policy): Policy | undefined {
  const [winner] = claimantsOf(table, policy.match);
  return winner === undefined || winner.id === policy.id ? undefined : winner;
}

interface Draft {
  table: RouteTable;
  readonly policies: Map<string, Policy>;
  readonly invalid: Map<string, InvalidPolicy>;
  readonly touched: Set<string>;
}

function forget(draft: Draft, id: string): void {
  draft.touched.add(id);
  draft.invalid.delete(id);
  const known = draft.policies.get(id);
  if (known === undefined) return;
  draft.table = withoutPolicy(draft.table, known);
  draft.policies.delete(id);
  touchClaimants(draft, known.match);
}

function declare(draft: Draft, { id, name, index, createdIndex, spec }: DeclaredResource): void {
  switch (spec.kind) {
    case "gateway_policy": {
      const reading = policyOf({ id, name, index, createdIndex }, spec.value);
      if ("invalid" in reading) {
        draft.invalid.set(id, { name, index, reason: reading.invalid });
        return;
      }
      draft.policies.set(id, reading.policy);
      draft.table = withPolicy(draft.table, reading.policy);
      touchClaimants(draft, reading.policy.match);
      return;
    }
    case "undecodable":
      draft.invalid.set(id, { name, index, reason: spec.reason });
      return;
    case "http_ingress":
    case "instance_set":
    case "process_trigger":
    case "routing_policy":
    case "service":
    case "unknown":
      return;
  }
}

function touchClaimants({ table, touched }: Draft, match: Match): void {
  for (const { id } of claimantsOf(table, match)) touched.add(id);
}
