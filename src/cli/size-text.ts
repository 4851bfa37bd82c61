/** @param size bytes */
export function sizeText(size: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, size)) / 10))
  return `${(size / 2 ** (10 * power)).toFixed(power === 0 ? 0 : 1)} ${units[power]}`
}
