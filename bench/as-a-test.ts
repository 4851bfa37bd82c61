import type { Test } from 'tap'

/** What starts servers for a test takes this in place of one. What fails throws.
 *  @returns `end`: stops all that was started, the last first */
export function asATest(): { readonly t: Test; readonly end: () => Promise<void> } {
  const ends: (() => unknown)[] = []
  const t = {
    teardown: (end: () => unknown) => void ends.push(end),
    pass: () => true,
    fail: (message: unknown) => {
      throw new Error(String(message))
    },
  }
  return {
    t: t as unknown as Test,
    end: async () => {
      for (const end of ends.reverse()) await end()
    },
  }
}
