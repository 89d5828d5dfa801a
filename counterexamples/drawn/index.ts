export { type ChartOptions, drawChart } from "./chart.ts";
export { fairnessLines } from "./fairness-text.ts";
export { instanceText } from "./instance-text.ts";
export { drawItf } from "./itf.ts";
export { drawMermaid, type MermaidOptions } from "./mermaid.ts";
export type { Paint, PaintRole } from "./sheet.ts";
export { drawStory, type StoryFormat, type StoryOptions } from "./story-text.ts";
export { drawText, type TextOptions } from "./text.ts";
