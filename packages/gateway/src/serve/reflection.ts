import { apiRegistry } from "@protomesh/core";
import { toBinary, type DescFile } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { code } from "../grpc/status.js";

/** The full names of the method that answers reflection, in both versions of the protocol, which differ in nothing else. */
export const reflectionMethods: ReadonlySet<string> = new Set([
  "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
  "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
]);

/** What the gateway always serves itself. */
const ownServices = ["grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection"];

/** Field numbers of ServerReflectionRequest and -Response. Source: grpc/grpc, reflection/v1/reflection.proto. */
const request = { fileByFilename: 3, fileContainingSymbol: 4, listServices: 7 } as const;
const response = { originalRequest: 2, fileDescriptors: 4, services: 6, error: 7 } as const;

/**
 * Answers one question of reflection, encoded as both are. The gateway knows the names of the services that policies
 * take, but the messages only of the public API's and health's: for all others tools need the `.proto` files.
 */
export function reflectionAnswer(question: Uint8Array, services: readonly string[]): Uint8Array {
  const { field, text } = questionOf(question);
  const writer = new BinaryWriter();
  writer.tag(response.originalRequest, WireType.LengthDelimited).bytes(question);
  if (field === request.listServices) {
    const names = [...new Set([...ownServices, ...services])].toSorted();
    writer.tag(response.services, WireType.LengthDelimited).fork();
    for (const name of names) {
      writer.tag(1, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).string(name).join();
    }
    return writer.join().finish();
  }
  const file = field === request.fileByFilename ? apiRegistry().getFile(text) : fileOf(field, text);
  if (file === undefined) {
    const [status, message] =
      field === request.fileByFilename || field === request.fileContainingSymbol
        ? [code.notFound, `the gateway passes messages on without knowing them: it cannot describe ${text}`]
        : [code.unimplemented, "the gateway answers no such question"];
    writer.tag(response.error, WireType.LengthDelimited).fork();
    writer.tag(1, WireType.Varint).int32(status).tag(2, WireType.LengthDelimited).string(message);
    return writer.join().finish();
  }
  writer.tag(response.fileDescriptors, WireType.LengthDelimited).fork();
  for (const each of withDependencies(file)) {
    writer.tag(1, WireType.LengthDelimited).bytes(toBinary(FileDescriptorProtoSchema, each.proto));
  }
  return writer.join().finish();
}

/** The field that asks, and its text; the other field, the host, changes nothing. */
function questionOf(question: Uint8Array): { readonly field: number; readonly text: string } {
  const reader = new BinaryReader(question);
  let asked = { field: 0, text: "" };
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    const isText = type === WireType.LengthDelimited && (field === 3 || field === 4 || field === 7);
    if (isText) asked = { field, text: reader.string() };
    else {
      if (field === 5 || field === 6) asked = { field, text: "" };
      reader.skip(type);
    }
  }
  return asked;
}

/** The file that holds a service, one of its methods, a message or an enum. */
function fileOf(field: number, symbol: string): DescFile | undefined {
  if (field !== request.fileContainingSymbol) return undefined;
  const registry = apiRegistry();
  const dot = symbol.lastIndexOf(".");
  return (registry.get(symbol) ?? registry.getService(symbol.slice(0, Math.max(0, dot))))?.file;
}

function withDependencies(file: DescFile, seen = new Set<DescFile>()): ReadonlySet<DescFile> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const each of file.dependencies) withDependencies(each, seen);
  return seen;
}
