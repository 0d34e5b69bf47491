import { Observable } from "rxjs";
import { emptyModel, type Model } from "../model/model.js";
import { advancedNetwork, emptyNetwork, networkOf, type Network } from "../network/network.js";
import { keyOfScope, scopeOf, scopesOf, type Scope } from "../network/scope.js";
import type { ClientProgram } from "../translate/client-program.js";
import type { Sources } from "../translate/config-source.js";
import { advancedSnapshot, emptySnapshot, type Snapshot, type TranslationOptions } from "./snapshot.js";
import type { DomainType } from "./wanted-types.js";

export interface SnapshotCacheOptions {
  /** Whether declarations for one node cluster are kept from the nodes of others. */
  readonly matchNodeCluster: boolean;
  readonly bindAddress: string;
  readonly caPath: string;
  readonly failed: TranslationOptions["failed"];
}

/** For whom a snapshot is made. */
export interface Audience {
  /** The `cluster` of the client's node. */
  readonly nodeCluster: string;
  readonly program: ClientProgram;
  readonly sources: Sources;
}

interface Watcher {
  readonly audience: Audience;
  readonly next: (snapshot: Snapshot) => void;
  seen: Snapshot | undefined;
}

/** A snapshot that somebody watches, or did until a moment ago. */
interface View {
  readonly scope: Scope;
  readonly options: TranslationOptions;
  /** What the snapshot was made from; all views of a scope share it. */
  readonly network: Network;
  readonly snapshot: Snapshot;
  /** What those who watch it ask for, of what is made for who asks. */
  readonly asked: ReadonlySet<DomainType>;
}

/** How many clients of an audience ask for a type. */
interface Asking {
  readonly audience: Audience;
  readonly type: DomainType;
  clients: number;
}

/**
 * The snapshots that somebody watches, each made once for all who are to have the same, and kept up with the model.
 * Nobody is given one before a model has been published.
 */
export class SnapshotCache {
  readonly #options: SnapshotCacheOptions;
  readonly #watchers = new Set<Watcher>();
  #model: Model | undefined;
  #views = new Map<string, View>();
  /** By audience and type. */
  readonly #asking = new Map<string, Asking>();
  /** By scope: of all scopes that the model has. */
  #networks: ReadonlyMap<string, Network> = new Map();

  constructor(options: SnapshotCacheOptions) {
    this.#options = options;
  }

  /** Brings all snapshots to a model, and then hands out those that changed: nobody sees an older one after this. */
  publish(model: Model): void {
    const before = this.#model ?? emptyModel;
    const networks = new Map<string, Network>();
    const views = this.watchedViews();
    for (const [key, { scope, options, network, snapshot, asked }] of views) {
      const advanced = networks.get(keyOfScope(scope)) ?? advancedNetwork(network, before, model, scope);
      networks.set(keyOfScope(scope), advanced);
      const after = this.askedIn(key, model);
      const next = advancedSnapshot(snapshot, network, advanced, options, model.revision, { before: asked, after });
      views.set(key, { scope, options, network: advanced, snapshot: next, asked: after });
    }
    for (const scope of this.scopes(model)) {
      const key = keyOfScope(scope);
      if (networks.has(key)) continue;
      const known = this.#networks.get(key);
      networks.set(key, known ? advancedNetwork(known, before, model, scope) : networkOf(model, scope));
    }
    this.#model = model;
    this.#networks = networks;
    this.#views = views;
    for (const watcher of this.#watchers) this.hand(watcher, model);
  }

  /** By scope, the network of the newest model; whether or not there is a node for it. Empty before the first model. */
  get networks(): ReadonlyMap<string, Network> {
    return this.#networks;
  }

  /** The snapshot for an audience, now and each time it changes. Never ends by itself. */
  watch(audience: Audience): Observable<Snapshot> {
    return new Observable((subscriber) => {
      const watcher: Watcher = { audience, next: (snapshot) => subscriber.next(snapshot), seen: undefined };
      this.#watchers.add(watcher);
      if (this.#model !== undefined) this.hand(watcher, this.#model);
      return () => this.#watchers.delete(watcher);
    });
  }

  /**
   * A client of an audience asks for a type of which some resources are made for who asks: those who watch are given them
   * before this returns.
   * @returns that the client asks no more
   */
  ask(audience: Audience, type: DomainType): () => void {
    const key = JSON.stringify([audience, type]);
    const asking = this.#asking.get(key) ?? { audience, type, clients: 0 };
    this.#asking.set(key, asking);
    asking.clients++;
    if (asking.clients === 1 && this.#model !== undefined) this.extend(audience, this.#model);
    return () => {
      asking.clients--;
      if (asking.clients === 0) this.#asking.delete(key);
    };
  }

  /** The view for an audience, with all that is asked for now. What nobody asks for any more goes with the next model. */
  private extend(audience: Audience, model: Model): void {
    const { nodeCluster, program, sources } = audience;
    const key = keyOfView(this.scopeFor(nodeCluster, model), program, sources);
    const view = this.#views.get(key);
    if (view === undefined) return;
    const { network, options, asked } = view;
    const after = new Set([...asked, ...this.askedIn(key, model)]);
    const { revision } = model;
    const snapshot = advancedSnapshot(view.snapshot, network, network, options, revision, { before: asked, after });
    this.#views.set(key, { ...view, snapshot, asked: after });
    for (const watcher of this.#watchers) this.hand(watcher, model);
  }

  private askedIn(viewKey: string, model: Model): ReadonlySet<DomainType> {
    const asked = new Set<DomainType>();
    for (const { audience, type } of this.#asking.values()) {
      const { nodeCluster, program, sources } = audience;
      if (keyOfView(this.scopeFor(nodeCluster, model), program, sources) === viewKey) asked.add(type);
    }
    return asked;
  }

  private hand(watcher: Watcher, model: Model): void {
    const { snapshot } = this.viewFor(watcher.audience, model);
    if (snapshot === watcher.seen) return;
    watcher.seen = snapshot;
    watcher.next(snapshot);
  }

  /** The view for an audience, made now where there is none yet. */
  private viewFor({ nodeCluster, program, sources }: Audience, model: Model): View {
    const scope = this.scopeFor(nodeCluster, model);
    const key = keyOfView(scope, program, sources);
    const known = this.#views.get(key);
    if (known !== undefined) return known;
    const options = { ...this.#options, program, sources };
    const network = this.#networks.get(keyOfScope(scope)) ?? networkOf(model, scope);
    const asked = this.askedIn(key, model);
    const snapshot = advancedSnapshot(emptySnapshot, emptyNetwork, network, options, model.revision, {
      before: asked,
      after: asked,
    });
    const view = { scope, options, network, snapshot, asked };
    this.#views.set(key, view);
    return view;
  }

  /** Those of the views that still have a watcher. */
  private watchedViews(): Map<string, View> {
    const watched = new Map<string, View>();
    for (const { audience } of this.#watchers) {
      const { nodeCluster, program, sources } = audience;
      const key = keyOfView(this.scopeFor(nodeCluster, this.#model ?? emptyModel), program, sources);
      const view = this.#views.get(key);
      if (view !== undefined) watched.set(key, view);
    }
    return watched;
  }

  private scopes(model: Model): readonly Scope[] {
    return scopesOf(model, this.#options.matchNodeCluster);
  }

  private scopeFor(nodeCluster: string, model: Model): Scope {
    return scopeOf(model, nodeCluster, this.#options.matchNodeCluster);
  }
}

function keyOfView(scope: Scope, program: ClientProgram, sources: Sources): string {
  return JSON.stringify([keyOfScope(scope), program, sources]);
}
