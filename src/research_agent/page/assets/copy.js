/* Copy buttons, and what works only with a script: shown by pageControls.prepare(), for whatever
   part of a document is handed in. */
"use strict";

const pageControls = {
  /** Show the controls under `root` that need a script. Call it again for what was added later. */
  prepare(root) {
    for (const control of root.querySelectorAll("[data-scripted]")) {
      control.hidden = false;
    }
  },

  /** Tell those who listen to the page rather than look at it. */
  say(words) {
    document.querySelector("[data-said]").textContent = words;
  },
};

(() => {
  const SHOWN_FOR = 2000; // milliseconds: long enough to be read

  const select = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };

  /** A frame may be denied the clipboard; the older command still works there, and a selection always does. */
  const copy = async (element) => {
    try {
      await navigator.clipboard.writeText(element.textContent);
      return "Copied";
    } catch {
      select(element);
      return document.execCommand("copy") ? "Copied" : "Selected";
    }
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) {
      return;
    }
    const label = button.firstChild;
    const done = await copy(button.parentElement.querySelector("pre"));
    label.textContent = done;
    pageControls.say(done === "Copied" ? "Pattern copied." : "Pattern selected: copy it with the keyboard.");
    setTimeout(() => {
      label.textContent = "Copy";
    }, SHOWN_FOR);
  });

  pageControls.prepare(document);
})();
