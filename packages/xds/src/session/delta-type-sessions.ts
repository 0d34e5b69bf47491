import { isTakenInPart, isWholeSet, type XdsType } from "../snapshot/xds-type.js";
import { DeltaTypeSession } from "./delta-type-session.js";
import type { DeltaRequest } from "./request.js";
import type { TypeSession } from "./type-session.js";
import { VirtualHostSession } from "./virtual-host-session.js";

/** The session of a type on a stream of the incremental protocol. Virtual hosts are asked for in a way of their own. */
export function deltaTypeSession(type: XdsType | undefined): TypeSession<DeltaRequest> {
  return type === "virtual-host"
    ? new VirtualHostSession()
    : new DeltaTypeSession(isWholeSet(type), isTakenInPart(type));
}
