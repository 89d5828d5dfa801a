/** Estimates of costs, in microseconds, by which it is decided when to compile. */
export const costOfWalk = 0.5;
export const costOfCall = 2;
export const costOfNode = 8;
export const costOfModule = 2_000;
/** Of a canonical form by JavaScript, and of code for them all. */
export const costOfForm = 4;
export const costOfForms = 32_000;
