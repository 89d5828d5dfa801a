export { instanceText } from "./instance-text.ts";
export type { Paint, PaintRole } from "./sheet.ts";
export { drawText, type TextOptions } from "./text.ts";
