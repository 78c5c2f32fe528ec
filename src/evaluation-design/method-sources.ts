import type { Citation } from '../schemas.js'

/** Where the formulas and the rules of thumb were published. */
export const POWERUP: Citation = {
  id: 'dong-maynard-2013',
  title: 'PowerUp!: a tool for calculating minimum detectable effect sizes and minimum required sample sizes',
  publisher: 'Dong N, Maynard R. Journal of Research on Educational Effectiveness 6(1)',
  year: 2013,
  section: null,
  url: 'https://doi.org/10.1080/19345747.2012.673143'
}
export const FLEISS: Citation = {
  id: 'fleiss-levin-paik-2003',
  title: 'Statistical Methods for Rates and Proportions, third edition',
  publisher: 'Fleiss JL, Levin B, Paik MC. Wiley',
  year: 2003,
  section: 'Chapter 4',
  url: null
}
export const DONNER: Citation = {
  id: 'donner-klar-2000',
  title: 'Design and Analysis of Cluster Randomization Trials in Health Research',
  publisher: 'Donner A, Klar N. Arnold',
  year: 2000,
  section: null,
  url: null
}
export const MCKENZIE: Citation = {
  id: 'mckenzie-2012',
  title: 'Beyond baseline and follow-up: the case for more T in experiments',
  publisher: 'McKenzie D. Journal of Development Economics 99(2)',
  year: 2012,
  section: null,
  url: 'https://doi.org/10.1016/j.jdeveco.2012.01.002'
}
export const KAHAN: Citation = {
  id: 'kahan-2016',
  title: 'Increased risk of type I errors in cluster randomised trials with small or medium numbers of clusters',
  publisher: 'Kahan BC and others. Trials 17:438',
  year: 2016,
  section: null,
  url: 'https://doi.org/10.1186/s13063-016-1571-2'
}
export const HEMMING: Citation = {
  id: 'hemming-2017',
  title: 'How to design efficient cluster randomised trials',
  publisher: 'Hemming K and others. BMJ 358:j3064',
  year: 2017,
  section: null,
  url: 'https://doi.org/10.1136/bmj.j3064'
}
export const COHEN: Citation = {
  id: 'cohen-1988',
  title: 'Statistical Power Analysis for the Behavioral Sciences, second edition',
  publisher: 'Cohen J. Lawrence Erlbaum',
  year: 1988,
  section: null,
  url: null
}
