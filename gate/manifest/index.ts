export { manifest as manifestSchema } from "./schema.ts";
export { emptyManifest, ManifestError, manifestIn, manifestName, manifestText } from "./text.ts";
