/** The address holds the inputs, so that a link shows what its sender saw; behind "#", which no server is told. */

let link = "";

/** @param {Record<string, number | string>} customer */
export function rememberInAddress(customer) {
  const entries = Object.entries(customer).map(([name, value]) => [name, String(value)]);
  const address = location.pathname + (entries.length > 0 ? `#${new URLSearchParams(entries)}` : "");
  history.replaceState(history.state, "", address);
  link = location.href;
}

/** @returns {Promise<boolean>} whether the link is in the clipboard */
export async function copyAddress() {
  try {
    await navigator.clipboard.writeText(link);
    return true;
  } catch {
    // Without the permission, or on an address that is not secure.
    return false;
  }
}
