import type { temporal } from "@temporalio/proto";
import type { TemporalCalls } from "./temporal-calls.js";

type Info = temporal.api.workflow.v1.IWorkflowExecutionInfo;

/** All workflows that a query finds, page by page. The server's list is late by a moment. */
export async function* listPages(calls: TemporalCalls, namespace: string, query: string): AsyncIterable<Info[]> {
  let nextPageToken: Uint8Array = new Uint8Array();
  do {
    const request = { namespace, query, pageSize: 1_000, nextPageToken };
    const page = await calls.call((service) => service.listWorkflowExecutions(request));
    yield page.executions;
    nextPageToken = page.nextPageToken;
  } while (nextPageToken.length > 0);
}

export async function listExecutions(calls: TemporalCalls, namespace: string, query: string): Promise<Info[]> {
  const found: Info[] = [];
  for await (const page of listPages(calls, namespace, query)) found.push(...page);
  return found;
}

/** A text within the double quotes of a query. */
export function quoted(text: string): string {
  return text.replaceAll(/["\\]/g, "\\$&");
}
