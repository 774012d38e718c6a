"use strict";
// The map: no tiles, only vector layers (graticule, town names, stations, routes, visits).
careplan.map = (() => {
  const { data, state, word, say, element, byId, colour, dash, ALERT } = careplan;
  const STEPS = [5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];
  const VILLAGE_ZOOM = 13;
  const PRINT_WIDTH = 700;
  let map = null;
  let layers = null;
  let legend = null;
  let radius = 4;

  function allPoints() {
    const points = data.visits.map((visit) => visit.at).concat(data.stations.map((station) => station.at));
    return points.filter(Boolean);
  }

  function start() {
    const points = allPoints();
    if (!points.length) {
      byId("map-missing").hidden = false;
      return;
    }
    // One finger and the wheel scroll the page; two fingers, or the wheel after a click into the map, move the map.
    map = L.map("map", {
      preferCanvas: true, attributionControl: false, zoomSnap: 0.25, zoomDelta: 0.5, minZoom: 4, maxZoom: 18,
      dragging: !L.Browser.mobile, scrollWheelZoom: false,
    });
    map.on("focus", () => map.scrollWheelZoom.enable());
    map.on("blur", () => map.scrollWheelZoom.disable());
    map.createPane("graticule").style.zIndex = 250;
    map.getPane("graticule").style.pointerEvents = "none";
    map.createPane("names").style.zIndex = 620;
    map.getPane("names").style.pointerEvents = "none";
    layers = {
      graticule: L.layerGroup().addTo(map), names: L.layerGroup().addTo(map), routes: L.layerGroup().addTo(map),
      stations: L.layerGroup().addTo(map), numbers: L.layerGroup().addTo(map),
    };
    L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
    map.fitBounds(L.latLngBounds(points).pad(0.04), { animate: false });
    map.on("moveend", drawBackground);
    render(true);
  }

  function label(at, text, className, pane) {
    const box = element("div");
    element("span", "", text, box);
    return L.marker(at, { icon: L.divIcon({ html: box, className, iconSize: [0, 0] }), interactive: false, keyboard: false, pane });
  }

  function drawBackground() {
    drawGraticule();
    layers.names.clearLayers();
    for (const town of data.towns) {
      if (town.at) label(town.at, town.name, "map-town", "names").addTo(layers.names);
      if (map.getZoom() < VILLAGE_ZOOM) continue;
      for (const village of town.villages) {
        if (village.at && map.getBounds().contains(village.at)) {
          label(village.at, village.name, "map-village", "names").addTo(layers.names);
        }
      }
    }
  }

  function drawGraticule() {
    layers.graticule.clearLayers();
    const bounds = map.getBounds();
    const span = Math.max(bounds.getEast() - bounds.getWest(), bounds.getNorth() - bounds.getSouth());
    const step = STEPS.find((size) => span / size >= 5) || STEPS[STEPS.length - 1];
    const digits = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
    const style = { color: "#d5dad3", weight: 1, interactive: false, pane: "graticule", renderer: graticuleRenderer() };
    const from = (value) => Math.ceil(value / step) * step;
    for (let lon = from(bounds.getWest()); lon < bounds.getEast(); lon += step) {
      L.polyline([[bounds.getSouth(), lon], [bounds.getNorth(), lon]], style).addTo(layers.graticule);
      label([bounds.getSouth(), lon], `${lon.toFixed(digits)}°E`, "map-degree", "graticule").addTo(layers.graticule);
    }
    for (let lat = from(bounds.getSouth()); lat < bounds.getNorth(); lat += step) {
      L.polyline([[lat, bounds.getWest()], [lat, bounds.getEast()]], style).addTo(layers.graticule);
      label([lat, bounds.getWest()], `${lat.toFixed(digits)}°N`, "map-degree", "graticule").addTo(layers.graticule);
    }
  }

  let renderer = null;
  function graticuleRenderer() {
    renderer = renderer || L.canvas({ pane: "graticule", padding: 0.3 });
    return renderer;
  }

  function routePoints(route) {
    const points = [route.from_at, ...route.stops.map((stop) => state.visit(stop.visit).at), route.to_at];
    return points.filter(Boolean);
  }

  function drawRoute(route, role) {
    const points = routePoints(route);
    const chosen = role === "chosen";
    const style = role === "faint"
      ? { color: "#b4bdc6", weight: 1, opacity: 0.45, interactive: false }
      : { color: colour(route.colour), weight: chosen ? 4 : 2.2, opacity: chosen ? 0.9 : 0.7, dashArray: chosen ? null : dash(route.colour) };
    const line = L.polyline(points, { ...style, lineJoin: "round" }).addTo(layers.routes);
    if (role === "faint") return;
    line.on("click", () => state.choose({ caregiver: route.caregiver }));
    line.bindTooltip(() => routeTip(route), { sticky: true });
    route.stops.forEach((stop, position) => drawStop(route, stop, position, chosen));
  }

  // Smaller marks where there are many, so that the map stays readable.
  function markRadius() {
    const marks = state.routes().reduce((sum, route) => sum + route.stops.length, 0);
    return marks > 1500 ? 2.6 : marks > 500 ? 3.3 : 4.2;
  }

  function drawStop(route, stop, position, chosen) {
    const visit = state.visit(stop.visit);
    if (!visit.at) return;
    const paint = colour(route.colour);
    let mark;
    if (chosen) {
      const box = element("div", "", String(position + 1));
      const icon = L.divIcon({ html: box, className: "map-number", iconSize: [20, 20] });
      mark = L.marker(visit.at, { icon, keyboard: false }).addTo(layers.numbers);
      mark.getElement().style.background = stop.late > 0 ? ALERT : paint;
    } else {
      const style = { radius: visit.team > 1 ? radius + 1.4 : radius, color: stop.late > 0 ? ALERT : "#fff", weight: stop.late > 0 ? 2 : radius / 4, fillColor: paint, fillOpacity: 1 };
      mark = L.circleMarker(visit.at, style).addTo(layers.routes);
      mark.on("click", () => state.choose({ caregiver: route.caregiver }));
    }
    mark.bindTooltip(() => careplan.panel.stopTip(route, stop, position), { direction: "top", offset: [0, -6] });
  }

  function drawLeftOut(entry) {
    const visit = state.visit(entry.visit);
    if (!visit.at) return;
    const mark = L.circleMarker(visit.at, { radius: radius + 1.6, color: ALERT, weight: radius * 0.65, fillColor: "#fff", fillOpacity: 1 });
    mark.bindTooltip(() => careplan.panel.leftOutTip(entry), { direction: "top", offset: [0, -6] }).addTo(layers.routes);
  }

  function drawStations() {
    const large = data.stations.length <= 60;
    const size = large ? 12 : 7;
    for (const station of data.stations) {
      if (!station.at) continue;
      const icon = L.divIcon({ className: "map-station", iconSize: [size, size] });
      const mark = L.marker(station.at, { icon, keyboard: false }).addTo(layers.stations);
      mark.bindTooltip(() => element("div", "", `${word("station")} ${station.id}`), { direction: "top", offset: [0, -6] });
    }
  }

  function routeTip(route) {
    const box = element("div");
    element("b", "", route.caregiver, box);
    element("div", "", `${word("visits_count", { count: route.stops.length })} · ${careplan.clock(route.leave)}–${careplan.clock(route.back)}`, box);
    return box;
  }

  function drawLegend() {
    if (legend) legend.remove();
    legend = L.control({ position: "topright" });
    legend.onAdd = () => {
      const box = element("div", "map-legend");
      for (const [name, key] of [["key-station", "station"], ["key-visit", "visit"], ["key-left-out", "visit_left_out"]]) {
        const line = element("div", "", null, box);
        element("i", name, null, line);
        element("span", "", word(key), line);
      }
      return box;
    };
    legend.addTo(map);
  }

  // Draw what is chosen; fit the view to it unless the language only changed.
  function render(fit) {
    if (!map) return;
    for (const name of ["routes", "stations", "numbers"]) layers[name].clearLayers();
    drawLegend();
    drawBackground();
    const shown = state.routes();
    radius = markRadius();
    const chosen = Boolean(state.chosen.caregiver);
    if (chosen || state.chosen.town) {
      const bright = new Set(shown);
      for (const route of data.routes) if (!bright.has(route)) drawRoute(route, "faint");
    }
    for (const route of shown) drawRoute(route, chosen ? "chosen" : "plain");
    drawStations();
    const leftOut = state.leftOut();
    if (!chosen) for (const entry of leftOut) drawLeftOut(entry);
    if (!fit) return;
    let points = shown.flatMap(routePoints);
    if (!chosen && state.chosen.town) {
      points = data.visits.filter((visit) => visit.town === state.chosen.town && visit.at).map((visit) => visit.at);
    }
    if (!chosen && !state.chosen.town) points = allPoints();
    if (points.length) map.fitBounds(L.latLngBounds(points).pad(0.08), { animate: false, maxZoom: 15 });
  }

  // On paper the drawn map is scaled to the page, so that nothing has to be drawn anew and nothing is cut off.
  function setPrinting(now) {
    const { style, clientWidth } = byId("map");
    style.width = now ? `${clientWidth}px` : "";
    style.zoom = now ? Math.min(1, PRINT_WIDTH / clientWidth) : "";
  }

  return { start, render, setPrinting };
})();
