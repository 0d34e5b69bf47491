/** Above this number of changes a list is sorted anew; fewer are put in their places one by one. */
export const mostPlaced = 64;

/**
 * Where something stands in a sorted list, or would stand: after all members that come before it.
 * @param isBefore whether a member comes before it
 */
export function placeIn<T>(sorted: readonly T[], isBefore: (member: T) => boolean): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    const member = sorted[middle];
    if (member !== undefined && isBefore(member)) from = middle + 1;
    else to = middle;
  }
  return from;
}
