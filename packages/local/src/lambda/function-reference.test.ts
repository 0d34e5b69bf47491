import { expect, test } from "vitest";
import { functionReferenceOf, type FunctionReference } from "./function-reference.js";

interface Case {
  readonly text: string;
  readonly want: FunctionReference | undefined;
}

test.each<Case>([
  { text: "hello", want: { name: "hello", qualifier: undefined } },
  { text: "hello:live", want: { name: "hello", qualifier: "live" } },
  { text: "hello:$LATEST", want: { name: "hello", qualifier: "$LATEST" } },
  { text: "123456789012:function:hello", want: { name: "hello", qualifier: undefined } },
  { text: "123456789012:function:hello:7", want: { name: "hello", qualifier: "7" } },
  { text: "arn:aws:lambda:eu-west-1:123456789012:function:hello", want: { name: "hello", qualifier: undefined } },
  { text: "arn:aws:lambda:eu-west-1:123456789012:function:hello:live", want: { name: "hello", qualifier: "live" } },
  { text: "arn:aws:sqs:eu-west-1:123456789012:function:hello", want: undefined },
  { text: "1234:function:hello", want: undefined },
  { text: "hello:live:more", want: undefined },
  { text: "no spaces", want: undefined },
  { text: "", want: undefined },
])("functionReferenceOf($text)", ({ text, want }) => {
  expect(functionReferenceOf(text)).toEqual(want);
});
