"use strict";
// Beside the map: the list of caregivers with their loads, or the route sheet of the one who is chosen.
careplan.panel = (() => {
  const { data, state, word, say, clock, hours, minutes, number, windowText, element, swatch, byId, colour, placeText, ALERT } = careplan;
  const longestWork = Math.max(1, ...data.routes.map((route) => route.care + route.travel + route.waiting));

  function render() {
    const panel = byId("panel");
    panel.replaceChildren();
    panel.scrollTop = 0;
    const chosen = Boolean(state.chosen.caregiver);
    panel.classList.toggle("chosen", chosen);
    if (chosen) for (const route of data.routes.filter((one) => one.caregiver === state.chosen.caregiver)) renderSheet(panel, route);
    else renderPeople(panel);
  }

  function renderPeople(panel) {
    const shown = state.routes();
    for (const route of shown) renderPerson(panel, route);
    if (!shown.length) element("p", "empty", word("nothing_shown"), panel);
    if (state.chosen.town) return;
    for (const one of data.idle) {
      const line = element("div", "person idle", null, panel);
      swatch("#dfe3e8", line);
      const name = element("span", "name", one.caregiver, line);
      element("small", "", say(one.status), name);
      element("span", "load", word("no_route"), line);
    }
  }

  function renderPerson(panel, route) {
    const line = element("button", "person", null, panel);
    line.type = "button";
    line.addEventListener("click", () => state.choose({ caregiver: route.caregiver }));
    swatch(colour(route.colour), line);
    const name = element("span", "name", route.caregiver, line);
    element("small", "", route.provider || route.from, name);
    element("span", "load", `${word("visits_count", { count: route.stops.length })} · ${hours(route.care)}`, line);
    const bar = element("span", "bar", null, line);
    bar.title = ["care", "travel", "waiting"].map((part) => `${word(part)} ${hours(route[part])}`).join(" · ");
    for (const part of ["care", "travel", "waiting"]) {
      element("i", part, null, bar).style.width = `${(100 * route[part]) / longestWork}%`;
    }
  }

  function renderSheet(panel, route) {
    const head = element("div", "panel-head", null, panel);
    const back = element("button", "", word("back_to_all"), head);
    back.type = "button";
    back.addEventListener("click", () => state.choose({ caregiver: "" }));
    const who = element("div", "who", null, head);
    swatch(colour(route.colour), who);
    element("span", "", route.caregiver, who);
    const end = route.shift_s[1] === null ? "" : clock(route.shift_s[1]);
    element("p", "", [route.provider, `${word("shift")} ${route.shift} ${clock(route.shift_s[0])}–${end}`, say(route.mode)].filter(Boolean).join(" · "), head);
    const sums = [word("visits_count", { count: route.stops.length }), `${word("care")} ${hours(route.care)}`, `${word("travel")} ${hours(route.travel)}`];
    if (route.metres !== null) sums.push(word("km", { km: number(route.metres / 1000, 1) }));
    if (route.overtime > 0) sums.push(`${word("overtime")} ${minutes(route.overtime)}`);
    element("p", "", sums.join(" · "), head);
    restLine(panel, route.leave, word("departure", { place: route.from }));
    const entries = route.stops.map((stop, position) => ({ at: stop.start, stop, position }))
      .concat(route.breaks.map((taken) => ({ at: taken.start, taken })));
    entries.sort((one, other) => one.at - other.at);
    for (const entry of entries) {
      if (entry.stop) stopLine(panel, route, entry.stop, entry.position);
      else restLine(panel, entry.taken.start, breakText(entry.taken));
    }
    restLine(panel, route.back, route.to === null ? word("ends_here") : word("return", { place: route.to }));
  }

  function breakText(taken) {
    const text = `${word(taken.paid ? "paid_break" : "break")} ${minutes(taken.finish - taken.start)}`;
    return taken.place ? `${text} · ${taken.place}` : text;
  }

  function restLine(panel, seconds, text) {
    const line = element("div", "stop rest", null, panel);
    element("time", "", clock(seconds), line);
    element("span", "", "", line);
    element("div", "what", text, line);
  }

  function stopLine(panel, route, stop, position) {
    const visit = state.visit(stop.visit);
    const line = element("div", "stop", null, panel);
    const time = element("time", "", clock(stop.start), line);
    element("small", "", clock(stop.finish), time);
    const badge = element("span", "number", String(position + 1), line);
    badge.style.background = stop.late > 0 ? ALERT : colour(route.colour);
    const what = element("div", "what", null, line);
    element("b", "", say(visit.service) || visit.id, what);
    if (stop.late > 0) element("span", "tag late", word("late", { minutes: Math.max(1, Math.round(stop.late / 60)) }), what);
    if (visit.mandatory) element("span", "tag", word("mandatory"), what);
    for (const text of stopDetails(stop, visit)) element("small", "", text, what);
  }

  function stopDetails(stop, visit) {
    const lines = [
      `${visit.id} · ${visit.client}`,
      [placeText(visit), word("minutes", { minutes: visit.minutes }), word("may_start", { window: windowText(visit.windows) })].filter(Boolean).join(" · "),
    ];
    if (stop.partners.length) lines.push(word("together", { others: stop.partners.join(" ") }));
    for (const link of visit.links) lines.push(say(link));
    return lines;
  }

  function stopTip(route, stop, position) {
    const visit = state.visit(stop.visit);
    const box = element("div");
    element("b", "", `${position + 1}. ${clock(stop.start)}–${clock(stop.finish)} ${say(visit.service)}`, box);
    if (stop.late > 0) element("div", "late", word("late", { minutes: Math.max(1, Math.round(stop.late / 60)) }), box);
    for (const text of stopDetails(stop, visit)) element("div", "", text, box);
    element("div", "", [route.caregiver, say(visit.group), word(visit.mandatory ? "mandatory" : "optional")].filter(Boolean).join(" · "), box);
    return box;
  }

  function leftOutTip(entry) {
    const visit = state.visit(entry.visit);
    const box = element("div");
    element("b", "", `${word("left_out")} · ${visit.id} ${say(visit.service)}`, box);
    element("div", "", [placeText(visit), windowText(visit.windows)].filter(Boolean).join(" · "), box);
    for (const reason of entry.reasons.slice(0, 2)) element("div", "", say(reason.text), box);
    return box;
  }

  return { render, stopTip, leftOutTip, breakText };
})();
