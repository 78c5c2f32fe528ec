import type { Advice } from './recommend.js'

/** The answer as JSON text, with what recording it adds. */
export function serialiseAnswer(advice: Advice, id: string | null, createdAt: string): string {
  return JSON.stringify({ id, createdAt, ...advice })
}
