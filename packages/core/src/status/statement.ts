import { Condition_State } from "../api.js";

/** What a component states of a resource, before it is known since when it holds. */
export interface Statement {
  /** One capitalised word: `Accepted`, `Programmed`, `Conflict`, `Started`. */
  readonly type: string;
  readonly state: Condition_State;
  /** One capitalised word for machines. */
  readonly reason: string;
  /** A sentence for people. */
  readonly message: string;
}

/** The statement that `type` is true. */
export function holds(type: string, reason: string, message: string): Statement {
  return { type, state: Condition_State.TRUE, reason, message };
}

/** The statement that `type` is false. */
export function fails(type: string, reason: string, message: string): Statement {
  return { type, state: Condition_State.FALSE, reason, message };
}
