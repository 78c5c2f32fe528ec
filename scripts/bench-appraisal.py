"""The model of bench-appraisal.ts in numpy: same distributions, same results, vectorised over draws and years.

Reads the model as JSON from standard input, answers with milliseconds of each round and the means.
"""
import json
import sys
import time

import numpy as np

model = json.load(sys.stdin)
DRAWS, YEARS = model["draws"], model["years"]
FACTORS = np.array(model["factors"])
P = [10, 50, 90]


def draw(rng, given):
    if not isinstance(given, dict):
        return given
    value, r = given["value"], given["range"]
    kind = r["distribution"]
    if kind == "triangular":
        return rng.triangular(r["low"], value, r["high"], DRAWS)
    if kind == "uniform":
        return rng.uniform(r["low"], r["high"], DRAWS)
    if kind == "beta":
        return rng.beta(r["alpha"], r["beta"], DRAWS)
    return rng.normal(value, r["sd"], DRAWS)


def rank(values):
    return (values[None, :, :] > values[:, None, :]).sum(axis=1)


def simulate(seed):
    rng = np.random.default_rng(seed)
    results, npsvs, pvbs, pvcs, council_costs = [], [np.zeros(DRAWS)], [np.zeros(DRAWS)], [np.zeros(DRAWS)], [np.zeros(DRAWS)]
    for option in model["options"]:
        net = np.zeros((YEARS, DRAWS))
        council = np.zeros((YEARS, DRAWS))
        pvb = np.zeros(DRAWS)
        benefits = []
        cost = np.broadcast_to(draw(rng, option["cost"]), (DRAWS,))
        for line in option["lines"]:
            scale = draw(rng, line["engagement"]) * draw(rng, line["retention"]) * draw(rng, line["impact"]) * line["units"]
            value = scale * draw(rng, line["fiscal"])
            weights = np.array(line["weights"])
            net += weights[:, None] * value
            council += weights[:, None] * (value * (line["councilShare"] * line["cashability"]))
            pvb += value * (weights @ FACTORS)
            benefits.append((np.outer(weights, np.percentile(scale, P)), np.outer(weights, np.percentile(value, P))))
        net -= cost
        council -= cost
        pvc = cost * FACTORS.sum()
        npsv = pvb - pvc
        cumulative = np.percentile(np.cumsum(net, axis=0), P, axis=1)
        present = np.percentile(np.cumsum(net * FACTORS[:, None], axis=0), P, axis=1)
        cash = np.cumsum(council, axis=0)
        cash_percentiles = np.percentile(cash, P, axis=1)
        results.append(
            {
                "npsv": npsv.mean(),
                "percentiles": np.percentile(npsv, P).tolist(),
                "council": cash[-1].mean(),
                "positive": (npsv > 0).mean(),
                "councilPositive": (cash[-1] > 0).mean(),
                "years": (cumulative, present, cash_percentiles),
                "benefits": benefits,
            }
        )
        npsvs.append(npsv)
        pvbs.append(pvb)
        pvcs.append(pvc)
        council_costs.append(pvc)
    matrix = np.stack(npsvs)
    evpi = matrix.max(axis=0).mean() - matrix.mean(axis=1).max()
    best = np.bincount(matrix.argmax(axis=0), minlength=len(npsvs)) / DRAWS
    points = []
    for gains, costs, prices in ((np.stack(pvbs), np.stack(pvcs), model["thresholds"]), (matrix, np.stack(council_costs), [v - 1 for v in model["councilValues"]])):
        for price in prices:
            worth = gains - price * costs
            points.append(((worth > 0).mean(axis=1), np.bincount(worth.argmax(axis=0), minlength=len(npsvs)) / DRAWS))
    # Ranks where nobody has settled what a pound of benefit, of cost and of the council's cost counts for.
    weights = rng.exponential(size=(3, DRAWS))
    weights /= weights.sum(axis=0)
    criteria = np.stack([np.stack(pvbs), -np.stack(pvcs), -np.stack(council_costs)])
    ranks = rank(np.einsum("cd,cod->od", weights, criteria))
    acceptability = [np.bincount(r, minlength=len(npsvs)) / DRAWS for r in ranks]
    central = [weights[:, r == 0].mean(axis=1) for r in ranks]
    confidence = [(rank(np.einsum("c,cod->od", held, criteria))[o] == 0).mean() for o, held in enumerate(central)]
    return results, evpi, best, points, acceptability, central, confidence


simulate(0)
rounds, work = [], []
for seed in range(1, model["rounds"] + 1):
    start, used = time.perf_counter(), time.process_time()
    results, evpi, *_ = simulate(seed)
    rounds.append((time.perf_counter() - start) * 1000)
    work.append((time.process_time() - used) * 1000)
json.dump({"numpy": np.__version__, "rounds": rounds, "work": work, "evpi": float(evpi), "options": [{k: (v if isinstance(v, list) else float(v)) for k, v in r.items() if k not in ("years", "benefits")} for r in results]}, sys.stdout)
