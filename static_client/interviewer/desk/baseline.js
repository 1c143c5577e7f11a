// @ts-check
/** What is measured against the person's own baseline, in a few signs. Pure. Hints, never scores. */

/** Said where the difference is too small to mean anything. */
export const AT_BASELINE = "±0";
/** Differences that mean nothing: a share of the pace, decibels of the volume. */
const SAME = { pace: 0.05, volume: 1 };

/**
 * How far a value is from the own baseline: "+23 %", "−4 dB" or "±0".
 * @param {{number: (value: number, options?: Intl.NumberFormatOptions) => string}} i18n
 * @param {"pace" | "volume"} what @param {number} now @param {number} baseline
 */
export function differenceText(i18n, what, now, baseline) {
  const difference = what === "volume" ? now - baseline : now / baseline - 1;
  if (Math.abs(difference) < SAME[what]) return AT_BASELINE;
  const size = what === "volume"
    ? `${i18n.number(Math.abs(difference), { maximumFractionDigits: 0 })} dB`
    : `${Math.round(Math.abs(difference) * 100)} %`;
  return `${difference > 0 ? "+" : "−"}${size}`;
}

/**
 * Pace and volume of the latest measure as differences; what has no baseline yet is left out.
 * @param {Parameters<typeof differenceText>[0]} i18n
 * @param {{[field: string]: any} | undefined} measure a `delivery_measured`
 * @returns {{pace?: string, volume?: string}}
 */
export function againstOwn(i18n, measure) {
  /** @type {{pace?: string, volume?: string}} */
  const found = {};
  if (measure?.pace && measure.pace_baseline) found.pace = differenceText(i18n, "pace", measure.pace, measure.pace_baseline);
  const { volume_dbfs: volume = null, volume_baseline_dbfs: usual = null } = measure ?? {};
  if (volume !== null && usual !== null) found.volume = differenceText(i18n, "volume", volume, usual);
  return found;
}
