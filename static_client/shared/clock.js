// @ts-check
/**
 * The server's session time on the page's monotonic clock.
 *
 * STABLE API
 *   const clock = new SessionClock()
 *   clock.sync(server_now_ms)       at the receipt of a view
 *   clock.nowMs()                   session milliseconds now
 *   everySecond(fn)                 → stop; called about four times a second while the page is visible
 */
export class SessionClock {
  #serverMs = 0;
  #localMs = performance.now();

  /** @param {number} serverNowMs */
  sync(serverNowMs) {
    this.#serverMs = serverNowMs;
    this.#localMs = performance.now();
  }

  nowMs() {
    return this.#serverMs + (performance.now() - this.#localMs);
  }
}

/** @param {() => void} draw @returns {() => void} */
export function everySecond(draw) {
  const timer = setInterval(() => { if (!document.hidden) draw(); }, 250);
  return () => clearInterval(timer);
}
