import type { Declared } from "../model/declared.js";
import type { Model } from "../model/model.js";

/** Whose network it is: that of every node, or of the nodes of one cluster. */
export type Scope = { readonly of: "every-node" } | { readonly of: "node-cluster"; readonly name: string };

/** Anything that can be declared for the nodes of one cluster; empty: for all. */
interface Aimed {
  readonly xdsClusterName: string;
}

/**
 * The scope of a node: all clusters that no declaration names share one, so that their number costs nothing.
 * @param matchNodeCluster false: every node gets everything
 */
export function scopeOf(model: Model, nodeCluster: string, matchNodeCluster: boolean): Scope {
  if (!matchNodeCluster) return { of: "every-node" };
  const isNamed = model.nodeClusters.get(nodeCluster) !== undefined;
  return { of: "node-cluster", name: isNamed ? nodeCluster : "" };
}

/** The declarations that are meant for a scope; the same array where that is all of them. */
export function inScope<T extends Aimed>(declared: readonly Declared<T>[], scope: Scope): readonly Declared<T>[] {
  if (scope.of === "every-node") return declared;
  const given = declared.filter(({ value: { xdsClusterName: cluster } }) => cluster === "" || cluster === scope.name);
  return given.length === declared.length ? declared : given;
}

/** Equal for equal scopes, and for no others. */
export function keyOfScope(scope: Scope): string {
  return scope.of === "every-node" ? "every-node" : `cluster ${scope.name}`;
}

/** All scopes that differ: that of the nodes whose cluster nobody names, and one for each cluster that is named. */
export function scopesOf(model: Model, matchNodeCluster: boolean): readonly Scope[] {
  if (!matchNodeCluster) return [{ of: "every-node" }];
  return [...new Set(["", ...model.nodeClusters.keys()])].map((name) => ({ of: "node-cluster", name }));
}
