/** That something could not be translated, which is a mistake of ours. */
export interface TranslationFailure {
  /** Such as `cluster billing`. */
  readonly what: string;
  readonly error: unknown;
}

/**
 * One change, made by `translate`. Where that throws there is none, so that the last good resource stays and all others go
 * on; `failed` is told.
 */
export function* attempted<T>(
  what: string,
  translate: () => T,
  failed: (failure: TranslationFailure) => void,
): Iterable<T> {
  let change: T;
  try {
    change = translate();
  } catch (error) {
    failed({ what, error });
    return;
  }
  yield change;
}
