import { resourceExhausted } from "@protomesh/core";
import type { Resource } from "@protomesh/core/api";

/** The most that one request may hold, by the settings of these names. */
export interface Limits {
  /** `store.limits.resource`: bytes of one resource. */
  readonly resourceBytes: number;
}

/** @throws DomainError resource-exhausted, naming the limit */
export function checkResourceSize({ id, name, namespace, spec }: Resource, { resourceBytes }: Limits): void {
  const bytes = id.length + name.length + namespace.length + (spec?.typeUrl.length ?? 0) + (spec?.value.length ?? 0);
  if (bytes <= resourceBytes) return;
  throw resourceExhausted(
    `resource ${id}: ${bytes} bytes are more than store.limits.resource allows (${resourceBytes})`,
  );
}
