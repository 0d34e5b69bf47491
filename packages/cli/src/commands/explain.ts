import type { Command } from "commander";
import type { Resource } from "@protomesh/core/api";
import { listResources } from "../client/list-resources.js";
import { revisionOf } from "../client/revision.js";
import { statusesNow } from "../client/statuses-now.js";
import { takeStoreOptions, type StoreOptions } from "../client/store-options.js";
import { withStore } from "../client/store-session.js";
import { noStatuses } from "../client/watch-statuses.js";
import { exitCode } from "../exit-code.js";
import { askedRequest } from "../explain/asked-request.js";
import { Answer } from "../failure.js";
import { outputOption, type OutputFormat } from "../output/output-option.js";
import { kindLabel, resourceLabel } from "../output/resource-label.js";
import { dataText } from "../output/serialized.js";
import { styledFor } from "../output/styled.js";
import { fleetOf } from "../status/fleet.js";
import { standingOf } from "../status/standing.js";
import type { Surroundings } from "../surroundings.js";

interface ExplainOptions extends StoreOptions {
  readonly authority?: string;
  readonly header: readonly string[];
  readonly ingress?: string;
  readonly nodeCluster?: string;
  /** False: xDS servers run with envoy.xds.service.match.node.cluster=false. */
  readonly matchNodeCluster: boolean;
  readonly at?: bigint;
  readonly output: OutputFormat;
}

const kinds = ["http_ingress", "service", "instance_set", "routing_policy", "gateway_policy"];

export function define(command: Command, surroundings: Surroundings): void {
  takeStoreOptions(command, surroundings)
    .usage("[METHOD] URL | METHOD /PATH | /pkg.Service/Method")
    .argument("<request...>", "a URL with or without a method, a method and a path, or a full gRPC method")
    .option(
      "--authority <host[:port]>",
      "the host that is asked, where no URL names one; default: one that no policy names",
    )
    .option(
      "-H, --header <name: value>",
      "a header of the request, where gateway policies ask for some; may be given again",
      (value: string, before: readonly string[]) => [...before, value],
      [],
    )
    .option("--ingress <name>", "only at the ingress of this ingress_name, whatever the port")
    .option(
      "--node-cluster <name>",
      "only on Envoys of this cluster; default: on all, and those that differ are told apart",
    )
    .option(
      "--no-match-node-cluster",
      "as where envoy.xds.service.match.node.cluster is false: every node has everything",
    )
    .option("--at <revision>", "by what was declared at this revision", revisionOf)
    .addOption(outputOption("how to print it"))
    .addHelpText(
      "after",
      `
Tells which ingress, virtual host, route, service and instances would answer, or which gateway policy and function; and what
is missing. It asks nobody but the store: xDS servers and gateways serve by the same rules. A port that is not named (80 or
443) leads to every ingress where none listens there, as somebody in front may. Ends with 1 when nobody would answer.

Examples:
  protomesh explain http://api.example.com:10000/billing/7
  protomesh explain POST https://api.example.com/billing --ingress edge
  protomesh explain GET /hello --authority api.example.com
  protomesh explain /protomesh.services.v1.PingPongService/DoPing`,
    )
    .action(async (words: readonly string[]) => {
      const options = command.opts<ExplainOptions>();
      const { stdout } = surroundings;
      const asked = askedRequest(words, options.authority, options.header);
      // These bring the xDS server and the gateway with them.
      const { explanationOf, isAnswered, resourcesIn } = await import("../explain/explanation.js");
      const { explanationText } = await import("../explain/report.js");
      const { explanationData } = await import("../explain/report-data.js");
      await withStore(options, surroundings, async (session) => {
        const { namespace, at, output } = options;
        const { resources } = await listResources(session, { namespace, kinds, revision: at });
        const explanation = explanationOf(resources, asked, {
          ingressName: options.ingress,
          nodeCluster: options.nodeCluster,
          matchNodeCluster: options.matchNodeCluster,
        });
        const byId = new Map(resources.map((resource) => [resource.id, resource]));
        const statuses = at === undefined ? await statusesNow(session, options) : undefined;
        const fleet = fleetOf(statuses ?? noStatuses, Date.now());
        const standings = [...resourcesIn(explanation)].flatMap((id) => {
          const resource = byId.get(id);
          if (resource === undefined || statuses === undefined) return [];
          return [[id, standingOf(versionOf(resource), statuses.byResource.get(id) ?? [], fleet)] as const];
        });
        const label = (id: string): string => {
          const resource = byId.get(id);
          return resource === undefined ? id : resourceLabel(resource);
        };
        const known = { label, standings: new Map(standings) };
        stdout.write(
          output === "text"
            ? explanationText(explanation, known, styledFor(stdout))
            : dataText(explanationData(explanation, known), output),
        );
        if (!isAnswered(explanation)) throw new Answer(exitCode.no);
      });
    });
}

function versionOf(resource: Resource): { readonly kind: string; readonly index: bigint } {
  return { kind: kindLabel(resource), index: resource.version?.index ?? 0n };
}
