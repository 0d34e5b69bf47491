import type { Logger } from "@protomesh/core";
import type { Database } from "../database/database.js";
import type { Notifier } from "../listen/notifier.js";
import type { SignalSender } from "../signal/signal-sender.js";
import type { Signals } from "../signal/signals.js";
import type { StatusFeeds } from "../status/status-feeds.js";
import type { Feeds } from "../stream/feeds.js";
import type { Writers } from "../write/writers.js";
import type { Limits } from "./limits.js";

/** What the requests work with. */
export interface StoreContext {
  readonly log: Logger;
  readonly database: Database;
  readonly writers: Writers;
  readonly feeds: Feeds;
  readonly statuses: StatusFeeds;
  /** undefined where notifications are switched off. */
  readonly notifier: Notifier | undefined;
  /** undefined where notifications are switched off. */
  readonly signals: { readonly sender: SignalSender; readonly subscriptions: Signals } | undefined;
  readonly limits: Limits;
}
