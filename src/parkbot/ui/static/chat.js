// The chat's behaviour: asking, opening a source beside the answer, showing how far the first indexing is.
// Markup comes from the server already escaped; this script puts no text into HTML.
(() => {
  "use strict";
  const find = (selector, within = document) => within.querySelector(selector);
  const english = () => document.documentElement.dataset.uiLanguage === "en";
  const say = (zh, en) => (english() ? en : zh);

  // ---- asking

  const SILENCE_MS = 5000;
  const patience = () => 1000 * find("[data-composer]").dataset.patience;
  let askedAt = 0;
  let awaited = null; // the new question, until the server shows it
  let before; // what was shown when it was asked

  const working = () => find("#log [data-working]") !== null;
  const busy = () => {
    const waited = Date.now() - askedAt;
    return (awaited !== null && waited < SILENCE_MS) || (working() && waited < patience());
  };

  const turns = () => [...document.querySelectorAll("#log [data-turn]")];
  const shown = () => ({
    turns: turns().length,
    newest: turns().at(-1)?.querySelector("h2").textContent,
    working: working(),
  });
  // Gradio also changes the log for reasons of its own, before the new question is there.
  const arrived = () => {
    const now = shown();
    const isNew = now.turns !== before.turns || now.newest !== before.newest || (now.working && !before.working);
    return isNew && now.newest === awaited;
  };

  const hint = (text) => {
    const line = find("[data-hint]");
    line.textContent = text;
    line.hidden = !text;
  };

  const ask = (question) => {
    const text = question.trim();
    if (!text) {
      hint(say("请先输入一个问题。", "Please type a question first."));
      return;
    }
    if (busy()) {
      hint(say("上一个问题还在回答，请稍候。", "The last question is still being answered."));
      return;
    }
    hint("");
    find("[data-welcome]").hidden = true;
    find("[data-fresh]").hidden = false;
    awaited = text;
    before = shown();
    const at = (askedAt = Date.now());
    composerHost().ask(text);
    setTimeout(() => {
      // It may also have been refused, which Gradio has told then.
      if (awaited !== null && askedAt === at) hint(say("还没有收到回应，请稍后再试。", "No response yet; please try again shortly."));
    }, SILENCE_MS);
  };

  /** The server shows the question: only now it may leave the field, unless another one is being written. */
  const received = () => {
    const form = find("[data-composer]");
    if (form.question.value.trim() === awaited) {
      form.reset();
      fit(form.question);
    }
    awaited = null;
    hint("");
  };

  // The element that Gradio gave its `ask` to (see page.py).
  const composerHost = () => {
    let element = find("[data-composer]");
    while (element && !element.ask) element = element.parentElement;
    return element;
  };

  const submit = () => {
    const form = find("[data-composer]");
    ask(form.question.value);
    form.question.focus();
  };

  const fit = (area) => {
    if (CSS.supports("field-sizing", "content")) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  };

  // ---- the source beside the answer

  let opener = null;
  let opening = 0; // counts what was opened and closed: a source that comes late is not shown

  const open = async (link) => {
    const mine = ++opening;
    const panel = find("[data-panel]");
    const body = find("[data-panel-body]");
    const inside = panel.contains(link);
    if (!inside) {
      opener?.removeAttribute("aria-current");
      opener = link;
      link.setAttribute("aria-current", "true");
    }
    const address = new URL(link.href);
    address.searchParams.set("view", "panel");
    let html = null;
    let trouble = null;
    try {
      const response = await fetch(address);
      html = await response.text();
      if (response.headers.get("Content-Type")?.includes("json")) {
        trouble = JSON.parse(html).detail; // signed out meanwhile, or a limit reached
      }
    } catch {
      trouble = say("连接不上服务器，请稍后再试。", "The server cannot be reached; please try again.");
    }
    if (mine !== opening) return;
    if (trouble === null) body.innerHTML = html;
    else body.textContent = trouble;
    panel.hidden = false;
    document.body.classList.add("panel-open");
    body.scrollTop = 0;
    panel.focus({ preventScroll: true });
    find("mark", body)?.scrollIntoView({ block: "nearest" });
  };

  const close = () => {
    const panel = find("[data-panel]");
    opening++;
    opener?.removeAttribute("aria-current");
    if (panel && !panel.hidden) {
      panel.hidden = true;
      document.body.classList.remove("panel-open");
      if (opener?.isConnected) opener.focus({ preventScroll: true });
    }
    opener = null;
  };

  // ---- what people think of an answer

  const ratings = new Map(); // Gradio makes the log anew with every question, and knows nothing of them
  const ratedAs = ({ dataset }) => `${dataset.conversation} ${dataset.position}`;

  const showRating = (line) => {
    const rating = ratings.get(ratedAs(line));
    if (!rating) return;
    for (const each of line.querySelectorAll("button")) {
      each.setAttribute("aria-pressed", String(each.dataset.rate === rating));
    }
    find(".thanks", line).hidden = false;
  };
  const showRatings = () => document.querySelectorAll("#log [data-conversation]").forEach(showRating);

  const rate = async (button) => {
    const line = button.closest("[data-conversation]");
    const { conversation, position } = line.dataset;
    const body = { rating: button.dataset.rate, conversation_id: conversation, position: Number(position) };
    const headers = { "Content-Type": "application/json" };
    const kept = await fetch("v1/feedback", { method: "POST", headers, body: JSON.stringify(body) })
      .then((response) => response.ok, () => false);
    if (!kept) return hint(say("没能记下，请稍后再试。", "That could not be noted; please try again."));
    ratings.set(ratedAs(line), button.dataset.rate);
    showRatings();
  };

  // ---- how far the library is

  const showHealth = async () => {
    let health;
    try {
      health = await (await fetch("v1/health")).json();
    } catch {
      return setTimeout(showHealth, 5000);
    }
    const { done, total, ready, error } = health.indexing;
    const line = find("[data-progress]");
    line.hidden = ready && !error;
    line.classList.toggle("trouble", Boolean(error));
    line.textContent = error
      ? say("资料库没有整理完：", "The library is incomplete: ") + error
      : say(
          `正在整理资料库（${done}/${total} 份文件）。现在就可以提问，只会用到已整理好的文件。`,
          `Preparing the library (${done} of ${total} documents). You can ask now; answers use what is ready.`,
        );
    if (health.checked_on) {
      find("[data-checked-on]").textContent = health.checked_on.slice(0, 7);
      find("[data-checked]").hidden = false;
    }
    if (!ready && !error) setTimeout(showHealth, 1500);
  };

  // ---- wiring: the page's parts come and go with Gradio, the document stays

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-ask]");
    if (button) return void ask(button.dataset.ask);
    const rating = event.target.closest?.("[data-rate]");
    if (rating) return void rate(rating);
    if (event.target.closest?.("[data-close]")) return close();
    const link = event.target.closest?.("a[data-measure]");
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.button);
    if (link && plain) {
      event.preventDefault();
      open(link);
    }
  });

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-composer]")) return;
    event.preventDefault();
    submit();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return close();
    // While an input method composes Chinese, Enter chooses a word: it does not send.
    const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
    if (sends && event.target.matches?.("[data-composer] textarea")) {
      event.preventDefault();
      submit();
    }
  });

  document.addEventListener("input", (event) => {
    if (event.target.matches?.("[data-composer] textarea")) {
      hint("");
      fit(event.target);
    }
  });

  const watchLog = (log) =>
    new MutationObserver(() => {
      if (awaited !== null && arrived()) {
        received();
        turns().at(-1).scrollIntoView({ block: "start", behavior: "smooth" });
      }
      showRatings();
      find("[data-composer] button").setAttribute("aria-disabled", String(busy()));
    }).observe(log, { childList: true, subtree: true, characterData: true });

  const started = () => {
    const log = find("#log");
    if (!log || !find("[data-composer]") || !find("[data-panel]") || !find("[data-progress]")) return false;
    log.setAttribute("role", "log");
    log.setAttribute("aria-live", "polite");
    document.dispatchEvent(new Event("parkbot:rendered"));
    watchLog(log);
    showHealth();
    return true;
  };

  if (!started()) {
    const waiting = new MutationObserver(() => started() && waiting.disconnect());
    waiting.observe(document.documentElement, { childList: true, subtree: true });
  }
})();
