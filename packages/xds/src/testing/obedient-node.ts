import type { ClientDuplexStream } from "@grpc/grpc-js";
import {
  DeltaDiscoveryRequest,
  type DeltaDiscoveryResponse,
} from "../generated/envoy/service/discovery/v3/discovery.js";
import { typeUrls } from "../snapshot/xds-type.js";

/** A node on a stream of delta ADS that takes everything, and asks by name for what clusters and listeners refer to. */
export class ObedientNode {
  readonly #call: ClientDuplexStream<DeltaDiscoveryRequest, DeltaDiscoveryResponse>;
  readonly #children = new Map<string, string>([
    [typeUrls.cluster, typeUrls.endpoints],
    [typeUrls.listener, typeUrls.routes],
  ]);

  constructor(call: ClientDuplexStream<DeltaDiscoveryRequest, DeltaDiscoveryResponse>, id: string, cluster = "edge") {
    this.#call = call;
    call.on("data", (response: DeltaDiscoveryResponse) => this.take(response));
    // The end of the test, or of the server.
    call.on("error", () => {});
    this.ask({ node: { id, cluster }, typeUrl: typeUrls.cluster });
    this.ask({ typeUrl: typeUrls.listener });
  }

  leave(): void {
    this.#call.cancel();
  }

  private take({ typeUrl, nonce, resources }: DeltaDiscoveryResponse): void {
    const child = this.#children.get(typeUrl);
    const names = resources.map(({ name }) => name);
    if (child !== undefined && names.length > 0) this.ask({ typeUrl: child, resourceNamesSubscribe: names });
    this.ask({ typeUrl, responseNonce: nonce });
  }

  private ask(request: Parameters<typeof DeltaDiscoveryRequest.fromPartial>[0]): void {
    this.#call.write(DeltaDiscoveryRequest.fromPartial(request));
  }
}
