/* ParkBot's widget: <script src="https://host/widget.js" data-key="pk_…" defer></script>
 *
 * A chat bubble and its panel in a shadow root. All text goes in as text nodes and all styles as
 * constructed sheets, so it runs under a CSP without 'unsafe-inline' and under Trusted Types. It keeps
 * nothing (no cookie, no storage) and speaks to no host but the one that it was loaded from.
 */
(() => {
  "use strict";

  // Options --------------------------------------------------------------------------------------

  const script = document.currentScript;
  if (!script) {
    console.error("ParkBot: load widget.js by <script src defer>, not as a module.");
    return;
  }
  if (document.querySelector("parkbot-widget")) return;

  const base = new URL(".", script.src);
  const embedded = "embed" in script.dataset;
  const options = embedded ? Object.fromEntries(new URLSearchParams(location.search)) : { ...script.dataset };
  const OPTIONS = ["key", "title", "colour", "position", "language", "theme", "greeting", "questions", "open"];
  for (const name of Object.keys(options)) {
    if (!embedded && !OPTIONS.includes(name)) {
      console.warn(`ParkBot: there is no option data-${name}; there are ${OPTIONS.join(", ")}.`);
    }
  }
  const key = (options.key || "").trim();
  const isSecret = key.startsWith("sk_");
  const colour = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.test(options.colour || "") ? options.colour : "#1b6b46";
  if (options.colour && options.colour !== colour) {
    console.warn("ParkBot: data-colour is written as #1b6b46.");
  }

  // Words ----------------------------------------------------------------------------------------

  const WORDS = {
    title: ["政策助手", "Policy assistant"],
    greeting: [
      "您好。关于园区绿色低碳政策，可以直接问我。每一句回答都注明出处，点开就能看到条文；资料库没有的，我会直说。",
      "Ask about green and low-carbon policy for industrial parks. Every sentence names its source, which opens " +
        "in full; what the library does not hold, I will say so.",
    ],
    starters: ["可以这样问", "For example"],
    open: ["打开政策助手", "Open the policy assistant"],
    close: ["关闭", "Close"],
    language: ["Switch to English", "切换到中文"],
    languageMark: ["EN", "中"],
    anew: ["新对话", "New conversation"],
    widen: ["放大或还原", "Enlarge or restore"],
    log: ["问答", "Questions and answers"],
    question: ["您的问题", "Your question"],
    placeholder: ["输入您的问题", "Type your question"],
    send: ["提问", "Ask"],
    stop: ["停止", "Stop"],
    empty: ["请先输入一个问题。", "Please type a question first."],
    searching: ["正在查找依据…", "Looking for sources…"],
    writing: ["正在撰写…", "Writing…"],
    checking: ["正在逐句核对出处…", "Checking every sentence against its source…"],
    reconnecting: ["连接中断，正在恢复…", "The connection broke; resuming…"],
    stopped: ["已停止。", "Stopped."],
    retry: ["重试", "Try again"],
    again: ["重新提问", "Ask again"],
    offline: [
      "连接不上政策助手。请检查网络后重试；如果一直如此，可能是本网站尚未获授权。",
      "The assistant cannot be reached. Check your connection and try again; if it stays so, this site may not be allowed to use it.",
    ],
    refused: ["本网站的访问密钥无效、已过期或不适用于此处，请联系网站管理员。",
      "This site's access key is not valid here or has expired; please tell the site's administrator."],
    secret: [
      "配置有误：网页里不能使用私密密钥（sk_…），请换成公开密钥（pk_…），并立即吊销泄露的密钥。",
      "Set up wrongly: a secret key (sk_…) never belongs into a page. Use a publishable key (pk_…), and revoke the leaked one now.",
    ],
    limit: ["提问太频繁，请过 {} 再试。", "Too many questions; please try again in {}."],
    seconds: ["{} 秒", "{} s"],
    minutes: ["{} 分钟", "{} min"],
    hours: ["{} 小时", "{} h"],
    busy: ["政策助手暂时忙不过来，请稍后重试。", "The assistant is busy at the moment; please try again shortly."],
    broken: ["出了点问题，请稍后重试。", "Something went wrong; please try again in a moment."],
    long: ["请把问题写短一些（一两句话就好）。", "Please keep the question short (a sentence or two)."],
    understood: ["理解为：{}", "Understood as: {}"],
    uncovered: ["资料库未涵盖：{}", "Not covered by the library: {}"],
    sources: ["出处", "Sources"],
    source: ["出处 {}：{}", "Source {}: {}"],
    next: ["接着问", "Ask next"],
    up: ["有帮助", "Helpful"],
    down: ["没帮助", "Not helpful"],
    thanks: ["谢谢，已记下。", "Thank you, noted."],
    unkept: ["没能记下，请再试一次。", "That could not be kept; please try again."],
    advice: ["不构成法律意见", "Not legal advice"],
    checked: ["资料库核对至 {}", "library checked on {}"],
    back: ["返回回答", "Back to the answer"],
    loading: ["正在打开条文…", "Opening the measure…"],
    unread: ["没能打开条文全文，以下是回答引用的部分。", "The measure could not be opened in full; this is what the answer quotes."],
    gone: ["没能打开这一条，请稍后重试。", "This measure could not be opened; please try again shortly."],
    changed: [
      "该条文本在回答之后有更新，引用的原句是：{}",
      "The text has changed since the answer, which quoted: {}",
    ],
    issuers: ["发布", "Issued by"],
    number: ["文号", "Number"],
    date: ["日期", "Date"],
    effective: ["施行", "In effect from"],
    ended: ["废止", "Repealed on"],
    region: ["地区", "Region"],
    address: ["来源", "Source"],
    missing: ["官方网址待补", "official address to be added"],
    actors: ["主体", "Actors"],
    figures: ["数据", "Figures"],
    digest: ["摘要，非原文", "digest, not the original text"],
    digestNote: [
      "以上是资料库对该条的摘要，不是官方原文；引用时请以官方文本为准。",
      "This is the library's digest, not the official wording; rely on the official text.",
    ],
    before: ["上一条", "Previous"],
    after: ["下一条", "Next"],
    newTab: ["（在新标签页打开）", "(opens in a new tab)"],
    in_force: ["未见废止", "no repeal found"],
    in_force_checked: ["未见废止（核对至 {}）", "no repeal found (checked {})"],
    not_yet_in_force: ["尚未施行", "not yet in force"],
    expired: ["已过期", "period has ended"],
    superseded: ["已有新版本", "superseded by a new version"],
    repealed: ["已废止", "repealed"],
    unknown_status: ["效力未知", "force unknown"],
    "national law": ["法律", "national law"],
    "administrative regulation": ["行政法规", "administrative regulation"],
    "local regulation": ["地方性法规", "local regulation"],
    "state council document": ["国务院文件", "State Council document"],
    "ministry document": ["部门文件", "ministry document"],
    plan: ["规划", "plan"],
    "local document": ["地方文件", "local document"],
    standard: ["标准", "standard"],
    international: ["国际文件", "international document"],
    commentary: ["评论", "commentary"],
    unknown: ["类别未知", "kind unknown"],
    CN: ["全国", "China (national)"],
    EU: ["欧盟", "European Union"],
    INTL: ["国际", "international"],
  };
  const STARTERS = [
    ["我们园区想利用余热余压，有什么依据？", "未报送能源利用状况报告，罚多少？", "申报零碳园区要满足哪些基本条件？"],
    ["What can our park do with waste heat?", "What is the fine for not reporting energy use?",
      "How does a park apply to become a zero-carbon park?"],
  ];

  const wanted = options.language || document.documentElement.lang || navigator.language;
  let language = /^en/i.test(!options.language && embedded ? navigator.language : wanted) ? "en" : "zh";
  const own = { title: options.title, greeting: options.greeting };
  const say = (name, ...values) =>
    own[name] || WORDS[name][language === "zh" ? 0 : 1].replace(/\{\}/g, () => values.shift() ?? "");
  const listed = (entries) => entries.join(language === "zh" ? "；" : "; ");
  const titled = (title) => (/[\u4e00-\u9fff]/.test(title) && !title.startsWith("《") ? `《${title}》` : title);
  const lasting = (seconds) => {
    if (seconds < 90) return say("seconds", seconds);
    return seconds < 5400 ? say("minutes", Math.ceil(seconds / 60)) : say("hours", Math.ceil(seconds / 3600));
  };

  // Elements -------------------------------------------------------------------------------------

  /** An element; `t` and `label` name words that follow the language chosen, `v` and `w` go into them. */
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === undefined || value === null || value === false) continue;
      if (name === "on") for (const [event, heard] of Object.entries(value)) element.addEventListener(event, heard);
      else if (["t", "label", "hint", "v", "w"].includes(name)) element.dataset[name] = value;
      else element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
    speak(element);
    return element;
  }

  function speak(element) {
    const { t, label, hint, v, w } = element.dataset;
    if (t) element.textContent = say(t, v);
    if (hint) element.placeholder = say(hint);
    if (label) {
      element.setAttribute("aria-label", say(label, v, w));
      if (element.tagName === "BUTTON") element.title = say(label, v, w);
    }
  }

  const PATHS = {
    chat: "M4 5.5h16v11H11l-4.5 3.5v-3.5H4z M8 9.5h8 M8 12.7h5",
    close: "M6 6l12 12 M18 6L6 18",
    widen: "M14 4h6v6 M20 4l-7 7 M10 20H4v-6 M4 20l7-7",
    anew: "M12 5v14 M5 12h14",
    back: "M15 5l-7 7 7 7",
    send: "M12 19V5 M6 11l6-6 6 6",
    stop: "M7.5 7.5h9v9h-9z",
    go: "M9 6l6 6-6 6",
    up: "M7 10.5v9H4v-9z M7 10.5l4-7c1.6 0 2.5 1.2 2.2 2.8L12.7 9H18c1.3 0 2.2 1.2 1.9 2.5l-1.4 6.3c-.2 1-1.1 1.7-2.1 1.7H7",
    down: "M17 13.5v-9h3v9z M17 13.5l-4 7c-1.6 0-2.5-1.2-2.2-2.8L11.3 15H6c-1.3 0-2.2-1.2-1.900-2.5l1.400-6.300c.2-1 1.1-1.7 2.100-1.7H17",
    leaf: "M5 19c0-9 5-14 15-14 0 10-5 14-11 14-1.6 0-3-.5-4-1.5 M5 19c2-5 5-7.5 9-9",
  };
  function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(svg.namespaceURI, "path");
    path.setAttribute("d", PATHS[name]);
    svg.append(path);
    return svg;
  }
  /** In a frame the title is the page's own; elsewhere it stands below the page's. */
  const heading = (level) => `h${embedded ? level : level + 1}`;
  const tool = (name, picture, click, more = {}) =>
    make("button", { type: "button", class: "tool", label: name, on: { click }, ...more }, icon(picture));

  /** Offsets of the server count code points, those of a string UTF-16 units. */
  const units = (text, points) => Array.from(text).slice(0, points).join("").length;

  /** The part of a text from `at` to `end` as nodes; what lies in the spans is wrapped in `tag`. */
  function cut(text, at, end, spans, tag) {
    const nodes = [];
    for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
      const start = Math.max(from, at), stop = Math.min(to, end);
      if (start >= stop) continue;
      if (at < start) nodes.push(text.slice(at, start));
      nodes.push(make(tag, {}, text.slice(start, stop)));
      at = stop;
    }
    if (at < end) nodes.push(text.slice(at, end));
    return nodes;
  }

  // The server -----------------------------------------------------------------------------------

  const SILENCE_MS = 90000;
  const ATTEMPTS = 3;

  class Problem extends Error {
    constructor(status, detail, retryAfter) {
      super(detail);
      this.status = status;
      this.retryAfter = retryAfter;
    }
  }

  async function call(method, path, { body, signal, lastId } = {}) {
    const headers = {};
    if (key) headers.Authorization = `Bearer ${key}`;
    if (body) headers["Content-Type"] = "application/json";
    if (lastId) headers["Last-Event-ID"] = lastId;
    const response = await fetch(new URL(path, base), {
      method, headers, signal, body: body && JSON.stringify(body),
      credentials: key ? "omit" : "same-origin", cache: "no-store",
    });
    if (response.ok) return response;
    const told = await response.json().catch(() => ({}));
    throw new Problem(response.status, told.detail || "", Number(response.headers.get("Retry-After")) || 60);
  }

  /** The events of a stream, as the HTML standard reads them. */
  async function* eventsOf(stream) {
    const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "", event = { type: "message", data: [] };
    try {
      for (;;) {
        let timer;
        const silence = new Promise((_, give) => { timer = setTimeout(() => give(new TypeError("silence")), SILENCE_MS); });
        const { value, done } = await Promise.race([reader.read(), silence]).finally(() => clearTimeout(timer));
        if (done) return;
        const lines = (rest + value).split("\n");
        rest = lines.pop();
        for (const line of lines.map((whole) => whole.replace(/\r$/, ""))) {
          if (!line) {
            if (event.data.length) yield { ...event, data: JSON.parse(event.data.join("\n")) };
            event = { type: "message", data: [] };
            continue;
          }
          const [, field, content] = /^([^:]*):? ?(.*)$/.exec(line);
          if (field === "event") event.type = content;
          else if (field === "data") event.data.push(content);
          else if (field === "id") event.id = content;
        }
      }
    } finally {
      reader.cancel().catch(() => {});
    }
  }

  /** The events of one answer; a connection that breaks is taken up again where it broke. */
  async function* answering(body, signal) {
    const streamOf = (id) => id.slice(0, id.lastIndexOf(":"));
    let last = "";
    for (let attempt = 0; ; attempt++) {
      try {
        const response = await call("POST", "v1/ask", { body, signal, lastId: last });
        for await (const event of eventsOf(response.body)) {
          if (event.id) {
            if (last && streamOf(event.id) !== streamOf(last)) yield { type: "anew" };
            last = event.id;
          }
          yield event;
          if (event.type === "answer" || event.type === "error") return;
        }
        throw new TypeError("the stream ended early");
      } catch (error) {
        if (signal.aborted || error instanceof Problem || !last || attempt === ATTEMPTS) throw error;
        yield { type: "status", data: { state: "reconnecting" } };
        await new Promise((done) => setTimeout(done, 500 * 2 ** attempt));
      }
    }
  }

  // Answers --------------------------------------------------------------------------------------

  /** The citation is looked up when it is opened: one may gain quotes while the answer goes on. */
  function chip(marker, citations) {
    const { document_title: title, locator } = citations.get(marker);
    const open = (event) => {
      const citation = citations.get(marker);
      openMeasure(citation.measure_id, citation, event.currentTarget);
    };
    const about = { label: "source", v: marker, w: `${titled(title)}${locator}` };
    return make("button", { type: "button", class: "cite", ...about, on: { click: open } }, String(marker));
  }

  /** A block's words with its markers as chips; a chip never begins a line alone. */
  function shown(block, citations) {
    const text = block.text.replace(/^⚠ /, ""), shift = block.text.length - text.length;
    const strong = (block.emphasis || []).map((span) =>
      [units(block.text, span.start) - shift, units(block.text, span.end) - shift]);
    const nodes = [], written = new Set();
    let at = 0;
    const attach = (marker) => {
      const before = typeof nodes.at(-1) === "string" ? Array.from(nodes.pop()) : [];
      if (before.length > 2) nodes.push(before.splice(0, before.length - 2).join(""));
      nodes.push(make("span", { class: "together" }, before.join(""), chip(marker, citations)));
      written.add(marker);
    };
    for (const found of text.matchAll(/\[(\d+)\]/g)) {
      const marker = Number(found[1]);
      if (!block.citations.includes(marker) || !citations.has(marker)) continue;
      nodes.push(...cut(text, at, found.index, strong, "strong"));
      at = found.index + found[0].length;
      attach(marker);
    }
    nodes.push(...cut(text, at, text.length, strong, "strong"));
    for (const marker of block.citations) {
      if (!written.has(marker) && citations.has(marker)) attach(marker);
    }
    return make("p", { class: block.kind, role: block.kind === "notice" && "note" }, ...nodes);
  }

  function statusOf(status, checkedOn) {
    if (status === "in_force" && checkedOn) return { t: "in_force_checked", v: checkedOn.slice(0, 7) };
    return { t: status === "unknown" ? "unknown_status" : status };
  }
  const hasForce = (of) => !(of.level === "commentary" && of.status === "unknown");

  function sourceEntry(citation) {
    const { t, v } = statusOf(citation.status, citation.checked_on);
    const facts = make("span", { class: "facts-line" },
      citation.document_number && make("span", {}, citation.document_number),
      citation.date_issued && make("span", {}, citation.date_issued),
      hasForce(citation) && make("span", { t, v, class: `force ${citation.status}` }),
      citation.text_kind === "digest" && make("span", { t: "digest", class: "digest" }),
      citation.level === "commentary" && make("span", { t: "commentary", class: "digest" }));
    const open = (event) => openMeasure(citation.measure_id, citation, event.currentTarget);
    return make("li", {}, make("button", { type: "button", class: "entry", on: { click: open } },
      make("span", { class: "marker" }, String(citation.marker)),
      make("span", { class: "entry-title" }, `${titled(citation.document_title)} ${citation.locator}`), facts));
  }

  function nearEntry(near) {
    const open = (event) => openMeasure(near.measure_id, null, event.currentTarget);
    const title = near.title ? ` · ${near.title}` : "";
    return make("li", {}, make("button", { type: "button", class: "entry", on: { click: open } },
      make("span", { class: "entry-title" }, `${titled(near.document_title)} ${near.locator}${title}`)));
  }

  const choices = (questions) => make("ul", { class: "choices" }, ...questions.map((question) =>
    make("li", {}, make("button", { type: "button", on: { click: () => ask(question) } },
      make("span", {}, question), icon("go")))));
  const group = (name, ...content) => make("div", { class: `group ${name}` },
    make(heading(3), { t: name, class: "lead" }), ...content);

  let conversation = { id: "new" };

  /** One question and what becomes of it. */
  class Turn {
    constructor(question) {
      this.question = question;
      this.blocks = make("div", { class: "blocks" });
      this.state = make("p", { class: "state" });
      this.after = make("div", { class: "after", "aria-live": "off" });
      this.element = make("section", { class: "turn" },
        make(heading(2), { class: "asked", tabindex: "-1" }, question), this.blocks, this.state, this.after);
    }

    begin() {
      this.clear();
      this.after.replaceChildren();
      this.element.classList.remove("refusal");
      this.tell("searching");
    }

    clear() {
      this.blocks.replaceChildren();
      this.shown = [];
      this.held = [];
      this.citations = new Map();
    }

    tell(name) {
      this.state.className = "state working";
      this.state.replaceChildren(make("span", { t: name in WORDS ? name : "writing" }));
    }

    take(event) {
      if (event.type === "status") this.tell(event.data.state);
      else if (event.type === "anew") this.clear();
      else if (event.type === "citation") this.citations.set(event.data.marker, event.data);
      else if (event.type === "block") this.add(event.data);
      else if (event.type === "answer") this.finish(event.data);
      else if (event.type === "error") throw new Problem(event.data.status, event.data.detail, 60);
    }

    /** A frame waits for the claim that it leads to: alone it may turn out to be a refusal's. */
    add(block) {
      this.held.push(block);
      if (block.kind === "frame") return;
      for (const one of this.held.splice(0)) this.show(one);
    }

    show(block) {
      this.shown.push(block.text);
      this.blocks.append(shown(block, this.citations));
    }

    finish(answer) {
      this.answer = answer;
      this.state.replaceChildren();
      this.state.className = "state";
      this.element.lang = answer.language === "en" ? "en" : "zh-CN";
      for (const citation of answer.citations) this.citations.set(citation.marker, citation);
      if (answer.conversation_id) conversation.id = answer.conversation_id;
      if (answer.refusal) this.refuse(answer);
      else this.agree(answer.blocks);
      this.lead(answer);
      this.element.classList.toggle("refusal", Boolean(answer.refusal));
      this.element.classList.toggle("several", answer.blocks.filter((block) => block.kind === "claim").length > 1);
      this.after.replaceChildren(...this.rest(answer));
    }

    /** What the whole answer says holds; blocks that came already as they are stay, unread a second time. */
    agree(blocks) {
      this.held = [];
      const same = this.shown.length <= blocks.length && this.shown.every((text, n) => text === blocks[n].text);
      if (!same) {
        this.blocks.replaceChildren();
        this.shown = [];
      }
      for (const block of blocks.slice(this.shown.length)) this.show(block);
    }

    /** A refusal in a box of its own: what it says, what is nearest as buttons, what else there is to say. */
    refuse(answer) {
      const { message, nearest } = answer.refusal;
      const isNear = (text) => text.startsWith("· ") && nearest.some((near) => text.includes(near.locator));
      const more = answer.blocks.filter((block) => block.text !== message && !isNear(block.text));
      this.blocks.replaceChildren(make("p", {}, message),
        ...(nearest.length ? [make("ul", { class: "entries" }, ...nearest.map(nearEntry))] : []),
        ...more.map((block) => shown(block, this.citations)));
    }

    /** What must be read before the answer. */
    lead(answer) {
      const unsaid = answer.warnings.filter((warning) => !answer.text.includes(warning));
      this.blocks.prepend(...unsaid.map((text) => shown({ kind: "notice", text, citations: [] }, this.citations)));
      if (answer.standalone_question !== this.question) {
        this.blocks.prepend(make("p", { t: "understood", v: answer.standalone_question, class: "understood" }));
      }
    }

    rest(answer) {
      const parts = [], clear = answer.clarification;
      if (clear) {
        if (!answer.text.includes(clear.question)) parts.push(make("p", { class: "asked-back" }, clear.question));
        parts.push(choices(clear.options));
      }
      const uncovered = answer.uncovered.filter((part) => !answer.text.includes(part));
      if (uncovered.length) parts.push(make("p", { t: "uncovered", v: listed(uncovered), class: "notice", role: "note" }));
      if (answer.citations.length) {
        parts.push(group("sources", make("ol", { class: "entries" }, ...answer.citations.map(sourceEntry))));
      }
      if (!clear) parts.push(this.feedback());
      if (answer.suggestions.length) parts.push(group("next", choices(answer.suggestions)));
      return parts;
    }

    feedback() {
      const told = make("span", { class: "told", role: "status" });
      const rate = async (rating) => {
        try {
          await call("POST", "v1/feedback", { body: { rating, ...this.meant() } });
          for (const [name, button] of Object.entries(buttons)) button.setAttribute("aria-pressed", String(name === rating));
          told.replaceChildren(make("span", { t: "thanks" }));
        } catch {
          told.replaceChildren(make("span", { t: "unkept" }));
        }
      };
      const thumb = (name) => tool(name, name, () => rate(name), { "aria-pressed": "false" });
      const buttons = { up: thumb("up"), down: thumb("down") };
      return make("div", { class: "feedback" }, buttons.up, buttons.down, told);
    }

    /** Which answer feedback is about. */
    meant() {
      const { conversation_id, position, citations } = this.answer;
      if (conversation_id && position !== null) return { conversation_id, position };
      return { measure_ids: citations.map((citation) => citation.measure_id).slice(0, 50) };
    }

    fail(name, value, action) {
      this.held = [];
      this.state.className = name === "stopped" ? "state" : "state failed";
      this.state.replaceChildren(make("span", { t: name, v: value }),
        action && make("button", { type: "button", class: "again", t: action, on: { click: () => run(this) } }));
    }
  }

  /** What a person reads for an error, and what they can do. */
  function reported(turn, error) {
    if (!(error instanceof Problem)) {
      console.warn(`ParkBot: no answer from ${base}. Is ${location.origin} among the key's origins?`, error);
      return turn.fail("offline", "", "retry");
    }
    const { status, retryAfter } = error;
    if (status === 401 || status === 403) {
      console.warn(`ParkBot: ${error.message}`);
      return turn.fail("refused");
    }
    if (status === 429) return turn.fail("limit", lasting(retryAfter), "retry");
    if (status === 422 || status === 413) return turn.fail("long");
    return turn.fail(status === 503 ? "busy" : "broken", "", "retry");
  }

  let running = null;

  function ask(question) {
    question = question.trim();
    hint.hidden = Boolean(question) || Boolean(running);
    if (running) return;
    if (!question) return input.focus();
    input.value = "";
    grow();
    welcome.hidden = true;
    const turn = new Turn(question);
    log.append(turn.element);
    if (!pages.classList.contains("split")) closeMeasure();
    log.scrollTo({ top: turn.element.offsetTop - 12, behavior: calm() ? "auto" : "smooth" });
    // A phone's keyboard would cover the answer.
    if (matchMedia("(pointer: coarse)").matches) turn.element.querySelector(".asked").focus({ preventScroll: true });
    else input.focus({ preventScroll: true });
    run(turn);
  }

  async function run(turn) {
    if (running) return;
    if (isSecret) return turn.fail("secret");
    const stopping = (running = new AbortController()), spoken = conversation;
    sending(true);
    turn.begin();
    try {
      await answered(turn, spoken, stopping.signal);
    } catch (error) {
      if (stopping.signal.aborted) turn.fail("stopped", "", "again");
      else reported(turn, error);
    } finally {
      if (running === stopping) {
        running = null;
        sending(false);
      }
    }
  }

  async function answered(turn, spoken, signal) {
    const body = { question: turn.question, stream: true, conversation_id: spoken.id };
    try {
      for await (const event of answering(body, signal)) turn.take(event);
    } catch (error) {
      if (!(error instanceof Problem && error.status === 404 && spoken.id !== "new")) throw error;
      // The conversation is no longer kept: this question begins another.
      spoken.id = "new";
      turn.begin();
      for await (const event of answering({ ...body, conversation_id: "new" }, signal)) turn.take(event);
    }
  }

  // A measure in full ----------------------------------------------------------------------------

  let opened = null;

  async function openMeasure(id, citation, from) {
    const stays = opened && from && measurePage.contains(from);
    opened = { id, citation, from: stays ? opened.from : from };
    const mine = opened;
    pages.classList.add("reading");
    measurePage.hidden = false;
    settle();
    measureBody.replaceChildren(make("p", { class: "state working" }, make("span", { t: "loading" })));
    measureBack.focus({ preventScroll: true });
    try {
      mine.found = await (await call("GET", `v1/measures/${encodeURIComponent(id)}`)).json();
    } catch {
      mine.found = null;
    }
    if (opened === mine) showMeasure();
  }

  function closeMeasure() {
    if (!opened) return;
    const from = opened.from;
    opened = null;
    pages.classList.remove("reading");
    measurePage.hidden = true;
    settle();
    if (from && from.isConnected) from.focus({ preventScroll: true });
  }

  function showMeasure() {
    const { found, citation } = opened;
    measureBody.replaceChildren(...(found ? inFull(found, citation) : citation ? quotedOnly(citation) : [
      make("p", { t: "gone", class: "state failed" })]));
    measureBody.scrollTop = 0;
    const mark = measureBody.querySelector("mark");
    if (mark && mark.offsetTop > measureBody.clientHeight * 0.8) measureBody.scrollTop = mark.offsetTop - 120;
  }

  const fact = (name, ...value) => value.some(Boolean) &&
    make("div", {}, make("dt", { t: name }), make("dd", {}, ...value));

  function address(url) {
    let web = null;
    try {
      web = new URL(url);
    } catch { /* none is known, or it is no address */ }
    if (!web || !["http:", "https:"].includes(web.protocol)) return make("span", { t: "missing", class: "missing" });
    return make("a", { href: web.href, target: "_blank", rel: "noopener noreferrer" }, url,
      make("span", { t: "newTab", class: "unseen" }));
  }

  function head(of, title, english) {
    const separator = of.language === "en" ? ", " : "、";
    const region = of.region in WORDS ? make("span", { t: of.region }) : of.region;
    const { t, v } = statusOf(of.status, of.checked_on);
    return make("header", {},
      make(heading(2), { class: "document" }, titled(title)),
      english && english !== title && make("p", { class: "english", lang: "en" }, english),
      make("p", { class: "badges" },
        hasForce(of) && make("span", { t, v, class: `badge ${of.status}` }),
        of.text_kind === "digest" && make("span", { t: "digest", class: "badge digest" }),
        make("span", { t: of.level, class: `badge ${of.level === "commentary" ? "digest" : ""}` })),
      make("dl", {},
        fact("issuers", of.issuers.join(separator)), fact("number", of.document_number),
        fact("date", of.date_issued), fact("effective", of.effective_from), fact("ended", of.repealed_on),
        fact("region", region), fact("address", address(of.source_url))));
  }

  const place = (path) => path.length && make("p", { class: "path" }, ...path.map((part) => make("span", {}, part)));

  function inFull({ document: held, measure, previous, next }, citation) {
    const text = measure.text, quotes = citation ? citation.quotes : [];
    const spans = quotes.map((quote) => [units(text, quote.start), units(text, quote.end), quote.text]);
    const marked = spans.filter(([from, to, words]) => text.slice(from, to) === words);
    const changed = spans.filter((span) => !marked.includes(span)).map(([, , words]) => words);
    const lines = [];
    let at = 0;
    for (const line of text.split("\n")) {
      if (line.trim()) lines.push(make("p", {}, ...cut(text, at, at + line.length, marked, "mark")));
      at += line.length + 1;
    }
    const isDigest = held.text_kind === "digest", separator = held.language === "en" ? ", " : "、";
    return [
      head(held, held.title, held.title_en),
      changed.length > 0 && make("p", { t: "changed", v: changed.join(" … "), class: "notice", role: "note" }),
      place(measure.section_path),
      make(heading(3), { class: "locator" }, measure.locator, measure.title && make("span", {}, measure.title)),
      make("div", { class: `text ${isDigest ? "is-digest" : ""}`, lang: held.language === "en" ? "en" : "zh-CN" }, ...lines),
      isDigest && make("p", { t: "digestNote", class: "digest-note" }),
      (measure.figures.length + measure.actors.length) > 0 && make("dl", { class: "beneath" },
        fact("figures", measure.figures.join(separator)), fact("actors", measure.actors.join(separator))),
      make("nav", { class: "neighbours" }, neighbour("before", previous), neighbour("after", next)),
    ].filter(Boolean);
  }

  const neighbour = (name, near) => near && make("button",
    { type: "button", class: name, on: { click: (event) => openMeasure(near.measure_id, null, event.currentTarget) } },
    make("small", { t: name }), near.locator, near.title ? ` · ${near.title}` : "");

  function quotedOnly(citation) {
    return [
      make("p", { t: "unread", class: "notice", role: "note" }),
      head(citation, citation.document_title),
      place(citation.section_path),
      make(heading(3), { class: "locator" }, citation.locator),
      make("div", { class: "text" }, ...citation.quotes.map((quote) => make("p", {}, make("mark", {}, quote.text)))),
    ].filter(Boolean);
  }

  // The panel ------------------------------------------------------------------------------------

  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const title = make(heading(1), { id: "title", t: "title", class: "name" });
  const languageSwitch = make("button", {
    type: "button", class: "tool words", label: "language", on: { click: () => speakAll(language === "zh" ? "en" : "zh") },
  }, make("span", { t: "languageMark" }));
  const closing = tool("close", "close", () => toggle(false));
  const header = make("div", { class: "top" },
    make("span", { class: "logo" }, icon("leaf")), title,
    make("div", { class: "tools" },
      tool("anew", "anew", startAnew), languageSwitch,
      !embedded && tool("widen", "widen", () => widen(), { class: "tool widen" }), !embedded && closing));

  const welcome = make("div", { class: "welcome" });
  const log = make("div", { class: "log", role: "log", "aria-live": "polite", tabindex: "0", label: "log" }, welcome);
  const hint = make("p", { t: "empty", class: "hint", role: "alert", hidden: true });
  const input = make("textarea", { rows: "1", maxlength: "2000", label: "question", hint: "placeholder" });
  const field = make("div", { class: "field" }, input);
  const sender = make("button", { type: "submit", class: "send", label: "send" }, icon("send"));
  const foot = make("p", { class: "foot" }, make("span", { t: "advice" }));
  const composer = make("form", { class: "composer" }, field, sender);
  const chatPage = make("div", { class: "page chat" }, log, make("div", { class: "bottom" }, hint, composer, foot));
  const measureBack = tool("back", "back", closeMeasure);
  const measureBody = make("div", { class: "measure", role: "region", tabindex: "0", label: "sources" });
  const measurePage = make("section", { class: "page source", hidden: true },
    make("div", { class: "source-top" }, measureBack, make("span", { t: "sources" })), measureBody);
  const pages = make("div", { class: "pages" }, chatPage, measurePage);
  const panel = make(embedded ? "main" : "div", {
    class: "panel", role: !embedded && "dialog", "aria-modal": !embedded && "true", "aria-labelledby": "title",
    hidden: !embedded,
  }, header, pages);
  const bubble = make("button", {
    type: "button", class: "bubble", label: "open", "aria-haspopup": "dialog", "aria-expanded": "false",
    on: { click: () => toggle(true) },
  }, icon("chat"));
  const root = make("div", {
    class: `root ${embedded ? "fills" : options.position === "left" ? "left" : "right"}`,
  }, panel, !embedded && bubble);

  function greet() {
    const asked = options.questions ? options.questions.split("|").map((one) => one.trim()).filter(Boolean)
      : STARTERS[language === "zh" ? 0 : 1];
    welcome.replaceChildren(make("p", { t: "greeting" }), make(heading(2), { t: "starters", class: "lead" }), choices(asked));
  }

  function grow() {
    field.dataset.value = input.value;  // a copy in the style sheet's ::after gives the field its height
  }

  function sending(busy) {
    sender.dataset.label = busy ? "stop" : "send";
    sender.classList.toggle("stops", busy);
    sender.replaceChildren(icon(busy ? "stop" : "send"));
    speak(sender);
  }

  function startAnew() {
    if (running) running.abort();
    running = null;
    sending(false);
    conversation = { id: "new" };
    closeMeasure();
    log.replaceChildren(welcome);
    welcome.hidden = false;
    input.focus();
  }

  function speakAll(chosen) {
    language = chosen;
    root.lang = language === "zh" ? "zh-CN" : "en";
    greet();
    for (const element of [root, ...root.querySelectorAll("[data-t], [data-label], [data-hint]")]) speak(element);
  }

  function widen() {
    panel.classList.toggle("wide");
  }

  /** Beside each other where there is room, else one over the other; what is covered can't be reached. */
  function settle() {
    const split = panel.clientWidth >= 720;
    pages.classList.toggle("split", split);
    chatPage.inert = Boolean(opened) && !split;
  }

  let greeted = false;

  function toggle(open, { focus = true } = {}) {
    panel.hidden = !open;
    bubble.hidden = open;
    bubble.setAttribute("aria-expanded", String(open));
    if (open) {
      settle();
      if (!greeted && !isSecret) aboutLibrary();
      greeted = true;
      if (focus) (opened ? measureBack : input).focus();
    } else bubble.focus();
  }

  async function aboutLibrary() {
    try {
      const { checked_on: day } = await (await fetch(new URL("v1/health", base), { credentials: "omit" })).json();
      if (day) foot.append(" · ", make("span", { t: "checked", v: day }));
    } catch { /* the line stays without the day */ }
  }

  function focusable() {
    return [...panel.querySelectorAll("button, textarea, a[href], [tabindex='0']")]
      .filter((element) => !element.closest("[hidden], [inert]") && element.getClientRects().length);
  }

  function onKey(event) {
    if (event.isComposing) return;
    event.stopPropagation();  // the page's own shortcuts are not meant
    if (event.key === "Escape") {
      if (opened) closeMeasure();
      else if (!embedded) toggle(false);
    } else if (event.key === "Tab" && !embedded) {
      const stops = focusable(), at = shadow.activeElement;
      const [edge, other] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
      if (at !== edge && stops.includes(at)) return;
      event.preventDefault();
      other.focus();
    }
  }

  // Colours --------------------------------------------------------------------------------------

  const WHITE = [255, 255, 255], BLACK = [0, 0, 0];
  const rgb = (hex) => {
    const digits = hex.length === 4 ? hex.replace(/[0-9a-f]/gi, "$&$&") : hex;
    return [1, 3, 5].map((at) => parseInt(digits.slice(at, at + 2), 16));
  };
  const mixed = (a, b, share) => a.map((value, n) => Math.round(value * share + b[n] * (1 - share)));
  const light = (c) => c.map((v) => (v <= 10 ? v / 3294.6 : ((v / 255 + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, n) => sum + v * [0.2126, 0.7152, 0.0722][n], 0);
  const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  const towards = (from, end, ground, least) => {
    while (contrast(from, ground) < least) from = mixed(from, end, 0.92);
    return from;
  };

  /** The portal's colour, as legible as WCAG asks for on light and on dark. */
  function palette(dark) {
    const ground = dark ? [27, 33, 29] : WHITE, end = dark ? WHITE : BLACK, brand = rgb(colour);
    const soft = mixed(brand, ground, dark ? 0.26 : 0.09);
    const fill = towards(brand, end, ground, 3);
    const css = (c) => `rgb(${c.join(" ")})`;
    return `:host{--fill:${css(fill)};--on-fill:${css(contrast(WHITE, fill) >= 4.5 ? WHITE : BLACK)};` +
      `--soft:${css(soft)};--accent:${css(towards(brand, end, soft, 4.6))}}`;
  }

  const tint = new CSSStyleSheet(), sheet = new CSSStyleSheet();
  const darkness = matchMedia("(prefers-color-scheme: dark)");
  function paint() {
    const dark = options.theme === "dark" || (options.theme !== "light" && darkness.matches);
    root.classList.toggle("dark", dark);
    tint.replaceSync(palette(dark));
  }

  const CSS = `
:host { all: initial; direction: ltr; unicode-bidi: isolate; }
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
.root {
  --paper: #fbfaf7; --surface: #fff; --ink: #1c2420; --quiet: #5b665f; --line: #e4e3dc; --edge: #878f89;
  --mark: #fff0b3; --mark-ink: #1c2420; --warn: #84470a; --warn-soft: #fdf1e0; --stop: #9b2c22; --stop-soft: #fbeae8;
  color-scheme: light; color: var(--ink); text-align: start; font-size: 15px; line-height: 1.75; letter-spacing: 0;
  font-family: -apple-system, "Segoe UI", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei UI", "Microsoft YaHei",
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", system-ui, sans-serif;
  -webkit-text-size-adjust: 100%; -webkit-font-smoothing: antialiased; text-autospace: normal;
}
.root.dark {
  --paper: #131714; --surface: #1b211d; --ink: #e6ebe7; --quiet: #9eaaa2; --line: #2f3732; --edge: #76837b;
  --mark: #5c4f12; --mark-ink: #fff7d6; --warn: #f0b571; --warn-soft: #33281a; --stop: #f2978d; --stop-soft: #381f1c;
  color-scheme: dark;
}
p, h1, h2, h3, h4, ul, ol, dl, dd { margin: 0; padding: 0; }
h1, h2, h3, h4 { font: inherit; }
ul, ol { list-style: none; }
button, textarea { font: inherit; color: inherit; letter-spacing: inherit; }
button { margin: 0; padding: 0; border: 0; background: none; text-align: start; cursor: pointer; touch-action: manipulation; }
:focus { outline: none; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 6px; }
svg { display: block; width: 20px; height: 20px; fill: none; stroke: currentColor; stroke-width: 1.7; stroke-linecap: round; stroke-linejoin: round; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.bubble {
  position: fixed; bottom: 24px; z-index: 2147483000; display: grid; place-items: center; width: 56px; height: 56px;
  border-radius: 50%; color: var(--on-fill); background: var(--fill);
  box-shadow: 0 0 0 1px rgb(255 255 255 / 55%), 0 2px 6px rgb(10 20 14 / 18%), 0 12px 32px rgb(10 20 14 / 22%);
  transition: transform .16s ease;
}
.bubble:hover { transform: translateY(-2px); }
.bubble:focus-visible { border-radius: 50%; outline-offset: 3px; }
.bubble svg { width: 26px; height: 26px; }
.right .bubble, .right .panel { right: max(24px, env(safe-area-inset-right)); }
.left .bubble, .left .panel { left: max(24px, env(safe-area-inset-left)); }

.panel {
  position: fixed; bottom: 24px; z-index: 2147483000; display: flex; flex-direction: column; overflow: hidden;
  width: min(412px, calc(100vw - 48px)); height: min(704px, calc(100vh - 48px)); height: min(704px, calc(100dvh - 48px));
  background: var(--paper); border: 1px solid var(--line); border-radius: 16px;
  box-shadow: 0 2px 8px rgb(10 20 14 / 8%), 0 24px 64px rgb(10 20 14 / 20%); animation: rise .18s ease-out;
}
.panel.wide { width: min(920px, calc(100vw - 48px)); height: min(860px, calc(100vh - 48px)); height: min(860px, calc(100dvh - 48px)); }
.fills .panel { inset: 0; width: auto; height: auto; border: 0; border-radius: 0; box-shadow: none; animation: none; }
@keyframes rise { from { opacity: 0; transform: translateY(12px); } }

.top { flex: none; display: flex; align-items: center; gap: 10px; padding: 10px 10px 10px 16px; background: var(--surface); border-bottom: 1px solid var(--line); }
.logo { flex: none; display: grid; place-items: center; width: 30px; height: 30px; border-radius: 9px; color: var(--on-fill); background: var(--fill); }
.logo svg { width: 18px; height: 18px; stroke-width: 2; }
.name { flex: 1; min-width: 0; font-size: 16px; line-height: 1.4; font-weight: 650; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.tools { flex: none; display: flex; gap: 2px; }
.tool { display: grid; place-items: center; min-width: 34px; height: 34px; border-radius: 9px; color: var(--quiet); }
.tool:hover { color: var(--accent); background: var(--soft); }
.tool.words { font-size: 13px; font-weight: 600; }

.pages { flex: 1; min-height: 0; position: relative; display: grid; grid-template: minmax(0, 1fr) / minmax(0, 1fr); }
.page { min-width: 0; min-height: 0; display: flex; flex-direction: column; }
.page.source { position: absolute; inset: 0; background: var(--surface); animation: slide .18s ease-out; }
@keyframes slide { from { opacity: 0; transform: translateX(16px); } }
.pages.split.reading { grid-template-columns: minmax(0, 1fr) minmax(340px, .82fr); }
.pages.split .page.source { position: static; border-left: 1px solid var(--line); }
.fills .pages.split:not(.reading) .log > *, .fills .pages.split:not(.reading) .bottom > * { width: 100%; max-width: 720px; margin-left: auto; margin-right: auto; }

.log { flex: 1; min-height: 0; position: relative; overflow-y: auto; overscroll-behavior: contain; padding: 18px 18px 8px; scrollbar-width: thin; container-type: size; }
.log:focus-visible, .measure:focus-visible { outline-offset: -2px; }
.welcome > p { font-size: 15px; }
.lead { font-size: 13px; color: var(--quiet); margin-bottom: 4px; }
.welcome .lead { margin: 20px 0 8px; }
.turn { overflow-wrap: anywhere; padding-bottom: 18px; }
.turn + .turn:last-child { min-height: calc(100cqh + 8px); }
.turn + .turn { padding-top: 4px; }
/* Focused only to be read from there. */
.asked:focus-visible { outline: none; border-radius: 14px 14px 4px 14px; }
.asked { width: fit-content; max-width: 88%; margin: 0 0 14px auto; padding: 7px 13px; border-radius: 14px 14px 4px 14px; background: var(--soft); line-height: 1.6; white-space: pre-wrap; }
.blocks p { margin-bottom: 9px; line-height: 1.85; white-space: pre-line; }
.blocks .frame { color: var(--quiet); }
.several .claim { position: relative; padding-left: 15px; }
.several .claim::before { content: ""; position: absolute; left: 2px; top: .78em; width: 5px; height: 5px; border-radius: 50%; background: var(--accent); }
.blocks strong { font-weight: 650; box-shadow: inset 0 -.48em var(--soft); }
.notice { padding: 8px 12px; border-radius: 9px; color: var(--warn); background: var(--warn-soft); font-size: 14px; line-height: 1.7; }
.blocks .understood { color: var(--quiet); font-size: 13px; line-height: 1.6; padding-left: 10px; border-left: 2px solid var(--line); }
.together { white-space: nowrap; }
.cite {
  display: inline-block; min-width: 24px; height: 24px; margin: 0 1px 0 4px; padding: 0 6px; border-radius: 7px; vertical-align: 1px;
  color: var(--accent); background: var(--soft); font-size: 12px; line-height: 24px; font-weight: 650; text-align: center; font-variant-numeric: tabular-nums;
}
.cite:hover { color: var(--on-fill); background: var(--fill); }
.state:empty { display: none; }
.state { display: flex; align-items: center; gap: 10px; color: var(--quiet); font-size: 14px; }
.state.working::before { content: ""; flex: none; width: 8px; height: 8px; border-radius: 50%; background: var(--accent); animation: breathe 1.2s ease-in-out infinite; }
@keyframes breathe { 50% { opacity: .25; } }
.state.failed { flex-wrap: wrap; padding: 9px 12px; border-radius: 9px; color: var(--stop); background: var(--stop-soft); line-height: 1.65; }
.again { padding: 2px 12px; border: 1px solid currentColor; border-radius: 999px; font-size: 13px; }
.refusal .blocks { padding: 11px 14px; background: var(--surface); border: 1px solid var(--line); border-left: 3px solid var(--edge); border-radius: 10px; }
.refusal .blocks p { color: var(--ink); }
.refusal .blocks p:last-child { margin: 0; }

.group { margin-top: 14px; }
.group.sources { padding-top: 10px; border-top: 1px solid var(--line); }
.entry { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0 8px; align-items: baseline; width: calc(100% + 16px); margin: 0 -8px; padding: 5px 8px; border-radius: 9px; font-size: 13.5px; line-height: 1.6; }
.entry:hover { background: var(--soft); }
.marker { min-width: 20px; border-radius: 6px; color: var(--accent); background: var(--soft); font-size: 12px; font-weight: 650; text-align: center; font-variant-numeric: tabular-nums; }
.entry-title { grid-column: 2; color: var(--accent); }
.blocks .entries { margin: 0 0 6px; }
.blocks .entry-title { grid-column: 1 / -1; }
.facts-line { grid-column: 2; display: flex; flex-wrap: wrap; gap: 0 10px; color: var(--quiet); font-size: 12.5px; }
.facts-line .digest { color: var(--warn); }
.force:not(.in_force, .unknown) { color: var(--stop); }
.choices { display: grid; gap: 7px; }
.asked-back { margin-bottom: 8px; }
.choices button { display: flex; align-items: center; gap: 8px; width: 100%; padding: 8px 10px 8px 13px; border: 1px solid var(--line); border-radius: 11px; background: var(--surface); font-size: 14px; line-height: 1.6; }
.choices span { flex: 1; min-width: 0; }
.choices svg { flex: none; width: 16px; height: 16px; color: var(--quiet); }
.choices button:hover { border-color: var(--accent); color: var(--accent); }
.feedback { display: flex; align-items: center; gap: 2px; margin: 8px 0 0 -7px; }
.feedback svg { width: 17px; height: 17px; }
.feedback .tool { min-width: 32px; height: 30px; }
.feedback [aria-pressed="true"] { color: var(--accent); background: var(--soft); }
.told { margin-left: 6px; font-size: 13px; color: var(--quiet); }

.bottom { flex: none; padding: 8px 14px 9px; background: var(--paper); }
.hint { margin: 0 4px 6px; color: var(--stop); font-size: 13px; }
.composer { display: flex; align-items: flex-end; gap: 6px; padding: 5px 5px 5px 14px; border: 1px solid var(--edge); border-radius: 14px; background: var(--surface); }
.composer:focus-within { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); }
.field { flex: 1; min-width: 0; display: grid; max-height: 132px; overflow-y: auto; }
.field > textarea, .field::after { grid-area: 1 / 1; padding: 6px 0; font-size: 16px; line-height: 1.5; }
.field::after { content: attr(data-value) " "; visibility: hidden; white-space: pre-wrap; overflow-wrap: anywhere; }
.field > textarea { width: 100%; border: 0; margin: 0; resize: none; overflow: hidden; background: none; }
.field > textarea:focus-visible { outline: none; }
textarea::placeholder { color: var(--quiet); opacity: 1; }
.send { flex: none; display: grid; place-items: center; width: 36px; height: 36px; border-radius: 10px; color: var(--on-fill); background: var(--fill); }
.send.stops svg { fill: currentColor; width: 18px; height: 18px; }
.foot { margin-top: 6px; color: var(--quiet); font-size: 12px; line-height: 1.5; text-align: center; }

.source-top { flex: none; display: flex; align-items: center; gap: 6px; padding: 6px 12px 6px 10px; border-bottom: 1px solid var(--line); font-weight: 650; font-size: 14px; }
.measure { flex: 1; min-height: 0; position: relative; overflow-y: auto; overscroll-behavior: contain; padding: 16px 20px 24px; overflow-wrap: anywhere; scrollbar-width: thin; }
.measure > .notice { margin-top: 12px; }
.document { font-size: 16px; font-weight: 650; line-height: 1.5; }
.english { color: var(--quiet); font-size: 13px; line-height: 1.5; }
.badges { display: flex; flex-wrap: wrap; gap: 6px; margin: 8px 0; }
.badge { padding: 1px 9px; border: 1px solid var(--line); border-radius: 999px; color: var(--quiet); font-size: 12.5px; line-height: 1.6; }
.badge.in_force { color: var(--accent); background: var(--soft); border-color: transparent; }
.badge.digest { color: var(--warn); background: var(--warn-soft); border-color: transparent; }
.badge.repealed, .badge.expired, .badge.superseded, .badge.not_yet_in_force { color: var(--stop); background: var(--stop-soft); border-color: transparent; }
dl { font-size: 13px; line-height: 1.7; }
dl div { display: grid; grid-template-columns: 3.6em minmax(0, 1fr); gap: 10px; }
[lang="en"] dl div { grid-template-columns: 6.4em minmax(0, 1fr); }
dt { color: var(--quiet); }
dd a { color: var(--accent); text-underline-offset: 3px; }
.missing, .digest-note { color: var(--warn); }
.path { margin-top: 18px; color: var(--quiet); font-size: 13px; }
.path span + span::before { content: "›"; margin: 0 6px; }
.locator { margin: 18px 0 6px; font-size: 17px; font-weight: 650; line-height: 1.5; }
.path + .locator { margin-top: 2px; }
.locator span { margin-left: 10px; font-weight: 400; }
.text { font-size: 16px; line-height: 1.9; }
.text p { white-space: pre-wrap; }
.text p + p { margin-top: 5px; }
.text.is-digest { padding-left: 13px; border-left: 3px solid var(--warn-soft); }
mark { padding: 2px 0; color: var(--mark-ink); background: var(--mark); box-decoration-break: clone; -webkit-box-decoration-break: clone; }
.digest-note { margin-top: 10px; font-size: 13px; line-height: 1.65; }
.beneath { margin-top: 14px; padding-top: 10px; border-top: 1px solid var(--line); }
.neighbours { display: grid; grid-template-columns: 1fr 1fr; gap: 10px; margin-top: 20px; }
.neighbours button { padding: 7px 12px; border: 1px solid var(--line); border-radius: 10px; font-size: 13.5px; line-height: 1.5; }
.neighbours button:hover { border-color: var(--accent); color: var(--accent); }
.neighbours small { display: block; color: var(--quiet); font-size: 12px; }
.neighbours .after { grid-column: 2; text-align: end; }

@media (max-width: 560px) {
  .root:not(.fills) .panel, .root:not(.fills) .panel.wide { inset: 0; width: auto; height: auto; border: 0; border-radius: 0; }
  .root:not(.fills) .top { padding-top: max(10px, env(safe-area-inset-top)); }
  .bottom { padding-bottom: max(9px, env(safe-area-inset-bottom)); }
  .widen { display: none; }
  .tool { min-width: 40px; height: 40px; }
  .feedback .tool { min-width: 40px; height: 40px; }
  .right .bubble { right: 16px; } .left .bubble { left: 16px; } .bubble { bottom: max(16px, env(safe-area-inset-bottom)); }
}
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
@media print { .root:not(.fills) { display: none; } }
`;

  // Beginning ------------------------------------------------------------------------------------

  sheet.replaceSync(CSS);
  const host = document.createElement("parkbot-widget");
  const shadow = host.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = [sheet, tint];
  shadow.append(root);
  paint();
  darkness.addEventListener("change", paint);
  speakAll(language);
  new ResizeObserver(settle).observe(panel);
  panel.addEventListener("keydown", onKey);
  input.addEventListener("input", () => {
    hint.hidden = true;
    grow();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    ask(input.value);
  });
  composer.addEventListener("submit", (event) => {
    event.preventDefault();
    if (running) running.abort();
    else ask(input.value);
  });
  let home = null;

  /** Some sites change pages by putting another body in the place of the old one: the chat moves along. */
  function stay() {
    if (!document.body || document.body === home) return;
    home = document.body;
    home.append(host);
  }
  function begin() {
    stay();
    new MutationObserver(stay).observe(document.documentElement, { childList: true });
    if (embedded) {
      document.documentElement.lang = root.lang;
      document.title = say("title");
    }
    if (embedded || "open" in options) toggle(true, { focus: false });
  }
  if (document.body) begin();
  else addEventListener("DOMContentLoaded", begin);
})();
