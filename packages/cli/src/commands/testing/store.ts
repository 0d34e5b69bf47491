import { startProgram, type RunningProgram } from "@protomesh/core";
import { migrate, program } from "@protomesh/store";
import { test as base, until, type Database } from "@protomesh/testing";

/** A real store on the test file's database. */
export interface TestStore {
  /** host:port; the same after a restart. */
  readonly address: string;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** The shared `test` with a store that runs while the test does. */
export const test = base.extend<{ store: TestStore }>({
  store: async ({ database }, use) => {
    await migrate({ dsn: database.dsn });
    let running = await startStore(database, "127.0.0.1:0");
    const address = addressOf(running);
    await use({
      address,
      stop: () => running.stop(),
      start: async () => {
        running = await startStore(database, address);
      },
    });
    await running.stop();
  },
});

async function startStore({ dsn }: Database, address: string): Promise<RunningProgram> {
  const running = await startProgram(program, {
    "store.sql.connection.string": dsn,
    "store.listener.address": address,
    "http.server.tls.disable": true,
  });
  await until(() => running.readiness().ready, "the store is ready");
  return running;
}

function addressOf({ addresses }: RunningProgram): string {
  const address = addresses["grpc"];
  if (address === undefined) throw new Error(`the store has no address: ${JSON.stringify(addresses)}`);
  return address;
}
