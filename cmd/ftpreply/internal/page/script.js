
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const form = $("filters"), search = $("search"), refused = $("refused"), found = $("found"), matches = $("matches");
  const connections = [...document.querySelectorAll(".connection")];
  form.hidden = false;

  // apply hides the rows and connections that do not match.
  const apply = () => {
    const want = search.value.toLowerCase(), all = !want && !refused.checked && !found.checked;
    let count = 0;
    for (const connection of connections) {
      let here = 0;
      for (const row of connection.querySelectorAll("tbody tr")) {
        const match = all || row.id !== "" &&
          (!want || row.textContent.toLowerCase().includes(want)) &&
          (!refused.checked || row.matches(".refused, .error")) &&
          (!found.checked || row.classList.contains("found"));
        row.classList.toggle("unmatched", !match);
        here += match ? 1 : 0;
      }
      const named = want && !refused.checked && !found.checked &&
        connection.querySelector("summary").textContent.toLowerCase().includes(want);
      connection.classList.toggle("unmatched", !all && here === 0 && !named);
      if (!all && here > 0) connection.open = true;
      count += here;
    }
    matches.textContent = all ? "" : count === 1 ? "1 match" : count + " matches";
  };
  let timer;
  search.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(apply, 150); });
  refused.addEventListener("change", apply);
  found.addEventListener("change", apply);
  form.addEventListener("submit", (e) => e.preventDefault());

  // show opens the connection of a row and moves to the row.
  const show = (row) => {
    row.closest("details").open = true;
    row.scrollIntoView({ block: "center" });
    row.focus({ preventScroll: true });
  };
  const follow = () => {
    const target = location.hash && $(decodeURIComponent(location.hash.slice(1)));
    if (target && target.closest(".connection")) show(target);
  };
  addEventListener("hashchange", follow);
  document.addEventListener("click", (e) => {
    const link = e.target.closest("a[href^='#']");
    if (link && link.hash === location.hash) follow();
  });
  follow();

  const step = (by) => {
    const rows = [...document.querySelectorAll("tr.found, tr.refused, tr.error")].filter((row) => !row.closest(".unmatched"));
    if (rows.length === 0) return;
    const at = rows.indexOf(document.activeElement);
    show(rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : (at + by + rows.length) % rows.length]);
  };
  addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.target.matches("input")) {
      if (e.key === "Escape") { search.value = ""; apply(); search.blur(); }
      return;
    }
    switch (e.key) {
      case "/": e.preventDefault(); search.focus(); break;
      case "n": step(1); break;
      case "p": step(-1); break;
    }
  });
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((d) => { d.open = true; }));
})();
