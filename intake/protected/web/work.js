// A proof of work, apart from the page: finds a count for which SHA-256 of
// "challenge.count" begins with so many zero bits.
"use strict";

self.addEventListener("message", async (event) => {
  const { challenge, bits } = event.data;
  const head = new TextEncoder().encode(challenge + ".");
  for (let count = 0; ; count++) {
    const tail = new TextEncoder().encode(String(count));
    const input = new Uint8Array(head.length + tail.length);
    input.set(head);
    input.set(tail, head.length);
    const sum = new DataView(await self.crypto.subtle.digest("SHA-256", input));
    if (bits <= 32 && Math.clz32(sum.getUint32(0)) >= bits) {
      self.postMessage(challenge + "." + count);
      return;
    }
  }
});
