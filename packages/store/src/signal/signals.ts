import { unavailable, type DomainError } from "@protomesh/core";
import type { Signal } from "../listen/payload.js";
import { Subscriber, type SignalSink } from "./subscriber.js";

interface Subscription {
  readonly subscriber: Subscriber;
  readonly topics: ReadonlySet<string>;
  readonly end: (error: DomainError) => void;
}

/**
 * The subscriptions of this store. Signals come to it from the database only, also those that were published here: so each
 * comes once, and to all stores in the same order.
 */
export class Signals {
  readonly #subscriptions = new Set<Subscription>();
  readonly #byTopic = new Map<string, Set<Subscription>>();
  #listens = false;

  /** Serves one subscription until it is aborted. It stands when the database is listened to. */
  subscribe(
    topics: readonly string[],
    sink: SignalSink & { readonly end: (error: DomainError) => void },
    signal: AbortSignal,
  ): void {
    const subscription = {
      subscriber: new Subscriber(sink),
      topics: new Set(topics),
      end: (error: DomainError) => sink.end(error),
    };
    this.#subscriptions.add(subscription);
    for (const topic of subscription.topics) {
      const subscriptions = this.#byTopic.get(topic) ?? new Set();
      this.#byTopic.set(topic, subscriptions.add(subscription));
    }
    signal.addEventListener("abort", () => this.remove(subscription), { once: true });
    if (this.#listens) subscription.subscriber.listening();
  }

  /** From here on every signal is heard; before it, some may have been missed. */
  listening(): void {
    this.#listens = true;
    for (const { subscriber } of this.#subscriptions) subscriber.listening();
  }

  /** From here on none is heard. */
  deaf(): void {
    this.#listens = false;
  }

  deliver(signal: Signal): void {
    for (const { subscriber } of this.#byTopic.get(signal.topic) ?? []) subscriber.hear(signal);
  }

  /** Ends all subscriptions, so that their clients go elsewhere. */
  end(): void {
    for (const subscription of this.#subscriptions) {
      this.remove(subscription);
      subscription.end(unavailable("the store is shutting down"));
    }
  }

  private remove(subscription: Subscription): void {
    this.#subscriptions.delete(subscription);
    for (const topic of subscription.topics) {
      const subscriptions = this.#byTopic.get(topic);
      subscriptions?.delete(subscription);
      if (subscriptions?.size === 0) this.#byTopic.delete(topic);
    }
  }
}
