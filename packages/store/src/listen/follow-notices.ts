import type { Logger, Part } from "@protomesh/core";
import type { Observable } from "rxjs";
import type { ListenEvent } from "./listen-event.js";
import { decodeNotification, type Notification } from "./payload.js";

export interface NoticeHandlers {
  readonly log: Logger;
  /** Ready while it listens, and degraded while changes arrive by polls only. */
  readonly part: Pick<Part, "ready" | "degraded">;
  readonly onNotification: (notification: Notification) => void;
  /** From here on none is missed; before it, some may have been. */
  readonly onListening: () => void;
  /** From here on all are missed. */
  readonly onDeaf: () => void;
}

/** Somebody who hears what other stores tell. */
export interface Follower {
  /** Whether notices arrive now. */
  readonly listens: boolean;
  end(): void;
}

/** Hands on what other stores tell. */
export function followNotices(
  events: Observable<ListenEvent>,
  { log, part, onNotification, onListening, onDeaf }: NoticeHandlers,
): Follower {
  let listens = false;
  const subscription = events.subscribe((event) => {
    switch (event.event) {
      case "listening":
        listens = true;
        part.ready();
        log.info("listening for notifications");
        onListening();
        return;
      case "deaf":
        listens = false;
        onDeaf();
        part.degraded(`not listening, changes arrive by polls: ${event.reason}`);
        log.warn({ reason: event.reason }, "not listening for notifications: changes arrive by polls");
        return;
      case "payload": {
        const notification = decodeNotification(event.payload);
        if (notification !== undefined) onNotification(notification);
      }
    }
  });
  return {
    get listens() {
      return listens;
    },
    end: () => subscription.unsubscribe(),
  };
}
