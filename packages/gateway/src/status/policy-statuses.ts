import type { StatusReporter } from "@protomesh/core";
import { emptyModel, winnerOver, type Model } from "../routes/model.js";
import type { ServedRequest } from "../serve/served-request.js";
import { toldBy, type Trouble } from "./function-trouble.js";
import { policyReport } from "./policy-report.js";

/** A policy whose requests do not all go well. */
interface Troubled {
  trouble: Trouble;
  /** The policy's version that had it; another one begins anew. */
  readonly index: bigint;
  /** Whether it has happened since the status was last written. */
  isNews: boolean;
  /** Whether its functions have answered since it last happened. */
  answered: boolean;
  /** The look that is due; undefined: none. */
  look: NodeJS.Timeout | undefined;
  /** When the status was last written, on the clock of `performance`. */
  saidAt: number;
}

/**
 * Says of each policy how it stands. Trouble is told when it begins; after that a policy's status is written once in an
 * interval at most, however many requests fail, and it is over when its functions have answered and nothing failed in an
 * interval.
 */
export class PolicyStatuses {
  readonly #reporter: Pick<StatusReporter, "say" | "complete" | "instance">;
  readonly #intervalMs: number;
  readonly #troubled = new Map<string, Troubled>();
  readonly #inConflict = new Set<string>();
  #model: Model = emptyModel;

  constructor(reporter: Pick<StatusReporter, "say" | "complete" | "instance">, intervalMs: number) {
    this.#reporter = reporter;
    this.#intervalMs = intervalMs;
  }

  /** The gateway serves by this model from now on; the first one is whole. */
  follow(model: Model): void {
    this.#model = model;
    for (const id of model.touched) {
      const known = this.#troubled.get(id);
      if (known !== undefined && known.index !== model.policies.get(id)?.index) this.#forget(id, known);
      const policy = model.policies.get(id);
      if (policy !== undefined && winnerOver(model, policy) !== undefined) this.#inConflict.add(id);
      else this.#inConflict.delete(id);
      this.#say(id);
    }
    this.#reporter.complete();
    this.#reporter.instance(model.revision, {
      policies: `${model.policies.size}`,
      conflicts: `${this.#inConflict.size}`,
      invalid: `${model.invalid.size}`,
    });
  }

  /** To be told of each request that is over. */
  served(request: ServedRequest): void {
    const { policy } = request;
    if (policy === undefined) return;
    const says = toldBy(request);
    if (says === undefined) return;
    const known = this.#troubled.get(policy.id);
    if (says === "answers") {
      if (known === undefined || known.answered) return;
      known.answered = true;
      this.#lookLater(policy.id, known);
      return;
    }
    // A request that began before its policy changed or went says nothing of the policy that is there now.
    if (this.#model.policies.get(policy.id)?.index !== policy.index) return;
    const isSame = known?.trouble.kind === says;
    const trouble = {
      kind: says,
      count: isSame ? known.trouble.count + 1 : 1,
      lastAt: Date.now(),
      detail: request.failure?.detail ?? says,
    };
    if (known === undefined) {
      const begun = { trouble, index: policy.index, isNews: false, answered: false, look: undefined, saidAt: 0 };
      this.#troubled.set(policy.id, begun);
      this.#write(policy.id, begun);
      return;
    }
    known.trouble = trouble;
    known.isNews = true;
    known.answered = false;
    this.#lookLater(policy.id, known);
  }

  /** Nothing more is said. */
  close(): void {
    for (const { look } of this.#troubled.values()) clearTimeout(look);
    this.#troubled.clear();
  }

  #lookLater(id: string, troubled: Troubled): void {
    if (troubled.look !== undefined) return;
    const waitMs = Math.max(0, troubled.saidAt + this.#intervalMs - performance.now());
    troubled.look = setTimeout(() => {
      troubled.look = undefined;
      this.#look(id, troubled);
    }, waitMs);
  }

  #look(id: string, troubled: Troubled): void {
    if (!troubled.isNews && troubled.answered) {
      this.#troubled.delete(id);
      this.#say(id);
      return;
    }
    this.#write(id, troubled);
    if (troubled.answered) this.#lookLater(id, troubled);
  }

  #write(id: string, troubled: Troubled): void {
    troubled.isNews = false;
    troubled.saidAt = performance.now();
    this.#say(id);
  }

  #say(id: string): void {
    this.#reporter.say(id, policyReport(this.#model, id, this.#troubled.get(id)?.trouble));
  }

  #forget(id: string, { look }: Troubled): void {
    clearTimeout(look);
    this.#troubled.delete(id);
  }
}
