import type { LambdaFunction } from "../lambda/lambda-function.js";
import { handler as hello } from "./hello.js";
import { handler as pingPong } from "./ping-pong.js";

/** The functions of the quick start, by the names under which its gateway policies invoke them. */
export const exampleFunctions: Readonly<Record<string, LambdaFunction>> = { hello, "ping-pong": pingPong };
