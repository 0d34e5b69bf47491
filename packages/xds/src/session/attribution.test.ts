import { expect, test } from "vitest";
import { SotwConversation, resourceOf } from "../testing/conversation.js";
import { concernedBy, withoutDebugTokens } from "./attribution.js";

const suspects = ["web1", "web.internal1", "api1"].map(resourceOf);

interface Case {
  readonly title: string;
  readonly message: string;
  readonly want: readonly string[];
}

test.each<Case>([
  {
    title: "the cluster that Envoy names",
    message: "Error adding/updating cluster(s) api: no such thing",
    want: ["api"],
  },
  {
    title: "each that it names",
    message: "Error adding/updating cluster(s) api: no such thing, web: nor this",
    want: ["web", "api"],
  },
  {
    title: "a name that is a part of another",
    message: "Error adding/updating listener(s) web.internal: no",
    want: ["web.internal"],
  },
  { title: "a name at the end of a sentence", message: "malformed resource web.", want: ["web"] },
  {
    title: "everything that it may be about, where none is named",
    message: "Proto constraint validation failed",
    want: ["web", "web.internal", "api"],
  },
])("a rejection concerns $title", ({ message, want }) => {
  expect(concernedBy(message, suspects).map(({ name }) => name)).toEqual(want);
});

test("what may be concerned is what has changed since the client last accepted something", () => {
  const client = new SotwConversation();
  client.publish({ cluster: "a1 b1 c1" });
  client.request("cluster", []);
  client.ack("cluster");
  client.publish({ cluster: "a2 b1 c1" });
  client.nack("cluster");
  client.publish({ cluster: "a2 b2 c1" });
  client.nack("cluster");
  expect(suspectsOf(client)).toEqual([["a"], ["a", "b"]]);
  client.publish({ cluster: "a3 b1 c1" });
  client.ack("cluster");
  client.publish({ cluster: "a3 b1 c2" });
  client.nack("cluster");
  expect(suspectsOf(client).at(-1)).toEqual(["c"]);
});

function suspectsOf({ answers }: SotwConversation): string[][] {
  return answers.flatMap((answer) => (answer.kind === "rejected" ? [answer.suspects.map(({ name }) => name)] : []));
}

test("what protobuf adds to texts so that nobody compares them is left out", () => {
  const [first, second] = ["goo.gle/debugonly  ", "goo.gle/debugstr "].map((token) =>
    withoutDebugTokens(`Proto constraint validation failed (name: empty):\n${token}  connect_timeout {  seconds: 1 }`),
  );
  expect(first).toBe("Proto constraint validation failed (name: empty): connect_timeout { seconds: 1 }");
  expect(second).toBe(first);
});
