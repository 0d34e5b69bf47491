import { portOf, type Places } from "./places.js";
import type { Started } from "./start-quick-start.js";

export interface BannerOptions {
  readonly started: Started;
  readonly places: Places;
  /** How long the start took. */
  readonly seconds: number;
  /** The folder of the state, as the person would name it. */
  readonly folder: string;
  /** grpcurl, as the person would call it; undefined where there is none. */
  readonly grpcurl: string | undefined;
}

const method = "protomesh.services.v1.PingPongService/DoPing";

/** What to say when everything is up: what to try, and how to end it. */
export function banner({ started, places, seconds, folder, grpcurl }: BannerOptions): string {
  const { resources } = started;
  const front = `localhost:${portOf(started.envoy ? places.ingress : places.gateway)}`;
  const server = portOf(places.store) === 6680 ? "" : ` --server ${places.store}`;
  return [
    "",
    `Everything is up, after ${seconds.toFixed(1)} s. Try in another terminal:`,
    "",
    `  curl ${front}/hello`,
    `  ${pingCommand(front, grpcurl)}`,
    `  npx protomesh watch${server}`,
    `  perl -pi -e 's#/hello#/hi#' ${resources}/*.yaml && npx protomesh apply -f ${resources}${server}`,
    "",
    "The last one moves the answer from /hello to /hi, and the watch shows it.",
    `Ctrl-C ends everything. The state stays in ${folder}; npm start -- --fresh starts over.`,
    "",
  ].join("\n");
}

/** Calls the example's gRPC method, for the nonce `hello`: with grpcurl, or else with curl and the message's bytes. */
function pingCommand(front: string, grpcurl: string | undefined): string {
  if (grpcurl !== undefined) {
    const schema = "-import-path proto -proto protomesh/services/v1/ping_pong.proto";
    return `${grpcurl} -plaintext ${schema} -d '{"nonce":"hello"}' ${front} ${method}`;
  }
  const headers = "-H 'content-type: application/grpc' -H 'te: trailers'";
  const curl = `curl -s --http2-prior-knowledge ${headers} --data-binary @- http://${front}/${method}`;
  return `printf '\\0\\0\\0\\0\\7\\n\\5hello' | ${curl} | tail -c 43`;
}
