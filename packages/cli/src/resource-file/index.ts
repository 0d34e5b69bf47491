export {
  documentOf,
  formatDocuments,
  portableDocument,
  storedDocument,
  type ResourceDocument,
  type StoredDocument,
} from "./format-documents.js";
export { formatMistakes } from "./format-mistakes.js";
export type { Mistake, Position } from "./mistake.js";
export { readResourceFiles, type ReadOptions, type ReadResult } from "./read-resource-files.js";
