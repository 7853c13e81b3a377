// Names for what must not be mistaken for anything else.
/** A name that nothing else has: 32 hexadecimal digits. */
export function randomName() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
