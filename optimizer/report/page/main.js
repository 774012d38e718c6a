"use strict";
// Puts the parts together: head, alerts, filters, language, print.
(() => {
  const { data, state, word, say, element, byId } = careplan;
  const SHOWN_ALERTS = 8;

  function renderHead() {
    const { head } = data;
    document.documentElement.lang = careplan.language() ? "en" : "zh-CN";
    byId("kicker").textContent = [word("plan"), head.name, word("proposal")].filter(Boolean).join(" · ");
    byId("headline").textContent = say(head.date);
    const people = new Set(data.routes.map((route) => route.caregiver)).size;
    const values = { planned: head.planned, total: head.visits, routes: data.routes.length, people };
    byId("lead").textContent = word(head.planned === head.visits ? "lead_all" : "lead", values);
    byId("language-button").textContent = word("switch_language");
    byId("print-button").textContent = word("print");
    document.title = [word("plan"), head.name, say(head.date)].filter(Boolean).join(" ");
  }

  function alertBox(title, lines) {
    const box = element("div", "alert", null, byId("alerts"));
    box.setAttribute("role", "alert");
    element("strong", "", title, box);
    const list = element("ul", "", null, box);
    for (const line of lines.slice(0, SHOWN_ALERTS)) element("li", "", line, list);
    if (lines.length > SHOWN_ALERTS) element("li", "", word("more_of", { count: lines.length - SHOWN_ALERTS }), list);
  }

  function renderAlerts() {
    byId("alerts").replaceChildren();
    const { violations } = data.head;
    if (violations.length) {
      alertBox(word("broken_rules", { count: violations.length }), violations.map((broken) =>
        [broken.code, broken.caregiver, broken.visit, say(broken.text)].filter(Boolean).join(" ")));
    }
    const mandatory = data.left_out.filter((entry) => state.visit(entry.visit).mandatory);
    if (mandatory.length) {
      alertBox(word("mandatory_left_out", { count: mandatory.length }), mandatory.map((entry) => {
        const visit = state.visit(entry.visit);
        const what = [visit.id, say(visit.service), careplan.placeText(visit), careplan.windowText(visit.windows)].join(" ");
        return entry.reasons.length ? `${what}${careplan.language() ? ": " : "："}${say(entry.reasons[0].text)}` : what;
      }));
    }
  }

  function fillSelect(name, all, values, chosen) {
    const select = byId(name);
    select.replaceChildren();
    for (const value of ["", ...values]) {
      const option = element("option", "", value || all, select);
      option.value = value;
    }
    select.value = chosen;
  }

  function renderToolbar() {
    byId("caregiver-label").textContent = word("caregiver");
    byId("town-label").textContent = word("town");
    byId("caregiver-select").setAttribute("aria-label", word("caregiver"));
    byId("town-select").setAttribute("aria-label", word("town"));
    byId("reset-button").textContent = word("reset");
    const people = [...new Set(data.routes.map((route) => route.caregiver))].sort();
    fillSelect("caregiver-select", word("all_caregivers"), people, state.chosen.caregiver);
    fillSelect("town-select", word("all_towns"), data.towns.map((town) => town.name), state.chosen.town);
    const anchors = byId("anchors");
    anchors.replaceChildren();
    for (const [target, key] of [["part-map", "map"], ["part-gantt", "gantt"], ["part-left-out", "left_out"], ["part-figures", "figures"], ["part-notes", "notes"]]) {
      const link = element("button", "anchor", word(key), anchors);
      link.type = "button";
      link.addEventListener("click", () => byId(target).scrollIntoView({ behavior: "smooth" }));
    }
  }

  function renderShown() {
    const routes = state.routes();
    const stops = routes.reduce((sum, route) => sum + route.stops.length, 0);
    byId("shown").textContent = word("shown", { routes: routes.length, stops });
    byId("reset-button").hidden = !state.chosen.caregiver && !state.chosen.town;
    byId("caregiver-select").value = state.chosen.caregiver;
    byId("town-select").value = state.chosen.town;
  }

  function renderTitles() {
    for (const [name, key] of [["map-title", "map"], ["gantt-title", "gantt"], ["figures-title", "figures"], ["notes-title", "notes"], ["map-missing", "map_missing"]]) {
      byId(name).textContent = word(key);
    }
    const without = data.visits.filter((visit) => !visit.at).length;
    const hints = [word("map_hint"), word(L.Browser.mobile ? "map_fingers" : "map_wheel")];
    if (without) hints.push(word("without_place", { count: without }));
    byId("map-hint").textContent = hints.join(" ");
    const foot = byId("foot");
    foot.replaceChildren();
    element("p", "", word("private"), foot);
    element("p", "", word("leaflet"), foot);
  }

  function renderWords() {
    renderHead();
    renderAlerts();
    renderToolbar();
    renderShown();
    renderTitles();
    careplan.tables.render();
    careplan.panel.render();
    careplan.gantt.renderWords();
    careplan.gantt.render();
  }

  function renderChoice() {
    renderShown();
    careplan.panel.render();
    careplan.map.render(true);
    careplan.gantt.render();
    careplan.tables.renderLeftOut();
  }

  function setPrinting(now) {
    careplan.map.setPrinting(now);
    careplan.gantt.setPrinting(now);
    careplan.tables.setPrinting(now);
  }

  renderWords();
  careplan.gantt.start();
  careplan.map.start();
  state.onChange(renderChoice);
  byId("caregiver-select").addEventListener("change", (event) => state.choose({ caregiver: event.target.value }));
  byId("town-select").addEventListener("change", (event) => state.choose({ town: event.target.value }));
  byId("reset-button").addEventListener("click", () => state.choose({ caregiver: "", town: "" }));
  byId("print-button").addEventListener("click", () => window.print());
  byId("language-button").addEventListener("click", () => {
    careplan.switchLanguage();
    renderWords();
    careplan.map.render(false);
  });
  window.addEventListener("beforeprint", () => setPrinting(true));
  window.addEventListener("afterprint", () => setPrinting(false));
  let resizing = 0;
  window.addEventListener("resize", () => {
    clearTimeout(resizing);
    resizing = setTimeout(() => careplan.gantt.render(), 150);
  });
  document.documentElement.dataset.ready = "yes";
})();
