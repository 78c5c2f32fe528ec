/**
 * How precisely a design estimates a difference between two groups, as two numbers that are the same
 * for every design: the variance of the estimated difference in units of the outcome's variance, and
 * the degrees of freedom that it is known on.
 */
export interface Precision {
  /** Variance of the estimated difference, divided by the variance of the outcome. */
  variance: number
  df: number
}

export interface IndividualPlan {
  /** Share of the people, or of the clusters, that get the service: between 0 and 1. */
  served: number
  /** Background facts held constant in the analysis. */
  covariates: number
  /** Share of the outcome's variance (in a cluster trial: within clusters) that they explain. */
  explained: number
}

/**
 * People who are drawn by lot one by one: (1 - R2) / (P (1 - P) n), on n - 2 - g degrees of freedom.
 *
 * @param people in both groups together, as analysed
 * @source Dong and Maynard (2013), PowerUp!, individual random assignment
 */
export function individualPrecision(people: number, { served, covariates, explained }: IndividualPlan): Precision {
  return { variance: (1 - explained) / (served * (1 - served) * people), df: people - 2 - covariates }
}

export interface ClusterPlan extends IndividualPlan {
  /** Intra-cluster correlation (rho): the share of the outcome's variance that lies between clusters. */
  intraClusterCorrelation: number
  /** Share of the variance between clusters that the covariates explain. */
  explainedBetween: number
}

/**
 * Teams, schools or areas that are drawn by lot whole:
 * (rho (1 - R2 between) + (1 - rho) (1 - R2 within) / m) / (P (1 - P) J), on J - 2 - g degrees of freedom.
 *
 * @param clusters in both groups together
 * @param size people analysed in a cluster, on average
 * @source Dong and Maynard (2013), PowerUp!, two-level cluster random assignment
 */
export function clusterPrecision(clusters: number, size: number, { served, covariates, explained, explainedBetween, intraClusterCorrelation: rho }: ClusterPlan): Precision {
  return { variance: (rho * (1 - explainedBetween) + ((1 - rho) * (1 - explained)) / size) / (served * (1 - served) * clusters), df: clusters - 2 - covariates }
}

/**
 * Two groups, each measured once before and once after. A change has the variance 2V - 2C, so the
 * difference of two changes has 4V - 4C where a comparison after the event alone has 2V: a factor of
 * 2 (1 - r). Measuring before therefore helps only where r is more than a half.
 *
 * @param people in both groups together, each measured twice
 * @param correlation r between a person's value before and after; 0 where other people are measured each time
 * @source McKenzie (2012), one round before and one after
 */
export function beforeAndAfterPrecision(people: number, served: number, correlation: number): Precision {
  return { variance: (2 * (1 - correlation)) / (served * (1 - served) * people), df: people - 2 }
}

/**
 * How many times as many people a cluster trial needs as one that draws people one by one: 1 + (m - 1) rho.
 *
 * @source Donner and Klar (2000)
 */
export const designEffect = (size: number, intraClusterCorrelation: number) => 1 + (size - 1) * intraClusterCorrelation
