import type { ClaimStatus, Direction, Strength } from './vocabulary.js'

/** What our own words mean. Strength, direction and status are three separate facts about a claim. */

export const STRENGTH_MEANINGS: Record<Strength, string> = {
  strong: 'Several rigorous evaluations show a lasting effect, as at level 4 of the EIF standards and the like.',
  'evidence-based': 'At least one rigorous evaluation shows it, as at level 3 of the EIF standards, or it is judged consistent with that.',
  moderate: 'A source grades the evidence as moderate in words, without a level.',
  preliminary: 'An outcome improved, and the method does not yet allow a claim of cause, as at level 2 of the EIF standards; also evidence called promising, or some evidence.',
  limited: 'Below that threshold: views of users, observation or practice experience only. It supports no claim that the intervention causes the outcome.',
  none: 'No evidence of effect is known. This is not a finding that there is none.'
}

export const NOT_GRADED_MEANING =
  'Strength is null where a source calls an intervention effective, or recommends it, without a grade. It ranks between limited and preliminary.'

export const DIRECTION_MEANINGS: Record<Direction, string> = {
  positive: 'The outcome improved.',
  mixed: 'It improved for some people or some outcomes and not for others.',
  'no-effect': 'It was looked for and not found. With a strength of evidence-based or strong, rigorously so.',
  harm: 'The outcome became worse.',
  unknown: 'No finding about the outcome is known; the status says which kind of silence it is.'
}

export const STATUS_MEANINGS: Record<ClaimStatus, string> = {
  rated: 'A body has given it a level of a scale, or judged it consistent with one.',
  'graded-in-words': 'A source grades the evidence in words only.',
  'not-rated': 'No source held grades it for this need and outcome.',
  'not-evaluated': 'A source says that it has not been evaluated for this.',
  'under-evaluation': 'An evaluation was under way when the source was written.',
  'result-not-seen': 'A study is finished, and its result has not been seen by those who keep this catalogue.'
}
