/** What the client knows: what it sent, and what the server has answered for. */
export interface SentInstance {
  readonly StudyInstanceUID: string
  readonly SeriesInstanceUID: string
  readonly SOPInstanceUID: string
  readonly sha256: string
}

export class Ledger {
  readonly #sent = new Map<string, SentInstance>()
  readonly #acknowledged = new Set<string>()
  readonly #digests = new Set<string>()

  send(instance: SentInstance): void {
    this.#sent.set(instance.SOPInstanceUID, instance)
    this.#digests.add(instance.sha256)
  }

  acknowledge(SOPInstanceUID: string): void {
    this.#acknowledged.add(SOPInstanceUID)
  }

  sent(SOPInstanceUID: string): SentInstance | undefined {
    return this.#sent.get(SOPInstanceUID)
  }

  /** their SOP Instance UIDs */
  acknowledged(): ReadonlySet<string> {
    return this.#acknowledged
  }

  /** Whether some sent instance has exactly these bytes. */
  isWhole(sha256: string): boolean {
    return this.#digests.has(sha256)
  }
}
