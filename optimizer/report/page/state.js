"use strict";
// What is chosen: a caregiver, a town. It stands in the address too, so that a view can be kept or opened again.
careplan.state = (() => {
  const { data } = careplan;
  const listeners = [];
  let chosen = { caregiver: "", town: "" };
  const caregivers = new Set(data.routes.map((route) => route.caregiver));
  const towns = new Set(data.towns.map((town) => town.name));

  function known(wanted) {
    return {
      caregiver: caregivers.has(wanted.caregiver) ? wanted.caregiver : "",
      town: towns.has(wanted.town) ? wanted.town : "",
    };
  }

  function fromAddress() {
    const values = new URLSearchParams(location.hash.slice(1));
    return known({ caregiver: values.get("caregiver") || "", town: values.get("town") || "" });
  }

  function toAddress() {
    const values = new URLSearchParams();
    for (const [name, value] of Object.entries(chosen)) if (value) values.set(name, value);
    const hash = values.toString();
    try {
      history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
    } catch {
      // Some browsers refuse this for files; the view itself does not need it.
    }
  }

  function choose(change) {
    chosen = known({ ...chosen, ...change });
    toAddress();
    for (const listener of listeners) listener(chosen);
  }

  const visit = (index) => data.visits[index];
  const inTown = (index) => !chosen.town || visit(index).town === chosen.town;
  // A route belongs to a town if it has a visit there.
  const routes = () => data.routes.filter((route) =>
    (!chosen.caregiver || route.caregiver === chosen.caregiver) &&
    (!chosen.town || route.stops.some((stop) => inTown(stop.visit))));
  const leftOut = () => data.left_out.filter((entry) => inTown(entry.visit));

  chosen = fromAddress();
  window.addEventListener("hashchange", () => choose(fromAddress()));
  return { get chosen() { return chosen; }, choose, onChange: (listener) => listeners.push(listener), routes, leftOut, visit };
})();
