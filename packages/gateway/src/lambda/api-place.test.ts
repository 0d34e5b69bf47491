import { afterEach, expect, test, vi } from "vitest";
import { apiPlaceOf } from "./api-place.js";

afterEach(() => void vi.unstubAllEnvs());

test.each([
  {
    title: "AWS's endpoint of the region",
    options: { region: "eu-west-1" },
    variables: {},
    want: { origin: "https://lambda.eu-west-1.amazonaws.com", basePath: "", signingRegion: "eu-west-1" },
  },
  {
    title: "the region of the environment",
    options: {},
    variables: { AWS_REGION: "cn-north-1" },
    want: { origin: "https://lambda.cn-north-1.amazonaws.com.cn", signingRegion: "cn-north-1" },
  },
  {
    title: "FIPS",
    options: { region: "us-gov-west-1" },
    variables: { AWS_USE_FIPS_ENDPOINT: "true" },
    want: { origin: "https://lambda-fips.us-gov-west-1.amazonaws.com", signingRegion: "us-gov-west-1" },
  },
  {
    title: "an endpoint with a port and a path",
    options: { region: "us-east-1", endpoint: "http://127.0.0.1:4566/lambda" },
    variables: {},
    want: { origin: "http://127.0.0.1:4566", host: "127.0.0.1:4566", basePath: "/lambda" },
  },
  {
    title: "the endpoint of the environment",
    options: { region: "us-east-1" },
    variables: { AWS_ENDPOINT_URL_LAMBDA: "http://localhost:9001" },
    want: { origin: "http://localhost:9001", basePath: "" },
  },
])("$title", async ({ options, variables, want }) => {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  expect(await apiPlaceOf(options)).toMatchObject(want);
});
