import { DomainError, invalidArgument, versionConflict } from "@protomesh/core";
import type { WriteResult } from "../write/write.js";
import { versionOf } from "../stream/encode-change.js";

export type CommittedResult = Extract<WriteResult, { result: "committed" }>;

/**
 * The result of a write that was carried out.
 * @throws DomainError where it was not
 */
export function committedOf(result: WriteResult): CommittedResult {
  switch (result.result) {
    case "committed":
      return result;
    case "conflict": {
      const { id, current } = result;
      const there = current === undefined ? "it is not there" : `it is at ${current.revision}`;
      throw versionConflict(`resource ${id} is not at the expected index: ${there}`, {
        resourceId: id,
        current: current && versionOf(current),
      });
    }
    case "moved":
      throw new DomainError("aborted", `the namespace was written to meanwhile: it is at revision ${result.head}`);
    case "reused":
      throw invalidArgument([
        { field: "request_id", description: "was used for another request, expected one of this request's own" },
      ]);
  }
}
