import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testCertificate, type Skippable } from "@protomesh/testing";
import { expect, test } from "vitest";
import { startGateway } from "../serve/testing/running-gateway.js";
import { functions } from "./testing/functions.js";
import { run } from "./testing/run.js";

/** What curl wrote: the body, and then `CODE VERSION`. */
async function curl(context: Skippable, args: readonly string[], input?: Uint8Array): Promise<Buffer> {
  const common = ["--silent", "--show-error", "--write-out", "%{http_code} %{http_version}"];
  const { code, stdout, stderr } = await run("curl", [...common, ...args], input).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") context.skip("curl is not on PATH");
    throw error;
  });
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

test.for([
  { title: "HTTP/1.1", flag: "--http1.1", want: "200 1.1" },
  { title: "HTTP/2 by prior knowledge", flag: "--http2-prior-knowledge", want: "200 2" },
  // Asks to change over to HTTP/2, and goes on with HTTP/1.1 where the server does not.
  { title: "an upgrade to HTTP/2 that is not taken", flag: "--http2", want: "200 1.1" },
])("curl by $title: bytes survive both ways", async ({ flag, want }, context) => {
  await using running = await startGateway({ functions });
  const bytes = randomBytes(100_000);
  const posted = ["--data-binary", "@-", "--header", "content-type: image/png"];
  const answer = await curl(context, [flag, ...posted, `${running.url}/echo`], bytes);
  expect(answer.subarray(0, bytes.length).equals(bytes)).toBe(true);
  expect(answer.subarray(bytes.length).toString()).toBe(want);
});

test.for([
  { title: "HTTP/2 by ALPN", flag: "--http2", want: "200 2" },
  { title: "HTTP/1.1 by ALPN", flag: "--http1.1", want: "200 1.1" },
])("curl by TLS: $title", async ({ flag, want }, context) => {
  const tls = testCertificate();
  await using running = await startGateway({ functions, tls });
  const folder = await mkdtemp(join(tmpdir(), "protomesh-curl-"));
  try {
    await writeFile(join(folder, "ca.pem"), tls.cert);
    const answer = await curl(context, ["--cacert", join(folder, "ca.pem"), flag, `${running.url}/echo`]);
    expect(answer.toString()).toBe(want);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("curl sends a large body in chunks, waits for 100-continue, and reads a HEAD", async (context) => {
  await using running = await startGateway({ functions });
  const bytes = randomBytes(2_000_000);
  const chunked = ["--http1.1", "--header", "transfer-encoding: chunked", "--header", "expect: 100-continue"];
  const answer = await curl(context, [...chunked, "--data-binary", "@-", `${running.url}/echo`], bytes);
  expect(answer.subarray(0, bytes.length).equals(bytes)).toBe(true);
  expect(String(await curl(context, ["--head", "--output", "/dev/null", `${running.url}/echo`]))).toBe("200 1.1");
});
