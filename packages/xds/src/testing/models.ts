import { declaredResourceOf, type DeclaredResource, type WatchBatch } from "@protomesh/core";
import type { Resource } from "@protomesh/core/api";
import { applyBatch } from "../model/apply-batch.js";
import { emptyModel, type Model } from "../model/model.js";

/** A resource as the store would give it, written at a revision; by default it is new. */
export function declared(resource: Resource, index: number, createdIndex = BigInt(index)): DeclaredResource {
  const version = { sha256Hash: `hash-${index}`, timestamp: undefined, index: BigInt(index), createdIndex };
  return declaredResourceOf({ ...resource, version });
}

/** A model of resources that were written one after the other: the first is the oldest. */
export function modelOf(...resources: readonly Resource[]): Model {
  return applyBatch(emptyModel, batchOf(1, { updated: resources.map((resource, at) => declared(resource, at + 1)) }));
}

/** A model after some resources were written at a revision, or dropped. */
export function changed(model: Model, change: { put?: readonly Resource[]; drop?: readonly Resource[] }): Model {
  const revision = Number(model.revision) + 100;
  const updated = (change.put ?? []).map((resource) =>
    declared(resource, revision, model.resources.get(resource.id)?.createdIndex),
  );
  const dropped = (change.drop ?? []).map((resource) => declared(resource, revision));
  return applyBatch(model, batchOf(revision, { updated, dropped }));
}

export function batchOf(revision: number, changes: Partial<WatchBatch>): WatchBatch {
  return { reset: false, revision: BigInt(revision), history: "h1", updated: [], dropped: [], ...changes };
}
