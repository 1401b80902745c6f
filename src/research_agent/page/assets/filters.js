/* Filters of a bibliography. It reads the document at every change, so entries may come from wherever they like:
   an element with data-entry is an entry, its other data attributes are the values that a field of the same name asks
   for, data-row is its row in the table, data-group is what goes with its last entry. */
"use strict";

(() => {
  /** The fields that ask for something, as [name, value]. */
  const wantedBy = (form) => [...new FormData(form)].filter(([, value]) => value !== "");

  const fits = (entry, wanted) =>
    wanted.every(([name, value]) => (entry.dataset[name] ?? "").split(" ").includes(value));

  const counted = (shown, all) => {
    if (shown === all) {
      return `All ${all} ${all === 1 ? "entry" : "entries"} shown.`;
    }
    return shown === 0 ? `None of ${all} entries fits. Choose less.` : `${shown} of ${all} entries shown.`;
  };

  const apply = (form) => {
    const wanted = wantedBy(form);
    const entries = [...document.querySelectorAll("[data-entry]")];
    const shown = new Set(entries.filter((entry) => fits(entry, wanted)).map((entry) => entry.dataset.entry));
    for (const entry of entries) {
      entry.hidden = !shown.has(entry.dataset.entry);
    }
    for (const row of document.querySelectorAll("[data-row]")) {
      row.hidden = !shown.has(row.dataset.row);
    }
    for (const group of document.querySelectorAll("[data-group]")) {
      group.hidden = !group.querySelector("[data-entry]:not([hidden]), [data-row]:not([hidden])");
    }
    const count = form.querySelector("[data-count]");
    const words = counted(shown.size, entries.length);
    if (count.textContent !== words) {
      count.textContent = words;
    }
    document.documentElement.toggleAttribute("data-filtered", shown.size < entries.length);
  };

  const showAll = (form) => {
    form.reset();
    apply(form);
  };

  /** A link to an entry that the filters hide shows all again. */
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const form = document.querySelector("[data-filters]");
    if (form && target?.closest("[hidden]")) {
      showAll(form);
      target.scrollIntoView();
    }
  };

  const formOf = (event) => event.target.closest?.("[data-filters]");

  document.addEventListener("change", (event) => {
    const form = formOf(event);
    if (form) {
      apply(form);
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-all]")) {
      showAll(formOf(event));
    }
  });
  document.addEventListener("submit", (event) => {
    if (formOf(event)) {
      event.preventDefault();
    }
  });
  addEventListener("hashchange", reveal);
  addEventListener("pageshow", () => document.querySelectorAll("[data-filters]").forEach(apply)); // back, with old fields
})();
