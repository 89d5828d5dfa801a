/** So many times in a row it is asked what is known, before it is judged whether that pays. */
const row = 1024;

/** A run that asks fewer questions is worth keeping in any case. */
const manyQuestions = 64;

/**
 * Whether it pays to keep what runs of a recipe came to. Where most states of a wide state space take a path of their own
 * through it, looking for what is known costs more than another run, and what is kept outgrows the states.
 */
export class Worth {
  /** Runs are not kept any more: each is recorded, used once, and forgotten. */
  isOver = false;
  #asked = 0;
  #runs = 0;
  #questions = 0;

  /** It was asked what is known of a state. */
  ask(): void {
    if (++this.#asked < row) return;
    this.isOver ||= 2 * this.#runs > row && this.#questions > manyQuestions * this.#runs;
    this.#asked = 0;
    this.#runs = 0;
    this.#questions = 0;
  }

  /** Nothing was, and a run asked so many questions. */
  run(questions: number): void {
    this.#runs++;
    this.#questions += questions;
  }
}
