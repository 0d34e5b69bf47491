import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { startChild, type Child } from "../children/child.js";
import { answers } from "./answers.js";

export interface EnvoyOptions {
  /** Envoy's program. */
  readonly path: string;
  /** Its bootstrap: YAML, or what YAML would be read as. One without `admin` gets a free port of 127.0.0.1. */
  readonly bootstrap: string | Readonly<Record<string, unknown>>;
  /** Worker threads; 1 by default. */
  readonly concurrency?: number;
  /** Envoy's words for it; `warning` by default. */
  readonly logLevel?: string;
  /** Extensions that it is to be without, as one that was built without them, such as `envoy.filters.http/envoy.filters.http.cors`. */
  readonly disabledExtensions?: readonly string[];
  /** Each line of its log. */
  readonly log?: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface RunningEnvoy {
  /** host:port of its admin server. */
  readonly adminAddress: string;
  readonly pid: number;
  readonly exited: Child["exited"];
  /** Whether it is live: its first listeners and clusters have come, or it gave up waiting for them (15 s). */
  isLive(): Promise<boolean>;
  stop(): Promise<void>;
}

/**
 * Starts Envoy and waits for its admin server, not for its configuration: that may come later (`isLive`).
 * @throws ChildError when it does not come up, for instance because it rejects the bootstrap
 */
export async function startEnvoy(options: EnvoyOptions): Promise<RunningEnvoy> {
  const folder = await mkdtemp(join(tmpdir(), "protomesh-envoy-"));
  const forget = async () => rm(folder, { recursive: true, force: true });
  const addressFile = join(folder, "admin-address");
  const adminAddress = async () => textOf(addressFile);
  try {
    const bootstrapFile = join(folder, "bootstrap.yaml");
    await writeFile(bootstrapFile, yamlOf(options.bootstrap));
    const child = await startChild({
      name: "Envoy",
      command: options.path,
      args: [
        "--config-path",
        bootstrapFile,
        "--admin-address-path",
        addressFile,
        "--disable-hot-restart",
        "--concurrency",
        String(options.concurrency ?? 1),
        "--log-level",
        options.logLevel ?? "warning",
        ...(options.disabledExtensions ? ["--disable-extensions", options.disabledExtensions.join(",")] : []),
      ],
      ready: {
        when: async () => (await adminAddress()) !== "" && (await answers(await adminAddress(), "/server_info")),
      },
      signal: options.signal,
      log: options.log,
    });
    const address = await adminAddress();
    const stop = async () => {
      await child.stop();
      await forget();
    };
    const isLive = async () => answers(address, "/ready");
    return { adminAddress: address, pid: child.pid, exited: child.exited, isLive, stop };
  } catch (error) {
    await forget();
    throw error;
  }
}

function yamlOf(bootstrap: EnvoyOptions["bootstrap"]): string {
  if (typeof bootstrap === "string") return bootstrap;
  return stringify({ admin: { address: { socket_address: { address: "127.0.0.1", port_value: 0 } } }, ...bootstrap });
}

async function textOf(file: string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}
