/** Where in a path a state is, by its number. */
export const placeOf = (state: number): string =>
  state === 0 ? "in the initial state" : `after step ${state}`;
