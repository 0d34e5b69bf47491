import type { Database } from "../database/database.js";
import type { Session } from "../database/pool.js";
import { commitGroup, type CommittedGroup } from "./commit-group.js";
import { NamespaceWriter, type OnCancelled } from "./namespace-writer.js";
import type { WriteMetrics } from "./write-metrics.js";
import type { Write, WriteResult } from "./write.js";

export interface WritersOptions {
  readonly database: Database;
  readonly queueLimit: number;
  readonly metrics: WriteMetrics;
  /** Told of each group that was committed, in order, after its answers and the next group are on their way. */
  readonly committed: (namespace: string, group: CommittedGroup) => void;
}

/** The writers of all namespaces: one group of each is on its way at a time, over a few connections for all. */
export class Writers {
  readonly #options: WritersOptions;
  readonly #writers = new Map<string, NamespaceWriter>();

  constructor(options: WritersOptions) {
    this.#options = options;
  }

  /** @throws DomainError */
  async submit(namespace: string, write: Write, onCancelled?: OnCancelled): Promise<WriteResult> {
    const writer = this.#writers.get(namespace) ?? this.open(namespace);
    try {
      return await writer.submit(write, onCancelled);
    } finally {
      if (writer.idle && this.#writers.get(namespace) === writer) this.#writers.delete(namespace);
    }
  }

  /**
   * Carries out a write that is planned in the transaction that commits it. It waits for the groups on their way, and they
   * for it, by the namespace's row.
   * @throws DomainError, DatabaseError
   */
  async carryOut(namespace: string, plan: (sql: Session) => Promise<Write>): Promise<WriteResult> {
    const group = await this.#options.database.run("write", async (sql) =>
      sql.begin(async (transaction) => commitGroup(transaction, namespace, [await plan(transaction)])),
    );
    this.announce(namespace, group);
    return onlyResult(group);
  }

  /**
   * What a write would do now, without doing it.
   * @returns the result and the namespace's revision
   */
  async rehearse(
    namespace: string,
    plan: (sql: Session) => Promise<Write>,
  ): Promise<{ readonly result: WriteResult; readonly head: bigint }> {
    const group = await this.#options.database.run("write", async (sql) => {
      let rehearsed: CommittedGroup | undefined;
      const undo = new Error("rehearsed");
      await sql
        .begin(async (transaction) => {
          rehearsed = await commitGroup(transaction, namespace, [await plan(transaction)]);
          throw undo;
        })
        .catch((error: unknown) => {
          if (error !== undo) throw error;
        });
      return rehearsed;
    });
    if (group === undefined) throw new Error("a write got no result");
    return { result: onlyResult(group), head: group.changes.length === 0 ? group.head : group.head - 1n };
  }

  private announce(namespace: string, group: CommittedGroup): void {
    setImmediate(() => this.#options.committed(namespace, group));
  }

  private open(namespace: string): NamespaceWriter {
    const { database, metrics, queueLimit } = this.#options;
    const writer = new NamespaceWriter({
      commit: async (writes) => {
        const stop = metrics.commitSeconds.startTimer();
        const group = await database.run("write", async (sql) => commitGroup(sql, namespace, writes));
        stop();
        metrics.groupSize.observe(writes.length);
        return group;
      },
      committed: (group) => this.announce(namespace, group),
      queueLimit,
    });
    this.#writers.set(namespace, writer);
    return writer;
  }
}

function onlyResult({ results: [result] }: CommittedGroup): WriteResult {
  if (result === undefined) throw new Error("a write got no result");
  return result;
}
