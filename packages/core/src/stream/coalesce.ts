import { asyncScheduler, Observable, type MonoTypeOperatorFunction, type SchedulerLike, type Subscription } from "rxjs";

/**
 * At most one value each `windowMs`, always the newest: a lone value passes at once, and of a burst the last one follows
 * when the window closes. Unlike with `debounceTime`, steady values cannot hold the output back.
 */
export function coalesce<T>(windowMs: number, scheduler: SchedulerLike = asyncScheduler): MonoTypeOperatorFunction<T> {
  return (source) =>
    new Observable<T>((subscriber) => {
      let waiting: { readonly value: T } | undefined;
      let window: Subscription | undefined;
      let sourceDone = false;

      const release = (value: T): void => {
        window = scheduler.schedule(closeWindow, windowMs);
        subscriber.next(value);
      };
      const closeWindow = (): void => {
        window = undefined;
        if (waiting !== undefined) {
          const { value } = waiting;
          waiting = undefined;
          release(value);
        }
        if (sourceDone) subscriber.complete();
      };

      const subscription = source.subscribe({
        next: (value) => {
          if (window === undefined) release(value);
          else waiting = { value };
        },
        error: (error) => subscriber.error(error),
        complete: () => {
          sourceDone = true;
          if (waiting === undefined) subscriber.complete();
        },
      });
      return () => {
        subscription.unsubscribe();
        window?.unsubscribe();
      };
    });
}
