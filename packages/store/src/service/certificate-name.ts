import type { PeerCertificate } from "node:tls";

/** Kinds of alternative names as Node tells them: the more somebody chose one for whom it names, the earlier it stands. */
const alternatives = ["URI", "DNS", "email"];

/** A name and its kind. Node quotes names with what could be taken for the end of one, as JSON strings. */
const alternative = /(?:^|, )(?<kind>[^:,"]+):(?:(?<quoted>"(?:[^"\\]|\\.)*")|(?<plain>[^,"]*))(?=, |$)/gu;

/**
 * Whom a certificate names: its common name, else the first of its alternative names that is a URI (such as a SPIFFE id),
 * else a host name, else an e-mail address; undefined: none.
 */
export function nameIn({
  subject,
  subjectaltname = "",
}: {
  readonly subject?: Partial<PeerCertificate["subject"]>;
  readonly subjectaltname?: string | undefined;
}): string | undefined {
  // Where a subject has several common names, Node tells them as a list.
  const commonNames = subject?.CN;
  const commonName = Array.isArray(commonNames) ? commonNames[0] : commonNames;
  if (commonName !== undefined && commonName !== "") return commonName;
  const names = [...subjectaltname.matchAll(alternative)].map(({ groups = {} }) => ({
    kind: groups["kind"],
    name: groups["quoted"] === undefined ? (groups["plain"] ?? "") : String(JSON.parse(groups["quoted"])),
  }));
  return alternatives
    .map((wanted) => names.find(({ kind, name }) => kind === wanted && name !== "")?.name)
    .find((name) => name !== undefined);
}
