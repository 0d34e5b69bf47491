import type { Breach } from "../observation.js";
import type { Run } from "../watched.js";

/**
 * Ordered: a run's changes come in revision order. Unique: none comes twice. Reliable: every revision between two marks
 * comes, as revisions have no gaps. Resumable is the same across streams, and all of it in one history. Bookmarkable: nothing comes after a mark that
 * said it had been delivered.
 */
export function streamOrderBreaches(run: Run): readonly Breach[] {
  const breaches: Breach[] = [];
  const say = (promise: Breach["promise"], what: string): void => {
    breaches.push({ promise, what: `${run.watcher}: ${what}` });
  };
  let mark = run.start.revision;
  let newest = mark;
  let stream: number | undefined;
  const seen = new Set<string>();

  for (const response of run.responses) {
    const resumed = response.stream !== stream && response.resumedFrom !== undefined;
    stream = response.stream;
    if (resumed && response.resumedFrom?.revision !== mark) {
      say("resumable", `resumed from ${response.resumedFrom?.revision}, its last mark is ${mark}`);
    }
    if (response.history !== run.history) {
      say("resumable", `went on in history ${response.history}, where the revisions are others than in ${run.history}`);
    }
    for (const { id, index } of response.changes) {
      if (seen.has(`${index} ${id}`)) say("unique", `${id} came twice at revision ${index}`);
      else if (index <= mark) say("bookmarkable", `revision ${index} came after the mark ${mark}`);
      else if (index < newest) say("ordered", `revision ${index} came after ${newest}`);
      else if (index > newest + 1n)
        say(resumed ? "resumable" : "reliable", `revision ${newest} was followed by ${index}`);
      seen.add(`${index} ${id}`);
      if (index > newest) newest = index;
    }
    if (!response.endOfList) continue;
    if (response.revision < mark) say("ordered", `mark ${response.revision} came after mark ${mark}`);
    else if (response.revision !== newest)
      say("reliable", `mark ${response.revision}, but the changes end at ${newest}`);
    mark = response.revision;
    newest = response.revision;
  }
  return breaches;
}
