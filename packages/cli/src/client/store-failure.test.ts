import { Metadata, status, type ServiceError } from "@grpc/grpc-js";
import {
  failedPrecondition,
  invalidArgument,
  notFound,
  serviceErrorOf,
  unavailable,
  versionConflict,
} from "@protomesh/core";
import { expect, test } from "vitest";
import { storeFailure } from "./store-failure.js";

const options = { server: "store:6680", timeout: 5000 };

/** An error as a client gets it from a server that answered with `error`. */
function received(error: Error): ServiceError {
  const { code, details, metadata } = serviceErrorOf(error, { error: () => {} });
  return bare(code, details, metadata);
}

function bare(code: status, details: string, metadata = new Metadata()): ServiceError {
  return Object.assign(new Error(details), { code, details, metadata });
}

interface Case {
  readonly title: string;
  readonly error: ServiceError;
  readonly exitCode: number;
  readonly message: string;
  readonly details: readonly string[];
}

test.each<Case>([
  {
    title: "what is wrong is told field by field",
    error: received(
      invalidArgument([
        { field: "name", description: "is missing" },
        { field: "spec.service.service_name", description: '"" is not valid' },
      ]),
    ),
    exitCode: 3,
    message: "the store refuses this",
    details: ["name: is missing", 'spec.service.service_name: "" is not valid'],
  },
  {
    title: "a conflict names the version that stands in the way",
    error: received(
      versionConflict("somebody else was faster", {
        resourceId: "id-1",
        current: { index: 7n, sha256Hash: "", timestamp: undefined },
      }),
    ),
    exitCode: 4,
    message: "somebody else was faster",
    details: ["id-1 is at revision 7"],
  },
  {
    title: "a conflict with what is gone",
    error: received(versionConflict("gone", { resourceId: "id-1", current: undefined })),
    exitCode: 4,
    message: "gone",
    details: ["id-1 is not there"],
  },
  {
    title: "not found",
    error: received(notFound("no such thing")),
    exitCode: 1,
    message: "no such thing",
    details: [],
  },
  {
    title: "a wrong state",
    error: received(failedPrecondition("not now")),
    exitCode: 4,
    message: "not now",
    details: [],
  },
  {
    title: "a store without its database",
    error: received(unavailable("the database cannot carry out the request now")),
    exitCode: 5,
    message: "the store at store:6680 is not available",
    details: ["the database cannot carry out the request now"],
  },
  {
    title: "no connection: the innermost reason",
    error: bare(
      status.UNAVAILABLE,
      "round_robin: No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:1. Resolution note: ",
    ),
    exitCode: 5,
    message: "the store at store:6680 is not available",
    details: ["connect ECONNREFUSED 127.0.0.1:1"],
  },
  {
    title: "no TLS where it is spoken, without OpenSSL's numbers",
    error: bare(
      status.UNAVAILABLE,
      "No connection established. Last error: Error: 80DC820BCA7F0000:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/openssl/openssl/ssl/record/ssl3_record.c:350:\n. Resolution note: ",
    ),
    exitCode: 5,
    message: "the store at store:6680 is not available",
    details: ["SSL routines:ssl3_get_record:wrong version number"],
  },
  {
    title: "no answer in time",
    error: bare(status.DEADLINE_EXCEEDED, "Deadline exceeded"),
    exitCode: 5,
    message: "the store at store:6680 did not answer within 5 s",
    details: ["Deadline exceeded"],
  },
  {
    title: "not allowed",
    error: bare(status.PERMISSION_DENIED, "not you"),
    exitCode: 6,
    message: "the store at store:6680 does not allow this",
    details: ["not you"],
  },
  {
    title: "an older store",
    error: bare(status.UNIMPLEMENTED, "unknown method Apply"),
    exitCode: 7,
    message: "the store at store:6680 cannot do this",
    details: ["unknown method Apply"],
  },
  {
    title: "a fault of the store",
    error: bare(status.INTERNAL, "internal error"),
    exitCode: 7,
    message: "the store at store:6680 failed: INTERNAL",
    details: ["internal error"],
  },
])("$title", ({ error, exitCode, message, details }) => {
  expect(storeFailure(error, options)).toMatchObject({
    exitCode,
    message,
    details,
    next: expect.stringMatching(/\.$/) as string,
    cause: error,
  });
});
