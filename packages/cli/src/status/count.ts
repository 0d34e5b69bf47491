/** On how many something is, of how many that it is for. */
export interface Count {
  readonly count: number;
  readonly of: number;
}
