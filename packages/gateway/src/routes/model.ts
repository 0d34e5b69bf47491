import type { DeclaredResource, WatchBatch } from "@protomesh/core";
import { policyOf, type Policy } from "./policy.js";
import { emptyTable, servingPolicy, withoutPolicy, withPolicy, type RouteTable } from "./route-table.js";

/** What the gateway knows of its namespace. */
export interface Model {
  readonly revision: bigint;
  readonly table: RouteTable;
  /** By resource id. */
  readonly policies: ReadonlyMap<string, Policy>;
  /** By resource id: the declarations that cannot be served, and why. */
  readonly invalid: ReadonlyMap<string, InvalidPolicy>;
}

export interface InvalidPolicy {
  readonly name: string;
  readonly reason: string;
}

/** A policy that another one, older than it, keeps from serving. */
export interface Conflict {
  readonly loser: Policy;
  readonly winner: Policy;
}

export const emptyModel: Model = { revision: 0n, table: emptyTable, policies: new Map(), invalid: new Map() };

/** The only place where the model changes. */
export function applyBatch(model: Model, batch: WatchBatch): Model {
  const base = batch.reset ? emptyModel : model;
  const draft = { table: base.table, policies: new Map(base.policies), invalid: new Map(base.invalid) };
  for (const { id } of batch.dropped) forget(draft, id);
  for (const resource of batch.updated) {
    forget(draft, resource.id);
    // A change does not make a policy younger, so that it keeps what it serves. A gateway that was started since knows
    // only the present version; their conflict stands in the status of both until one of the policies is dropped.
    declare(draft, resource, model.policies.get(resource.id)?.since ?? resource.index);
  }
  return { revision: batch.revision, ...draft };
}

/** The policies that do not serve, because an older one has the same match. */
export function conflictsOf({ table, policies }: Model): readonly Conflict[] {
  return [...policies.values()].flatMap((loser) => {
    const winner = servingPolicy(table, loser.match);
    return winner === undefined || winner.id === loser.id ? [] : [{ loser, winner }];
  });
}

interface Draft {
  table: RouteTable;
  readonly policies: Map<string, Policy>;
  readonly invalid: Map<string, InvalidPolicy>;
}

function forget(draft: Draft, id: string): void {
  const known = draft.policies.get(id);
  if (known !== undefined) draft.table = withoutPolicy(draft.table, known);
  draft.policies.delete(id);
  draft.invalid.delete(id);
}

function declare(draft: Draft, { id, name, index, spec }: DeclaredResource, since: bigint): void {
  switch (spec.kind) {
    case "gateway_policy": {
      const reading = policyOf({ id, name, index, since }, spec.value);
      if ("invalid" in reading) {
        draft.invalid.set(id, { name, reason: reading.invalid });
        return;
      }
      draft.policies.set(id, reading.policy);
      draft.table = withPolicy(draft.table, reading.policy);
      return;
    }
    case "undecodable":
      draft.invalid.set(id, { name, reason: spec.reason });
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
