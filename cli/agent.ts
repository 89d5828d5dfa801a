/** Set by programs in which a model of language types the commands; as std-env, by which Vitest goes, knows them. */
const agents = [
  "AI_AGENT",
  "AUGMENT_AGENT",
  "CLAUDECODE",
  "CODEX_SANDBOX",
  "CODEX_THREAD_ID",
  "COPILOT_AGENT",
  "CURSOR_AGENT",
  "GEMINI_CLI",
  "OPENCODE",
];

/** Whether whoever reads what is printed pays for each line of it: then nothing is said of progress, time and memory. */
export const isForAgent = (environment: NodeJS.ProcessEnv): boolean =>
  agents.some((name) => (environment[name] ?? "") !== "");

/** An environment in which nobody of the kind reads. */
export const withoutAgents = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !agents.includes(name)));
