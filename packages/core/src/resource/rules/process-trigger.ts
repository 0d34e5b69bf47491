import {
  type Trigger,
  Trigger_IDBuilder,
  Trigger_IfForeignAction,
  Trigger_IfRunningAction,
  Trigger_OnDropAction,
  type Trigger_RetryPolicy,
} from "../../api.js";
import { isJsonObject } from "../json/json-object.js";
import { enumeration } from "./enumeration.js";
import { parsedJson } from "./json.js";
import { duration, durationText, nanosecondsOf, notNegative } from "./number.js";
import { scheduleViolations } from "./schedule.js";
import { filled } from "./text.js";
import { violation, type RuleViolation } from "./violation.js";

/** Cron schedules, workflow ids and task queues are Temporal's to judge. */
export function processTriggerViolations(at: string, trigger: Trigger): RuleViolation[] {
  const { idSuffix, ifRunning, onDrop, retryPolicy } = trigger;
  const builder = idSuffix?.$case === "idSuffixBuilder" ? idSuffix.value : undefined;
  return [
    ...filled(`${at}.name`, trigger.name, "the workflow's type"),
    ...(builder === undefined ? [] : enumeration(`${at}.id_suffix_builder`, builder, Trigger_IDBuilder)),
    ...(ifRunning === undefined
      ? []
      : enumeration(`${at}.if_running_action`, ifRunning.value, Trigger_IfRunningAction)),
    ...(onDrop === undefined ? [] : enumeration(`${at}.on_drop_action`, onDrop.value, Trigger_OnDropAction)),
    ...duration(`${at}.execution_timeout`, trigger.executionTimeout),
    ...duration(`${at}.run_timeout`, trigger.runTimeout),
    ...duration(`${at}.task_timeout`, trigger.taskTimeout),
    ...argumentsViolations(`${at}.json_arguments`, trigger.jsonArguments),
    ...(retryPolicy === undefined ? [] : retryViolations(`${at}.retry_policy`, retryPolicy)),
    ...memoViolations(`${at}.json_memo`, trigger.jsonMemo),
    ...searchAttributesViolations(`${at}.json_search_attributes`, trigger.jsonSearchAttributes),
    ...enumeration(`${at}.if_foreign_action`, trigger.ifForeignAction, Trigger_IfForeignAction),
    ...scheduleViolations(`${at}.schedule`, trigger),
    ...signalViolations(`${at}.signal_on_update`, trigger),
  ];
}

/** Entries of ours say whose a workflow is. */
function memoViolations(field: string, text: string): RuleViolation[] {
  if (text === "") return [];
  const memo = parsedJson(text);
  const valid = isJsonObject(memo) && Object.keys(memo).every((key) => !key.startsWith("protomesh."));
  return valid ? [] : [violation(field, text, "a JSON object without keys that begin with protomesh.")];
}

function searchAttributesViolations(field: string, text: string): RuleViolation[] {
  if (text === "") return [];
  const attributes = parsedJson(text);
  if (isJsonObject(attributes) && Object.values(attributes).every(isSearchAttribute)) return [];
  return [violation(field, text, "a JSON object of texts, numbers, booleans and lists of texts")];
}

function isSearchAttribute(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((item) => typeof item === "string");
  return ["string", "number", "boolean"].includes(typeof value);
}

/** A signal reaches the run that is there, and no later one: runs to come would begin with the old arguments. */
function signalViolations(
  field: string,
  { signalOnUpdate, cronSchedule, schedule, idSuffix }: Trigger,
): RuleViolation[] {
  if (signalOnUpdate === "") return [];
  const isRandom = idSuffix?.$case === "idSuffixBuilder" && idSuffix.value === Trigger_IDBuilder.RANDOM;
  if (cronSchedule === "" && schedule === undefined && !isRandom) return [];
  return [violation(field, signalOnUpdate, "none with cron_schedule, schedule or ID_BUILDER_RANDOM")];
}

function argumentsViolations(field: string, text: string): RuleViolation[] {
  return text === "" || Array.isArray(parsedJson(text))
    ? []
    : [violation(field, text, 'a JSON array, such as [1, "two"]')];
}

function retryViolations(at: string, policy: Trigger_RetryPolicy): RuleViolation[] {
  return [
    ...duration(`${at}.initial_interval`, policy.initialInterval),
    ...duration(`${at}.maximum_backoff`, policy.maximumBackoff),
    ...backoffViolations(`${at}.maximum_backoff`, policy),
    ...notNegative(`${at}.maximum_attempts`, policy.maximumAttempts),
  ];
}

/** No longest backoff, or 0s, leaves it to the server. */
function backoffViolations(field: string, { initialInterval, maximumBackoff }: Trigger_RetryPolicy): RuleViolation[] {
  const longest = nanosecondsOf(maximumBackoff);
  if (maximumBackoff === undefined || longest <= 0n || longest >= nanosecondsOf(initialInterval)) return [];
  return [violation(field, durationText(maximumBackoff), "no less than initial_interval")];
}
