/** Settings that a deployment gives the program, checked as the program checks them. */
import { readConfig, ConfigError } from '../../../src/config.js'

/** @returns what the program would refuse to start for */
export function settingFaults(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    readConfig({ FILMROOM_HOST: '0.0.0.0', ...environment })
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    // What this version does not have yet is named as such; what no version has is a fault.
    return error.faults.filter(fault => !/: this version (has no|does not have) /.test(fault))
  }
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 }

/** @param text such as `75s` or `1m15s`
 *  @returns seconds */
export function seconds(text: string): number {
  const parts = [...text.matchAll(/(\d+)([smh])/g)]
  return parts.reduce((sum, [, number = '', unit = '']) => sum + Number(number) * (UNITS[unit] ?? NaN), 0)
}
