export { documentOf, formatDocuments, portableDocument, storedDocument } from "./format-documents.js";
export { formatMistakes } from "./format-mistakes.js";
export { readResourceFiles } from "./read-resource-files.js";
