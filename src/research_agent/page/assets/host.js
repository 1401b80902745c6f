/* The page as an MCP App (protocol 2026-01-26): the host posts the result of get_bibliography, this shows its entries
   at once, asks the host for the resource of the whole page, and shows that instead when it comes. */
"use strict";

(() => {
  const PROTOCOL = "2026-01-26";
  const PARTS = [".masthead", ".columns", ".colophon"];
  const waiting = new Map();
  let requests = 0;
  let latest = 0;

  const post = (message) => parent.postMessage({ jsonrpc: "2.0", ...message }, "*");

  const request = (method, params) =>
    new Promise((resolve, reject) => {
      requests += 1;
      waiting.set(requests, { resolve, reject });
      post({ id: requests, method, params });
    });

  const say = (heading, lead) => {
    document.querySelector("[data-heading]")?.replaceChildren(heading);
    document.querySelector("[data-lead]")?.replaceChildren(lead);
  };

  /** What hosts without the page's resource get: a list of the entries that the tool answered. */
  const list = (answer) => {
    const failed = (answer.not_checked ?? []).map((one) => ` Not checked: ${one}.`).join("");
    const first = answer.cursor ? " (first entries)" : "";
    say(answer.name ?? "Annotated bibliography", `${answer.checks ?? ""}${first}${failed && "."}${failed}`);
    const items = (answer.entries ?? []).map((entry) => {
      const item = document.createElement("li");
      item.value = entry.number;
      item.textContent = `${entry.citation} RADAR ${entry.total}: ${entry.radar}.`;
      return item;
    });
    document.querySelector("[data-list]")?.replaceChildren(...items);
  };

  /** Scripts and styles of the page stay behind: this document has all of them already, and its policy no others. */
  const show = (html) => {
    const page = new DOMParser().parseFromString(html.replace(/<style>[^]*?<\/style>/, ""), "text/html");
    if (PARTS.some((part) => !page.querySelector(part))) {
      throw new Error("no page of a bibliography");
    }
    for (const part of PARTS) {
      document.querySelector(part).replaceWith(document.importNode(page.querySelector(part), true));
    }
    document.title = page.title;
    pageControls.prepare(document);
  };

  /** The answer as data, of whichever channel the host passes on. */
  const answerOf = (result) => {
    if (result.structuredContent) {
      return result.structuredContent;
    }
    const text = (result.content ?? []).find((block) => block.type === "text")?.text ?? "";
    try {
      return JSON.parse(text);
    } catch {
      return { name: "Annotated bibliography", checks: text };
    }
  };

  const receive = async (result) => {
    latest += 1;
    const mine = latest;
    const answer = answerOf(result);
    if (document.querySelector("[data-list]")) {
      list(answer);
    }
    if (!answer.whole?.page) {
      return;
    }
    try {
      const read = await request("resources/read", { uri: answer.whole.page });
      if (mine === latest) {
        show(read.contents[0].text);
      }
    } catch {
      // The list stands: this host passes no resources to apps.
    }
  };

  addEventListener("message", (event) => {
    const message = event.data;
    if (event.source !== parent || message?.jsonrpc !== "2.0") {
      return;
    }
    if (message.method === "ui/notifications/tool-result") {
      receive(message.params ?? {});
    } else if (message.method && message.id !== undefined) {
      post({ id: message.id, result: {} }); // ping, ui/resource-teardown: nothing is kept
    } else if (waiting.has(message.id)) {
      const { resolve, reject } = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.error) {
        reject(new Error(message.error.message));
      } else {
        resolve(message.result);
      }
    }
  });

  /** A frame may open no window: the host does. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (link && /^https?:$/.test(link.protocol) && !link.getAttribute("href").startsWith("#")) {
      event.preventDefault();
      request("ui/open-link", { url: link.href }).catch(() => {});
    }
  });

  new ResizeObserver(() => {
    const { scrollWidth: width, scrollHeight: height } = document.documentElement;
    post({ method: "ui/notifications/size-changed", params: { width, height } });
  }).observe(document.documentElement);

  request("ui/initialize", {
    protocolVersion: PROTOCOL,
    appInfo: { name: "research-agent", version: "1" },
    appCapabilities: {},
  })
    .then(() => post({ method: "ui/notifications/initialized", params: {} }))
    .catch(() => say("This host shows no bibliography here", "The conversation has it as text."));
})();
