import { stripVTControlCharacters } from "node:util";
import type { Duration } from "@protomesh/core/api";
import type { Policy } from "@protomesh/gateway";
import type { Styled } from "../output/styled.js";
import { tableText } from "../output/table.js";
import type { Standing } from "../status/standing.js";
import type { AskedRequest } from "./asked-request.js";
import type { Explanation } from "./explanation.js";
import type { GatewayAnswer } from "./gateway-answer.js";
import type { ExplainedAnswer, NodeAnswers } from "./node-answers.js";

/** What the resources of an explanation are called, and how they stand. */
export interface Known {
  readonly label: (id: string) => string;
  /** By id; empty where the past is explained. */
  readonly standings: ReadonlyMap<string, Standing>;
}

/** For people: who answers, step by step, and what is missing. */
export function explanationText({ asked, nodes, gateways }: Explanation, known: Known, styled: Styled): string {
  return [
    `${requestText(asked)}\n`,
    ...nodes.flatMap((node) => nodeTexts(node, asked, known, styled)),
    ...gateways.map((answer) => gatewayText(answer, asked, known, styled)),
  ].join("\n");
}

type Row = readonly [label: string, text: string];

function requestText({ protocol, method, host, port, path, query }: AskedRequest): string {
  const what = protocol === "grpc" ? `gRPC ${path}` : `${method} ${path}${query}`;
  return `${what} of ${host ?? "any host"}${port === undefined ? "" : ` on port ${port}`}`;
}

function nodeTexts(node: NodeAnswers, asked: AskedRequest, known: Known, styled: Styled): readonly string[] {
  const head = styled("bold", `Envoy, on ${node.nodes}`);
  if (node.answers.length === 0) {
    return [
      sectionText(head, [
        ["answer", styled("red", "none: the connection is refused")],
        ...missingRows(node.missing, styled),
      ]),
    ];
  }
  return node.answers.map((answer) => sectionText(head, answerRows(answer, asked, known, styled)));
}

function answerRows(answer: ExplainedAnswer, { query }: AskedRequest, known: Known, styled: Styled): readonly Row[] {
  const { ingress, filtered, domain, route, service, setIds, instances, missing, conflicts } = answer;
  const { label } = known;
  const rows: Row[] = [["ingress", `${label(ingress.id)}, on port ${ingress.value.listenPort}`]];
  for (const providers of filtered.tokensOf)
    rows.push(["token", `one of ${providers.join(" or ")} is asked for; 401 without`]);
  if (domain !== undefined) rows.push(["virtual host", domain]);
  if (route !== undefined) {
    const { policy, match, path } = route;
    const rewritten = match.rewrite === "" ? "" : `, rewritten to ${path}${query}`;
    rows.push([
      "route",
      `${match.value}${matchText[match.kind]}, of ${label(policy.id)}${rewritten}${withinText(route.route.timeout)}`,
    ]);
  }
  if (service !== undefined) {
    const { enableTlsTransport, instanceApplicationProtocolOptions: options } = service.value;
    const protocol = options?.$case === "instanceHttp2Options" ? "HTTP/2" : "HTTP/1.1";
    rows.push(["service", `${label(service.id)}, by ${protocol}${enableTlsTransport ? " over TLS" : ""}`]);
  }
  if (instances.length > 0) {
    const places = instances.map(({ address, port }) =>
      address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`,
    );
    rows.push(["instances", `${places.join(", ")}, of ${setIds.map(label).join(", ")}`]);
  }
  return [
    ...rows,
    ["answer", answerText(answer, styled)],
    ...missingRows(missing, styled),
    ...conflicts.map(({ loserId, message }): Row => ["conflict", `${label(loserId)} loses: ${message}`]),
    ...standingRows([ingress.id, route?.policy.id, service?.id, ...setIds], known, styled),
  ];
}

const matchText = {
  path: " exactly",
  prefix: " and all that begins so",
  pathSeparatedPrefix: " and below it",
} as const;

function answerText({ status, instances }: ExplainedAnswer, styled: Styled): string {
  if (status === undefined) {
    return styled("green", instances.length === 1 ? "by the instance" : `by one of ${instances.length} instances`);
  }
  if (status === 200) return styled("green", "200, by Envoy itself: the ingress's health check");
  return styled("red", `${status}, by Envoy itself`);
}

function gatewayText(answer: GatewayAnswer, { protocol }: AskedRequest, known: Known, styled: Styled): string {
  const { path, policy, isHealthCheck, loserIds, missing } = answer;
  const head = styled("bold", `Gateway, where it is asked for ${path}`);
  if (policy === undefined) {
    const refusal = protocol === "grpc" ? "UNIMPLEMENTED" : "404";
    const answered = isHealthCheck
      ? styled("green", "by the gateway itself")
      : styled("red", `${refusal}, by the gateway itself`);
    return sectionText(head, [["answer", answered], ...missingRows(missing, styled)]);
  }
  return sectionText(head, [
    ["policy", `${known.label(policy.id)}, for ${policyText(policy)}`],
    ["answer", styled("green", `by the function ${functionsText(policy)}`)],
    ...loserIds.map((id): Row => ["conflict", `${known.label(id)} loses: it says the same, and is younger`]),
    ...standingRows([policy.id], known, styled),
  ]);
}

function policyText({ match: { protocol, host, method, path, exact } }: Policy): string {
  const what = protocol === "grpc" ? "gRPC " : `${method === "*" ? "any method" : method} `;
  return `${what}${path}${exact ? " exactly" : " and all that begins so"}${host === "" ? "" : ` of ${host}`}`;
}

function functionsText({ chain }: Policy): string {
  return chain
    .map(({ functionName, qualifier }) => (qualifier === undefined ? functionName : `${functionName}:${qualifier}`))
    .join(", then ");
}

function standingRows(
  ids: readonly (string | undefined)[],
  { label, standings }: Known,
  styled: Styled,
): readonly Row[] {
  return ids.flatMap((id) => {
    const standing = id === undefined ? undefined : standings.get(id);
    if (id === undefined || standing === undefined || standing.is === "live" || standing.is === "nobody") return [];
    const word = styled(standing.is === "failed" ? "red" : "yellow", standing.is);
    return [["status", `${label(id)} ${word}: ${standing.says.join("; ")}`] as const];
  });
}

function missingRows(missing: readonly string[], styled: Styled): readonly Row[] {
  return missing.map((text) => [styled("yellow", "missing"), text]);
}

function sectionText(head: string, rows: readonly Row[]): string {
  const width = Math.max(...rows.map(([label]) => stripVTControlCharacters(label).length));
  return `${head}\n${tableText(rows.map(([label, text]) => [`  ${label}${" ".repeat(width - stripVTControlCharacters(label).length)}`, text]))}`;
}

/** Envoy's own limit of 15 s goes without saying. */
function withinText(timeout: Duration | undefined): string {
  if (timeout === undefined) return "";
  const seconds = Number(timeout.seconds) + timeout.nanos / 1e9;
  return seconds === 0 ? ", without a time limit" : `, within ${seconds} s`;
}
