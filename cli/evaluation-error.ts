/** An evaluation that cannot be made as asked: wrong use, or a file that is not what it must be. The message is for the user. */
export class EvaluationError extends Error {}
