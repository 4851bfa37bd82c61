/** Lines where standard error is no terminal. */
const LINE_MS = 5_000
/** On a terminal one line is written over and over. */
const TERMINAL_MS = 200
const BAR_CHARACTERS = 30

/** How far a command is, on standard error. */
export interface Progress {
  /** @param share of all that is done, 0 to 1; undefined where it is not known */
  tell(line: string, share?: number): void
  /** Makes room for what comes. */
  clear(): void
  readonly seconds: string
}

export function progress(): Progress {
  const { isTTY } = process.stderr
  const started = performance.now()
  let told = started
  return {
    tell(line, share) {
      const now = performance.now()
      if (now - told < (isTTY ? TERMINAL_MS : LINE_MS)) return
      told = now
      const whole = share === undefined ? line : `${bar(share)} ${line}`
      process.stderr.write(isTTY ? `\r\x1b[K${whole}` : `${whole}\n`)
    },
    clear() {
      if (isTTY) process.stderr.write('\r\x1b[K')
    },
    get seconds() {
      return ((performance.now() - started) / 1000).toFixed(1)
    },
  }
}

function bar(share: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * BAR_CHARACTERS)
  const percent = `${Math.floor(share * 100)} %`.padStart(5)
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR_CHARACTERS - filled)}]${percent}`
}
