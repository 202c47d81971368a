/** The address bar holds the inputs, so that a link shows what its sender saw. */

/** @param {Record<string, number | string>} customer */
export function rememberInAddress(customer) {
  const query = new URLSearchParams(Object.entries(customer).map(([name, value]) => [name, String(value)]));
  const address = query.size > 0 ? `?${query}` : location.pathname;
  history.replaceState(history.state, "", address);
}

/** @returns {Promise<boolean>} whether the address is in the clipboard */
export async function copyAddress() {
  try {
    await navigator.clipboard.writeText(location.href);
    return true;
  } catch {
    // Without the permission, or on an address that is not secure.
    return false;
  }
}
