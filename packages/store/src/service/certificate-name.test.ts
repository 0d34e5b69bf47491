import { expect, test } from "vitest";
import { nameIn } from "./certificate-name.js";

interface Case {
  readonly title: string;
  readonly commonName?: string | string[];
  readonly alternatives?: string;
  readonly want: string | undefined;
}

test.each<Case>([
  { title: "no name at all", want: undefined },
  { title: "an address alone", alternatives: "IP Address:127.0.0.1", want: undefined },
  {
    title: "a common name, before all others",
    commonName: "billing",
    alternatives: "URI:spiffe://a/b",
    want: "billing",
  },
  { title: "several common names: the first", commonName: ["one", "two"], want: "one" },
  {
    title: "an empty common name is none",
    commonName: "",
    alternatives: "DNS:billing.example",
    want: "billing.example",
  },
  { title: "a URI before a host name", alternatives: "DNS:a.example, URI:spiffe://a/b", want: "spiffe://a/b" },
  {
    title: "a host name before an address of mail",
    alternatives: "email:a@b.example, DNS:a.example",
    want: "a.example",
  },
  { title: "an address of mail", alternatives: "IP Address:127.0.0.1, email:a@b.example", want: "a@b.example" },
  { title: "several URIs: the first", alternatives: "URI:spiffe://a/b, URI:spiffe://c/d", want: "spiffe://a/b" },
  { title: "a quoted name", alternatives: String.raw`URI:"spiffe://a/b,c\u0022d"`, want: 'spiffe://a/b,c"d' },
  {
    title: "a name within a quoted one is none",
    alternatives: 'email:"a, URI:spiffe://forged", DNS:a.example',
    want: "a.example",
  },
  { title: "other kinds are passed over", alternatives: 'othername:"<unsupported>", DNS:a.example', want: "a.example" },
])("whom a certificate names: $title", ({ commonName, alternatives, want }) => {
  const subject = commonName === undefined ? {} : { CN: commonName };
  expect(nameIn({ subject, subjectaltname: alternatives })).toBe(want);
});
