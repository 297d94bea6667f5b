/**
 * The two-sided p-value of the Mann-Whitney U test by its normal approximation: how likely two samples from one distribution
 * would differ so much. For samples of 20 and more; ties take their mean rank.
 */
export function rankTest(a: readonly number[], b: readonly number[]): number {
  const all = [...a.map((value) => ({ value, first: true })), ...b.map((value) => ({ value, first: false }))].sort(
    (x, y) => x.value - y.value,
  )
  let rankSum = 0
  let tied = 0
  for (let start = 0; start < all.length; ) {
    let end = start
    while (end < all.length && all[end]?.value === all[start]?.value) end += 1
    const size = end - start
    tied += size ** 3 - size
    rankSum += all.slice(start, end).filter(({ first }) => first).length * ((start + 1 + end) / 2)
    start = end
  }
  const n = all.length
  const mean = (a.length * (n + 1)) / 2
  const variance = ((a.length * b.length) / 12) * (n + 1 - tied / (n * (n - 1)))
  return variance === 0 ? 1 : 2 * upperTail(Math.abs(rankSum - mean) / Math.sqrt(variance))
}

/** P(Z > z) of the standard normal distribution, z ≥ 0, by the continued fraction of Mills' ratio or, near 0, the series. */
function upperTail(z: number): number {
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  if (z > 3) {
    let fraction = z
    for (let k = 60; k > 0; k--) fraction = z + k / fraction
    return density / fraction
  }
  let term = z
  let sum = z
  for (let k = 1; k < 60; k++) {
    term *= (z * z) / (2 * k + 1)
    sum += term
  }
  return 0.5 - density * sum
}
