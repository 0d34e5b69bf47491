"""Calls the worker's activities from a workflow in Python, and prints what came of it as JSON.

usage: activities.py ADDRESS TASK_QUEUE < descriptors

ADDRESS is Temporal's, TASK_QUEUE that of the worker's activities. Standard input is the public API's
FileDescriptorSet: messages are built by Python's own protobuf, whose JSON is the one that the activities must
understand and answer in.
"""

import asyncio
import json
import sys
from datetime import timedelta

from google.protobuf import any_pb2, descriptor_pb2, duration_pb2, timestamp_pb2  # noqa: F401
from google.protobuf import descriptor_pool, message_factory, symbol_database
from temporalio import workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

address, task_queue = sys.argv[1:]

pool = descriptor_pool.Default()
for file in descriptor_pb2.FileDescriptorSet.FromString(sys.stdin.buffer.read()).file:
    try:
        pool.FindFileByName(file.name)
    except KeyError:
        pool.AddSerializedFile(file.SerializeToString())


def message(name):
    made = message_factory.GetMessageClass(pool.FindMessageTypeByName(name))
    symbol_database.Default().RegisterMessage(made)
    return made


Put, PutAnswer = (message(f"protomesh.services.v1.PutResource{kind}") for kind in ("Request", "Response"))
Get, GetAnswer = (message(f"protomesh.services.v1.GetResource{kind}") for kind in ("Request", "Response"))
Drop, DropAnswer = (message(f"protomesh.services.v1.DropResources{kind}") for kind in ("Request", "Response"))
Process = message("protomesh.types.v1.Process")

resource_id = "7c9e6679-7425-40de-944b-e07fc1f90ae7"


async def call(activity, request, answer):
    return await workflow.execute_activity(
        activity,
        request,
        result_type=answer,
        task_queue=task_queue,
        start_to_close_timeout=timedelta(seconds=10),
        retry_policy=RetryPolicy(maximum_attempts=5, initial_interval=timedelta(milliseconds=50)),
    )


async def failure(activity, request, answer):
    """How a call fails: the type of the failure, and whether it is not to be repeated."""
    try:
        await call(activity, request, answer)
    except ActivityError as error:
        cause = error.cause
        assert isinstance(cause, ApplicationError)
        return [cause.type, cause.non_retryable]
    return None


@workflow.defn(name="python-caller")
class Caller:
    @workflow.run
    async def run(self) -> dict:
        trigger = Process()
        trigger.trigger.name = "Nightly"
        trigger.trigger.task_queue = "batch"
        trigger.trigger.execution_timeout.FromNanoseconds(90_500_000_000)
        request = Put()
        request.resource.namespace = "default"
        request.resource.id = resource_id
        request.resource.name = "nightly"
        request.resource.spec.Pack(trigger)
        put = await call("ResourceStore_Put", request, PutAnswer)

        got = await call("ResourceStore_Get", Get(namespace="default", resource_id=resource_id), GetAnswer)
        back = Process()
        assert got.resource.spec.Unpack(back)

        plain = await call("ResourceStore_Get", {"namespace": "default", "resourceId": resource_id}, dict)
        drop = await call("ResourceStore_Drop", Drop(namespace="default", resource_ids=[resource_id]), DropAnswer)
        gone = Get(namespace="default", resource_id=resource_id)
        return {
            "index": put.version.index,
            "hash": put.version.sha256_hash,
            "same_spec": back == trigger,
            "same_version": got.resource.version.index == put.version.index,
            "written_at": got.resource.version.timestamp.ToJsonString(),
            "plain": plain["resource"]["spec"],
            "dropped": list(drop.dropped_ids),
            "gone": await failure("ResourceStore_Get", gone, GetAnswer),
            "wrong_message": await failure("ResourceStore_Get", drop, GetAnswer),
        }


async def main():
    client = await Client.connect(address)
    async with Worker(
        client,
        task_queue="python",
        workflows=[Caller],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        print(json.dumps(await client.execute_workflow("python-caller", id="python-caller", task_queue="python")))


asyncio.run(main())
